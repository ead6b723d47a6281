//! A stake's card: its state, what it is worth, and what can be done with it.

use leptos::prelude::*;
use pinfi_client::intent::LedgerAction;
use pinfi_core::{
    Action, Error,
    math::WAD,
    rewards::Payout,
    stake::{Stake, StakeState},
    units::{Secs, StakeId, Timestamp, Wei},
};
use wasm_bindgen_futures::spawn_local;

use super::{
    ask::{Ask, Question},
    holdings::{Deed, deeds},
    proof, state_word,
    worth::{self, Exit},
};
use crate::{
    components::{Button, Kind, Tone, badge, countdown, note, stat, stats},
    contexts::{Act, Check, Desk, Prover, Seen, Settlement, tr},
    format::{percent_of, pin_compact},
    route::Route,
    words::{self, Trouble, pin_words, signed_pin},
};

/// What the card shows at one moment.
#[derive(Clone, Debug, PartialEq)]
struct Glance {
    stake: Stake,
    name: String,
    deeds: Vec<Deed>,
    pending: Wei,
    reward: Option<Payout>,
    exit: Option<Result<Exit, Error>>,
    sale: Option<Result<Wei, Error>>,
    cover: Option<u128>,
    at: Timestamp,
    rented_until: Option<Timestamp>,
    is_expired: bool,
    can_settle: bool,
}

fn glance(seen: &Seen, id: StakeId) -> Option<Glance> {
    let (ledger, now) = (&seen.ledger, seen.now);
    let account = seen.account?;
    let stake = *ledger.stake_of(id).ok()?;
    let is_expired = now >= stake.expiry;
    let is_lp = stake.position().is_some() && !is_expired;
    let is_held = matches!(stake.state, StakeState::Held) && !is_expired;
    let reserves = ledger.pool(stake.pool).ok()?.at(now).ok()?.reserves;
    let kind = words::kind(ledger, stake.pool);
    Some(Glance {
        name: tr!(positions.stake_name, kind = kind, id = id.to_string()),
        deeds: deeds(ledger, &stake, account, now),
        pending: worth::pending(ledger, &stake, now),
        reward: ledger.reward_of(id, now),
        exit: is_lp.then(|| worth::exit(ledger, id, account, now)),
        sale: is_held.then(|| worth::resale(ledger, &stake, now, stake.expiry)),
        cover: reserves.cover_ratio_wad().filter(|_| is_lp),
        rented_until: stake.running_rental(now).map(|rental| rental.until),
        is_expired,
        can_settle: ledger.verification_of(id).is_none_or(|open| now > open.respond_by),
        at: now,
        stake,
    })
}

/// Builds the card of a live stake.
pub(super) fn stake_card(desk: Desk, id: StakeId) -> AnyView {
    let glance = Memo::new(move |_| desk.see().and_then(|seen| glance(&seen, id)));
    let part = move |read: fn(&Glance) -> String| {
        Signal::derive(move || glance.with(|glance| glance.as_ref().map(read).unwrap_or_default()))
    };
    let state = part(|glance| glance.stake.state.name().to_owned());
    let passed = part(|glance| glance.stake.passed.to_string());
    let name = part(|glance| glance.name.clone());
    let (at, pending) =
        (part(|glance| glance.at.to_string()), part(|glance| glance.pending.0.to_string()));
    let fee = part(|glance| glance.stake.maintenance_fee.0.to_string());
    let signs = Memo::new(move |_| {
        glance.with(|glance| {
            let glance = glance.as_ref()?;
            Some((glance.stake.state.name(), glance.stake.passed, glance.rented_until))
        })
    });
    let expiry =
        Memo::new(move |_| glance.with(|g| g.as_ref().map(|g| (g.stake.expiry, g.is_expired))));
    let kinds = Memo::new(move |_| glance.with(|glance| glance.as_ref().map(Kinds::of)));
    let settlement = Settlement::use_it();
    let answers = Memo::new(move |_| kinds.get().is_some_and(|kinds| kinds.can_prove));
    let provable = Memo::new(move |_| answers.get() && settlement.judges());
    view! {
        <article
            class="card position"
            data-testid="stake"
            data-stake=id.to_string()
            data-state=state
            data-verified=passed
            data-at=at
            data-pending=pending
            data-fee=fee
        >
            <div class="card-head">
                <h3>{name}</h3>
                {move || signs.get().map(|(state, passed, rented)| badges(state, passed, rented))}
            </div>
            {move || kinds.get().map(|kinds| figures(kinds, glance, expiry))}
            {move || low_cover(glance)}
            {move || provable.get().then(|| proof::proof_panel(desk, id))}
            {move || answers.get().then(to_mine)}
            {move || kinds.get().map(|kinds| buttons(desk, id, &kinds, glance))}
        </article>
    }
    .into_any()
}

/// The way to the page where a device answers its challenges by itself.
fn to_mine() -> AnyView {
    let path = Route::Mine.path();
    view! { <p><a href=path data-testid="to-mine">{tr!(positions.to_mine)}</a></p> }.into_any()
}

/// Which figures and buttons there are; built anew only where that changes.
#[derive(Clone, Debug, PartialEq)]
struct Kinds {
    state: &'static str,
    deeds: Vec<Deed>,
    can_prove: bool,
    is_expired: bool,
    has_reward: bool,
}

impl Kinds {
    fn of(glance: &Glance) -> Self {
        Self {
            state: glance.stake.state.name(),
            deeds: glance.deeds.clone(),
            can_prove: glance.deeds.contains(&Deed::Prove),
            is_expired: glance.is_expired,
            has_reward: glance.reward.is_some(),
        }
    }
}

fn badges(state: &'static str, passed: u32, rented: Option<Timestamp>) -> AnyView {
    let verified = if passed > 0 {
        badge(Tone::Good, tr!(positions.verified, count = passed.to_string()))
    } else {
        badge(Tone::Caution, tr!(positions.unverified))
    };
    let rented = rented.map(|_| badge(Tone::Warm, tr!(positions.rented)));
    view! { <div class="row">{badge(Tone::Plain, state_word(state))} {verified} {rented}</div> }
        .into_any()
}

fn figures(
    kinds: Kinds,
    glance: Memo<Option<Glance>>,
    expiry: Memo<Option<(Timestamp, bool)>>,
) -> AnyView {
    let read = move |read: fn(&Glance) -> String| {
        Signal::derive(move || glance.with(|glance| glance.as_ref().map(read).unwrap_or_default()))
    };
    let left = move || {
        expiry.get().map(|(at, over)| {
            let date = words::moment(at);
            let left = if over { tr!(positions.expired).into_any() } else { countdown(at.0) };
            view! {
                <div class="stat">
                    <dt>{tr!(positions.ends_in)}</dt>
                    <dd class="num">{left}</dd>
                    <dd class="stat-note">{tr!(positions.ends_at, date = date)}</dd>
                </div>
            }
        })
    };
    let mut list = vec![left.into_any()];
    match kinds.state {
        "liquidity" => {
            let pending = read(|glance| pin_words(glance.pending));
            let remark = tr!(positions.pending_note).to_owned();
            list.push(stat(tr!(positions.pending), "stake-pending", pending, remark));
            if !kinds.is_expired {
                let leaving = read(leaving);
                list.push(stat(
                    tr!(positions.leaving),
                    "stake-leaving",
                    leaving,
                    read(leaving_note),
                ));
                let cover = read(|glance| {
                    glance.cover.map_or_else(String::new, |cover| percent_of(cover, WAD))
                });
                let remark = tr!(positions.cover_note).to_owned();
                list.push(stat(tr!(positions.cover), "stake-cover", cover, remark));
            }
        }
        state => {
            if state == "held" && !kinds.is_expired {
                let sale = read(|glance| match &glance.sale {
                    Some(Ok(net)) => pin_words(*net),
                    _ => tr!(positions.leaving_not).to_owned(),
                });
                let why = read(|glance| match &glance.sale {
                    Some(Err(error)) => Trouble::from(error).text,
                    _ => String::new(),
                });
                list.push(stat(tr!(positions.sale), "stake-sale", sale, why));
            }
            let fee = read(|glance| pin_words(glance.stake.maintenance_fee));
            let remark = read(|glance| {
                let text = if glance.stake.passed > 0 {
                    tr!(positions.fee_back)
                } else {
                    tr!(positions.fee_lost)
                };
                text.to_owned()
            });
            list.push(stat(tr!(positions.fee), "stake-fee", fee, remark));
        }
    }
    if kinds.has_reward {
        let amount = read(|glance| glance.reward.map_or_else(String::new, |r| pin_words(r.amount)));
        let remark = read(|glance| {
            let earned =
                |payout: Payout| tr!(positions.reward_note, earned = pin_compact(payout.earned.0));
            glance.reward.map_or_else(String::new, earned)
        });
        list.push(stat(tr!(positions.reward), "stake-reward", amount, remark));
    }
    let sold = (kinds.state == "sold").then(|| note(Tone::Plain, tr!(positions.sold_note)));
    view! { {stats(list)} {sold} }.into_any()
}

fn leaving(glance: &Glance) -> String {
    match &glance.exit {
        Some(Ok(exit)) => signed_pin(exit.net.saturating_add_unsigned(exit.pending.0)),
        _ => tr!(positions.leaving_not).to_owned(),
    }
}

fn leaving_note(glance: &Glance) -> String {
    match (&glance.exit, glance.rented_until) {
        (Some(Ok(exit)), _) => tr!(positions.leaving_note, fee = pin_compact(exit.fee.0)),
        (_, Some(until)) => tr!(positions.rented_until, date = words::moment(until)),
        (Some(Err(error)), _) => Trouble::from(error).text,
        (None, None) => String::new(),
    }
}

fn low_cover(glance: Memo<Option<Glance>>) -> Option<AnyView> {
    let cover = glance.with(|glance| glance.as_ref().and_then(|glance| glance.cover))?;
    worth::is_cover_low(cover)
        .then(|| note(Tone::Caution, tr!(positions.cover_low, cover = percent_of(cover, WAD))))
}

fn buttons(desk: Desk, id: StakeId, kinds: &Kinds, glance: Memo<Option<Glance>>) -> AnyView {
    let (act, ask, prover) = (Act::use_it(), Ask::use_it(), Prover::use_it());
    // Which of them is under way: the others need not look so.
    let pressed = RwSignal::new(None::<Deed>);
    let button = |deed: Deed| {
        let (testid, label, kind) = match deed {
            Deed::Prove => return None,
            Deed::Collect => ("stake-collect", tr!(positions.collect), Kind::Primary),
            Deed::Join => ("stake-join", tr!(positions.join), Kind::Primary),
            Deed::Open => ("stake-open", tr!(positions.open), Kind::Primary),
            Deed::Sell => ("stake-sell", tr!(positions.sell), Kind::Plain),
            Deed::Remove => ("stake-remove", tr!(positions.remove), Kind::Plain),
            Deed::Transfer => ("stake-transfer", tr!(positions.transfer), Kind::Quiet),
            Deed::Settle => ("stake-settle", tr!(positions.settle), Kind::Primary),
        };
        let blocked = Memo::new(move |_| {
            let proving = prover.proof().is_some_and(|p| p.stake == id && p.ending.is_none());
            glance.with(|glance| glance.as_ref().is_none_or(|glance| is_blocked(glance, deed)))
                || (proving && deed != Deed::Collect)
        });
        let press = move |()| match deed {
            Deed::Open => ask.put(Question::Open(id)),
            Deed::Transfer => ask.put(Question::TransferHours(id)),
            _ => {
                pressed.set(Some(deed));
                spawn_local(async move {
                    if let Some(action) = desk.peek().and_then(|seen| action(&seen, id, deed)) {
                        // Whatever comes of it was told.
                        let _told = act.request(action).await;
                    }
                    // The card may be gone by now.
                    let _gone = pressed.try_set(None);
                });
            }
        };
        let disabled = Signal::derive(move || blocked.get());
        let busy = Signal::derive(move || pressed.get() == Some(deed));
        Some(view! { <Button label testid kind disabled busy on_press=press /> }.into_any())
    };
    let list: Vec<AnyView> = kinds.deeds.iter().copied().filter_map(button).collect();
    let waits = move || {
        let waits = glance.with(|g| g.as_ref().is_some_and(|g| g.is_expired && !g.can_settle));
        waits.then(|| view! { <p class="small soft">{tr!(positions.settle_wait)}</p> })
    };
    view! { <div class="row">{list}</div> {waits} }.into_any()
}

fn is_blocked(glance: &Glance, deed: Deed) -> bool {
    match deed {
        Deed::Remove => !matches!(glance.exit, Some(Ok(_))),
        Deed::Sell => !matches!(glance.sale, Some(Ok(_))),
        Deed::Collect => glance.pending == Wei::ZERO,
        Deed::Settle => !glance.can_settle,
        Deed::Prove | Deed::Join | Deed::Open | Deed::Transfer => false,
    }
}

/// Makes the action of a deed, with limits that hold while the user reads.
fn action(seen: &Seen, id: StakeId, deed: Deed) -> Option<LedgerAction> {
    let (ledger, now, slack): (_, _, Secs) = (&seen.ledger, seen.now, seen.slack());
    let stake = ledger.stake_of(id).ok()?;
    let action = match deed {
        Deed::Collect => Action::Collect { stake: id },
        Deed::Settle => Action::Settle { stake: id },
        Deed::Join => worth::joining(ledger, id, now, slack).ok()?,
        Deed::Remove => worth::removal(ledger, id, seen.account?, now, slack).ok()?,
        Deed::Sell => {
            let min_out = worth::least_resale(ledger, stake, now, stake.expiry, slack);
            Action::Sell { stake: id, min_out }
        }
        Deed::Prove | Deed::Open | Deed::Transfer => return None,
    };
    Some(action.into())
}

/// Where a stake's verification stands, for the panel.
pub(super) fn check(desk: Desk, id: StakeId) -> Option<Check> {
    desk.see().map(|seen| Check::of(&seen.ledger, id, seen.now))
}
