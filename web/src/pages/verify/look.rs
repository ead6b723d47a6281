//! What the published openings of a commitment show.

use std::collections::BTreeMap;

use alloy_primitives::B256;
use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{
    game::Duty,
    pocps::{self, Challenge, Fault},
};

use crate::{
    components::{Button, Kind, Tone, badge, live},
    contexts::{mining::board::board, tr},
};

/// What was found by root: the lines are built anew whenever one of them changes, and would forget it.
pub(super) type Findings = RwSignal<BTreeMap<B256, Found>>;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Looking,
    Right,
    Wrong(String),
    Withheld,
}

/// Builds the button that fetches and checks, and what it found.
pub(super) fn look(duty: Duty, findings: Findings) -> AnyView {
    let Duty::Check { asked, root, beacon, samples, .. } = duty else { return ().into_any() };
    let found = Memo::new(move |_| findings.with(|all| all.get(&root).cloned()));
    let press = move |()| {
        findings.update(|all| _ = all.insert(root, Found::Looking));
        spawn_local(async move {
            let found = check(&asked.challenge, root, beacon, samples).await;
            // The page may have been left meanwhile.
            let _gone = findings.try_update(|all| all.insert(root, found));
        });
    };
    let busy = Signal::derive(move || found.get() == Some(Found::Looking));
    let said = live(move || {
        let (code, view) = match found.get() {
            None => return ().into_any(),
            Some(Found::Looking) => ("looking", badge(Tone::Plain, tr!(verify.looking))),
            Some(Found::Right) => ("right", badge(Tone::Good, tr!(verify.right))),
            Some(Found::Wrong(why)) => ("wrong", badge(Tone::Bad, tr!(verify.false_, why = why))),
            Some(Found::Withheld) => ("withheld", badge(Tone::Caution, tr!(verify.withheld))),
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

async fn check(challenge: &Challenge, root: B256, beacon: B256, samples: u32) -> Found {
    // A board that does not answer has nothing, for who must decide whether to accuse.
    let Ok(Some(response)) = board().find(root).await else { return Found::Withheld };
    match pocps::verify_against(challenge, root, beacon, samples, &response) {
        Ok(()) => Found::Right,
        // Rows under the committed root tell against the provider. Anything else a board may have made
        // up.
        Err(fault @ Fault::WrongEntry { .. }) => Found::Wrong(fault.to_string()),
        Err(_) => Found::Withheld,
    }
}
