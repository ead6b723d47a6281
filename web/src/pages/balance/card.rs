//! The pool page's card: is the pool in balance, and what would keep it there?

use leptos::prelude::*;
use pinfi_core::{equilibrium::Game, units::PoolId};

use super::{
    diagram::{Place, diagram},
    finding::{Finding, Wrong},
    foldout::foldout,
    inputs::Inputs,
    numbers::figure,
    reading::Reading,
    readout::readout,
    sliders::{outside_dials, pool_dials, valuation_dial},
    table::tables,
    trail::{Step, trail},
    words,
};
use crate::{
    components::{Button, Kind, Tone, card, live, maybe, note, stat, stats},
    contexts::{Desk, Settlement, tr},
};

/// What there is to show.
#[derive(Clone, PartialEq)]
pub(super) enum Shown {
    /// Nobody provides.
    Dormant,
    /// A number that is no number, or that has no meaning.
    Wrong(Wrong),
    /// The pool's place in the game.
    Found(Box<Found>),
}

/// A pool in its game.
#[derive(Clone, PartialEq)]
pub(super) struct Found {
    pub(super) game: Game,
    pub(super) finding: Finding,
    pub(super) live: u32,
    /// Whether fee or reward are the user's instead of the pool's.
    pub(super) is_a_question: bool,
    pub(super) trail: Vec<Step>,
}

/// Shows whether a pool is in balance, by the user's assumptions.
pub(in crate::pages) fn balance_card(id: PoolId) -> AnyView {
    super::dress();
    let (desk, settlement) = (Desk::use_it(), Settlement::use_it());
    let inputs = Inputs::new();
    let reading = Memo::new(move |_| {
        let seen = desk.see()?;
        Reading::of(seen.ledger.pool(id).ok()?, seen.now)
    });
    // Again once the pool has a price for the first time.
    Effect::new(move |_| {
        reading.track();
        inputs.choose(id, desk, settlement);
    });
    let past = Memo::new(move |_| past(id, desk, settlement).unwrap_or_default());
    let shown = Memo::new(move |_| {
        reading.get().map(|reading| found(inputs, &reading, past).unwrap_or_else(Shown::Wrong))
    });
    let place = Place::new(shown);
    let content = view! {
        <p class="small soft">{tr!(balance.lead)}</p>
        {live(move || shown.with(|shown| verdict(shown.as_ref())))}
        <div class="split">
            <div class="stack">{diagram(place)}</div>
            <div class="stack">{readout(place)}</div>
        </div>
        {assumptions(inputs, reading, desk, settlement)}
        {tables(place)}
        {ours()}
    };
    card(tr!(balance.title), "pool-balance", content.into_any())
}

fn found(inputs: Inputs, reading: &Reading, past: Memo<Vec<Step>>) -> Result<Shown, Wrong> {
    let Some(price) = reading.price else { return Ok(Shown::Dormant) };
    let game = inputs.game(reading)?;
    let Some(reward) = inputs.reward(reading)? else { return Ok(Shown::Dormant) };
    Ok(Shown::Found(Box::new(Found {
        game,
        finding: Finding::at(&game, price, reward).map_err(Wrong::Game)?,
        live: reading.live,
        is_a_question: inputs.is_a_question(),
        trail: past.get(),
    })))
}

fn past(id: PoolId, desk: Desk, settlement: Settlement) -> Option<Vec<Step>> {
    let seen = desk.follow()?;
    let told = settlement.get()?;
    let (samples, activities) = (told.samples(id), told.activities(None));
    Some(trail(&seen.ledger, id, seen.now, &samples, &activities))
}

fn verdict(shown: Option<&Shown>) -> AnyView {
    let found = match shown {
        None => {
            return view! { <p class="soft" role="status">{tr!(balance.loading)}</p> }.into_any();
        }
        Some(Shown::Dormant) => return note(Tone::Caution, tr!(balance.dormant)),
        Some(Shown::Wrong(wrong)) => {
            let text = words::wrong(*wrong);
            return view! { <div data-testid="balance-wrong">{note(Tone::Caution, text)}</div> }
                .into_any();
        }
        Some(Shown::Found(found)) => found,
    };
    let Finding { region, reward, resting, resting_at_spot, .. } = found.finding;
    let reward_note = if found.is_a_question {
        tr!(balance.reward_asked).to_owned()
    } else {
        tr!(balance.reward_note, live = found.live.to_string())
    };
    let (rests, rests_note) = match resting {
        Some(price) => (figure(price), tr!(balance.rests_note, spot = figure(resting_at_spot))),
        None => ("–".to_owned(), tr!(balance.rests_none).to_owned()),
    };
    let figures = vec![
        stat(tr!(balance.reward_now), "balance-reward-now", figure(reward), reward_note),
        stat(
            tr!(balance.band),
            "balance-band",
            words::band_range(&found.finding),
            tr!(balance.band_note).to_owned(),
        ),
        stat(
            tr!(balance.outside_now),
            "balance-outside",
            figure(found.game.outside_price()),
            tr!(balance.outside_note).to_owned(),
        ),
        stat(tr!(balance.rests), "balance-rests", rests, rests_note),
    ];
    let asked =
        found.is_a_question.then(|| view! { <p class="small soft">{tr!(balance.question)}</p> });
    let told = format!("{} {}", words::verdict(&found.finding), tr!(balance.by_assumption));
    view! {
        <div data-testid="balance-verdict" data-region=region.letter()>
            {note(words::tone(&found.finding), told)}
        </div>
        {asked}
        <div class="balance-figures">{stats(figures)}</div>
    }
    .into_any()
}

fn assumptions(
    inputs: Inputs,
    reading: Memo<Option<Reading>>,
    desk: Desk,
    settlement: Settlement,
) -> AnyView {
    let reset = maybe(move || {
        inputs.is_a_question().then(|| {
            view! {
                <Button
                    label=tr!(balance.as_pool)
                    testid="balance-as-pool"
                    kind=Kind::Small
                    on_press=move |()| inputs.as_in_the_pool()
                />
            }
            .into_any()
        })
    });
    view! {
        <div class="stack proof">
            <h3>{tr!(balance.assume)}</h3>
            <p class="small soft">{tr!(balance.assume_text)} " " {tr!(balance.ask_text)}</p>
            <div class="dials">
                {outside_dials(inputs)} {valuation_dial(inputs)} {pool_dials(inputs, reading)}
            </div>
            <div class="row">
                <Button
                    label=tr!(balance.restart)
                    testid="balance-restart"
                    kind=Kind::Small
                    on_press=move |()| inputs.restart(desk, settlement)
                />
                {reset}
            </div>
        </div>
    }
    .into_any()
}

/// How the figures come about, and what they do not know.
fn ours() -> AnyView {
    let sentences = [
        tr!(balance.ours_curve),
        tr!(balance.ours_reward),
        tr!(balance.ours_fee),
        tr!(balance.ours_simulated),
        tr!(balance.ours_sides),
        tr!(balance.ours_spot),
    ];
    foldout(tr!(balance.ours), "balance-ours", sentences.map(str::to_owned).into())
}
