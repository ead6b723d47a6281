//! Frames for content: the page, cards, notes, badges, empty states.

use leptos::{html, prelude::*};

/// What a badge or a note has to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// All is well.
    Good,
    /// Compute-hours.
    Warm,
    /// Worth a second look.
    Caution,
    /// Something failed or is at risk.
    Bad,
}

impl Tone {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warm => "warm",
            Self::Caution => "caution",
            Self::Bad => "bad",
        }
    }
}

/// Draws an icon of the sprite in `index.html`; decorative.
pub(crate) fn icon(name: &'static str) -> AnyView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("#i-{name}")></use>
        </svg>
    }
    .into_any()
}

/// Frames a page: sets the tab's title, shows heading and lead, and moves the focus to the heading, so
/// that a screen reader says where it is.
pub(crate) fn page(title: impl Into<String>, lead: impl Into<String>, content: AnyView) -> AnyView {
    framed(title.into(), lead.into(), content)
}

fn framed(title: String, lead: String, content: AnyView) -> AnyView {
    document().set_title(&format!("{title} · PinFi"));
    let heading = NodeRef::<html::H1>::new();
    heading.on_load(|heading| {
        // Not on the first page: the browser has its own idea of where to begin.
        let arrived = document().active_element().is_some_and(|focus| focus.tag_name() != "BODY");
        if arrived {
            let _focus_is_a_courtesy = heading.focus();
        }
    });
    view! {
        <div class="page-head">
            <div>
                <h1 node_ref=heading tabindex="-1">{title}</h1>
                <p class="page-lead">{lead}</p>
            </div>
        </div>
        {content}
    }
    .into_any()
}

/// Frames content as a card with a heading; an empty title leaves the heading out.
pub(crate) fn card(title: impl Into<String>, testid: &'static str, content: AnyView) -> AnyView {
    let title = title.into();
    let heading = (!title.is_empty()).then(|| view! { <h2>{title}</h2> }.into_any());
    view! { <section class="card" data-testid=testid>{heading}{content}</section> }.into_any()
}

/// Shows a few words that stand out.
pub(crate) fn badge(tone: Tone, text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    view! { <span class=format!("badge badge-{}", tone.name())>{text}</span> }.into_any()
}

/// Shows a sentence that the reader should not miss.
pub(crate) fn note(tone: Tone, text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    let sign = if matches!(tone, Tone::Caution | Tone::Bad) { "warn" } else { "info" };
    view! { <div class=format!("note note-{}", tone.name())>{icon(sign)}<p>{text}</p></div> }
        .into_any()
}

/// Says that there is nothing yet, and what to do about it.
pub(crate) fn empty(sign: &'static str, text: impl Into<String>, action: AnyView) -> AnyView {
    let text: String = text.into();
    view! { <div class="empty">{icon(sign)}<p>{text}</p>{action}</div> }.into_any()
}

/// Shows the skeleton of `index.html` again, with `label` for those who do not see it.
pub(crate) fn bones(label: &'static str) -> AnyView {
    view! {
        <div class="grid" role="status" aria-label=label>
            <div class="card skeleton-card"><div class="bone"></div></div>
            <div class="card skeleton-card"><div class="bone"></div></div>
            <div class="card skeleton-card"><div class="bone"></div></div>
        </div>
    }
    .into_any()
}
