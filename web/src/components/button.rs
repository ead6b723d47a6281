//! Buttons.

use leptos::prelude::*;

use super::{icon, text};

/// How a button looks.
#[derive(Clone, Copy, Default)]
pub(crate) enum Kind {
    /// An ordinary action.
    #[default]
    Plain,
    /// The one action that the view is about.
    Primary,
    /// An action in the background.
    Quiet,
    /// An action that destroys or gives away.
    Danger,
    /// An ordinary action in a tight place.
    Small,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button-primary",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
            Self::Small => "button button-small",
        }
    }
}

/// A button with words on it.
///
/// While `busy` it shows so, keeps the focus and ignores presses.
#[component]
pub(crate) fn Button(
    #[prop(into)] label: Signal<String>,
    testid: &'static str,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] sign: Option<&'static str>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> AnyView {
    view! {
        <button
            type="button"
            class=kind.class()
            data-testid=testid
            aria-busy=text(move || busy.get().to_string())
            disabled=disabled
            on:click=move |_| {
                if !busy.get_untracked() {
                    on_press.run(());
                }
            }
        >
            {sign.map(icon)}
            {label}
        </button>
    }
    .into_any()
}
