//! What the published openings of a commitment show.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{
    game::Duty,
    pocps::{self, Fault},
};

use crate::{
    components::{Button, Kind, Tone, badge, live},
    contexts::{mining::board::board, tr},
};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Looking,
    Right,
    Wrong(String),
    Withheld,
}

/// Builds the button that fetches and checks, and what it found.
pub(super) fn look(duty: Duty) -> AnyView {
    let found = RwSignal::new(Found::Nothing);
    let press = move |()| {
        found.set(Found::Looking);
        spawn_local(async move { found.set(check(duty).await) });
    };
    let busy = Signal::derive(move || found.get() == Found::Looking);
    let said = live(move || {
        let (code, view) = match found.get() {
            Found::Nothing => return ().into_any(),
            Found::Looking => ("looking", badge(Tone::Plain, tr!(verify.looking))),
            Found::Right => ("right", badge(Tone::Good, tr!(verify.right))),
            Found::Wrong(why) => ("wrong", badge(Tone::Bad, tr!(verify.false_, why = why))),
            Found::Withheld => ("withheld", badge(Tone::Caution, tr!(verify.withheld))),
        };
        view! { <span data-testid="verify-found" data-found=code role="status">{view}</span> }
            .into_any()
    });
    view! {
        <Button label=tr!(verify.look) testid="verify-look" kind=Kind::Small busy on_press=press />
        {said}
    }
    .into_any()
}

async fn check(duty: Duty) -> Found {
    let Duty::Check { asked, root, beacon, samples, .. } = duty else { return Found::Nothing };
    // A board that does not answer has nothing, for who must decide whether to accuse.
    let Ok(Some(response)) = board().find(root).await else { return Found::Withheld };
    match pocps::verify_against(&asked.challenge, root, beacon, samples, &response) {
        Ok(()) => Found::Right,
        // Rows under the committed root tell against the provider. Anything else a board may have made
        // up.
        Err(fault @ Fault::WrongEntry { .. }) => Found::Wrong(fault.to_string()),
        Err(_) => Found::Withheld,
    }
}
