//! The bar at the top.

use leptos::prelude::*;

use super::{account, clock, nav};
use crate::{
    components::icon,
    contexts::{Language, Theme, tr},
};

/// Builds the header.
pub(super) fn header() -> AnyView {
    view! {
        <header class="topbar">
            <div class="topbar-inner">
                <a class="brand" href="/" data-testid="brand">
                    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><use href="/icon.svg#mark"></use></svg>
                    <span class="brand-name">"PinFi"</span>
                </a>
                {nav::top_links()}
                <div class="tools">{clock::clock()} {account::account()} {language_switch()} {theme_switch()}</div>
            </div>
        </header>
    }
    .into_any()
}

fn language_switch() -> AnyView {
    let language = Language::use_it();
    view! {
        <button
            type="button"
            class="button button-quiet button-small"
            data-testid="language-switch"
            aria-label=tr!(shell.language_label)
            on:click=move |_| language.toggle()
        >
            {tr!(shell.language)}
        </button>
    }
    .into_any()
}

fn theme_switch() -> AnyView {
    let theme = Theme::use_it();
    let label =
        move || if theme.is_dark() { tr!(shell.theme_to_light) } else { tr!(shell.theme_to_dark) };
    view! {
        <button
            type="button"
            class="button button-quiet button-icon"
            data-testid="theme-switch"
            aria-label=label
            on:click=move |_| theme.toggle()
        >
            {icon("theme")}
        </button>
    }
    .into_any()
}
