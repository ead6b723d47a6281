//! What a client may do where something is wrong: complain, by which the device has to prove at once
//! that it is there (protocol 5.3).

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{
    Action,
    game::GameAction,
    units::{EpochId, Secs, StakeId, Timestamp},
};

use super::{
    bench::{Bench, Phase},
    entry::{Stand, Verdict},
    needs::Needs,
    place::Place,
};
use crate::{
    components::{Button, Tone, card, countdown, maybe, note},
    contexts::{Seen, tr},
    words::span,
};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// A result that was signed.
    Result,
    /// A job never came to its end.
    NoResult,
    /// The device is not reached.
    NoDevice,
}

/// How a complaint stands in the rental that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// There is none; the provider would have so long.
    None(Secs),
    /// The provider has to commit by then.
    Asked(Timestamp),
    /// The provider has committed, or it is over.
    Answered,
}

/// Shows it where there is a cause.
pub(super) fn complaint(stake: StakeId, bench: Bench, needs: Needs) -> AnyView {
    let cause = Memo::new(move |_| cause(bench, needs.place(stake)));
    let standing = Memo::new(move |_| needs.desk.see().and_then(|seen| standing(&seen, stake)));
    let stands_in = Memo::new(move |_| needs.place(stake) == Some(Place::Here));
    maybe(move || {
        let (cause, standing) = (cause.get()?, standing.get()?);
        Some(shown(stake, needs, cause, standing, stands_in.get()))
    })
}

fn cause(bench: Bench, place: Option<Place>) -> Option<Cause> {
    let entries = bench.entries.get();
    let is_wrong = |verdict: &Verdict| matches!(verdict, Verdict::Wrong(_));
    if entries.iter().any(|it| it.verdict.with(is_wrong)) {
        return Some(Cause::Result);
    }
    if entries.iter().any(|it| it.stand.with(Stand::never_came)) {
        return Some(Cause::NoResult);
    }
    let is_unreached = match bench.phase.get() {
        Phase::Over(code, _) => {
            let is_lost = matches!(code.as_str(), "SessionClosed" | "SessionOtherSigner");
            is_lost || code.starts_with("Dial")
        }
        _ => false,
    };
    (is_unreached || place == Some(Place::Unsaid)).then_some(Cause::NoDevice)
}

fn standing(seen: &Seen, id: StakeId) -> Option<Standing> {
    let stake = seen.ledger.stake_of(id).ok()?;
    let rental = stake.running_rental(seen.now)?;
    let window = seen.ledger.pool(stake.pool).ok()?.params().pocps.window;
    let trial = seen.ledger.game().trial(id, EpochId::complaint(rental.id));
    Some(match trial {
        // A complaint has twice the window.
        None => Standing::None(Secs(window.0.saturating_mul(2))),
        Some(trial) if trial.over || trial.committed.is_some() => Standing::Answered,
        Some(trial) => Standing::Asked(trial.commit_by),
    })
}

fn shown(
    stake: StakeId,
    needs: Needs,
    cause: Cause,
    standing: Standing,
    stands_in: bool,
) -> AnyView {
    let cause = match cause {
        Cause::Result => tr!(hire.cause_result),
        Cause::NoResult => tr!(hire.cause_no_result),
        Cause::NoDevice => tr!(hire.cause_no_device),
    };
    let state = match standing {
        Standing::None(_) => "none",
        Standing::Asked(_) => "asked",
        Standing::Answered => "answered",
    };
    let press = move |()| {
        spawn_local(async move {
            // Whatever comes of it is told.
            let _told = needs.act.request(Action::from(GameAction::Complain { stake })).await;
        });
    };
    let standing = match standing {
        Standing::None(window) => {
            let busy = Signal::derive(move || needs.act.is_busy());
            view! {
                <p class="small">{tr!(hire.complaint_follows, window = span(window))}</p>
                <p class="small">{tr!(hire.complaint_costs)}</p>
                <div class="row">
                    <Button label=tr!(hire.complain) testid="use-complain" busy on_press=press />
                </div>
            }
            .into_any()
        }
        Standing::Asked(by) => {
            view! { <p role="status">{tr!(hire.complaint_asked)} " " {countdown(by.0)}</p> }
                .into_any()
        }
        Standing::Answered => {
            view! { <p role="status">{tr!(hire.complaint_answered)}</p> }.into_any()
        }
    };
    let stands_in = stands_in.then(|| note(Tone::Plain, tr!(hire.complaint_here)));
    let content = view! {
        <div class="stack-s" data-testid="use-complaint-state" data-state=state>
            <p>{cause}</p>
            {standing}
            {stands_in}
        </div>
    };
    card(tr!(hire.complaint), "use-complaint", content.into_any())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests may panic")]

    use std::rc::Rc;

    use alloy_primitives::B256;
    use pinfi_client::intent::Speed;
    use pinfi_core::units::Wei;

    use super::*;
    use crate::fixture::{ALICE, BOB, Market, PIN};

    fn seen(market: &Market) -> Seen {
        Seen {
            ledger: Rc::new(market.ledger.clone()),
            now: market.now,
            speed: Speed::Real,
            is_sandbox: true,
            account: Some(BOB),
        }
    }

    #[test]
    fn standing_follows_the_complaint_of_the_rental_that_runs() {
        let mut market = Market::open();
        let id = market.lp;
        assert_eq!(standing(&seen(&market), id), None, "nobody rents it");
        let (pool, stakes, until) = (market.pool, vec![id], market.hours_from_now(2));
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost: Wei(100 * PIN) });
        assert_eq!(standing(&seen(&market), id), Some(Standing::None(Secs(600))));
        market.act(BOB, Action::from(GameAction::Complain { stake: id }));
        let by = Timestamp(market.now.0 + 600);
        assert_eq!(standing(&seen(&market), id), Some(Standing::Asked(by)));
        let trial = market.ledger.game().trials_of(id).next().map(|trial| trial.epoch);
        let Some(epoch) = trial else { panic!("no trial") };
        let root = B256::repeat_byte(1);
        market.act(ALICE, Action::from(GameAction::Commit { stake: id, epoch, root }));
        assert_eq!(standing(&seen(&market), id), Some(Standing::Answered));
    }
}
