//! Where openings are published.

use leptos::prelude::*;

use crate::{
    components::{Button, Field, Kind, card, maybe},
    contexts::{mining::board, tr},
    words::Trouble,
};

/// Builds the field for a board's URL.
pub(in crate::pages) fn publish() -> AnyView {
    let text = RwSignal::new(board::url().unwrap_or_default());
    let outcome = RwSignal::new(None::<Option<Trouble>>);
    let error = Signal::derive(move || {
        outcome.with(|outcome| Some(outcome.as_ref()?.as_ref()?.text.clone()))
    });
    let keep = move |()| {
        let named = text.with_untracked(|text| board::name(text));
        outcome.set(Some(named.err().map(|error| Trouble::from(&error))));
    };
    let kept = maybe(move || {
        let done = outcome.with(|outcome| matches!(outcome, Some(None)));
        done.then(|| {
            view! { <p class="small soft" role="status">{tr!(mine.board_kept)}</p> }.into_any()
        })
    });
    let content = view! {
        <p>{tr!(mine.board_text)}</p>
        <Field
            label=tr!(mine.board_url)
            testid="board-url"
            text
            error
            placeholder="https://"
            on_enter=Callback::new(keep)
        />
        <div class="row">
            <Button label=tr!(mine.board_keep) testid="board-keep" kind=Kind::Small on_press=keep />
        </div>
        {kept}
    };
    card(tr!(mine.board), "mine-board", content.into_any())
}
