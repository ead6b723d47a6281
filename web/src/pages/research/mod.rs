//! Simulated markets: choose a scenario, change it, run it off the page, and look at what came of it.
//!
//! | file | what lives there |
//! |---|---|
//! | `knob` | the numbers that can be changed, with their bounds: pure |
//! | `draft` | a market as it is typed, and the order that it makes: pure |
//! | `address` | a draft as the query of an address: pure |
//! | `verdict` | whether the balance held, and when it broke: pure |
//! | `plots` | a market as lines: pure |
//! | `words` | scenarios, numbers, refusals and verdicts in words |
//! | `lab` | the form and the runs, which outlive the page |
//! | `form`, `progress` | the scenario and its numbers, and how far a run is |
//! | `result`, `charts`, `summary` | what came of it |

mod address;
mod charts;
mod draft;
mod form;
mod knob;
mod lab;
mod plots;
mod progress;
mod result;
mod summary;
mod verdict;
mod words;

use leptos::prelude::*;

use crate::{
    browser,
    components::{Tone, maybe, note, page},
    contexts::tr,
    pages::balance,
};
use lab::Lab;

/// Builds the page, and runs the market that the address names.
pub(super) fn research() -> AnyView {
    balance::dress();
    browser::adopt_style(include_str!("../../../styles/tight.css"));
    browser::adopt_style(include_str!("../../../styles/research.css"));
    let lab = Lab::of_the_tab();
    lab.open(&browser::query());
    let refused = maybe(move || {
        let text = words::bad_address(&lab.refused.get()?);
        Some(
            view! { <div role="alert" data-testid="research-refused">{note(Tone::Bad, text)}</div> }
                .into_any(),
        )
    });
    let content = view! {
        {refused}
        {form::form(lab)}
        {progress::progress(lab)}
        {result::result(lab)}
        {balance::foldout(tr!(research.ours), "research-ours", ours())}
    };
    page(tr!(research.title), tr!(research.lead), content.into_any())
}

/// What the figures rest on.
fn ours() -> Vec<String> {
    [
        tr!(research.ours_ledger),
        tr!(research.ours_agents),
        tr!(research.ours_reward),
        tr!(research.ours_bits),
        tr!(research.ours_docs),
    ]
    .map(str::to_owned)
    .into()
}
