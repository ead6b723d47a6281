//! The machine at work: what it does now, what is due next, what it has brought.

use std::rc::Rc;

use leptos::prelude::*;
use pinfi_core::{
    game::Duty,
    units::{PoolId, StakeId, Timestamp, Wei},
};
use pinfi_worker::DeviceKind;

use super::{Found, clients, history, is_appointed, name, renew, rests, statements};
use crate::{
    components::{
        Address, Button, Kind, Progress, Tone, badge, card, countdown, live, maybe, note, stat,
        stats, text,
    },
    contexts::{
        Desk, Seen,
        mining::{self, Machine, Rest, Stand, Upkeep},
        tr,
    },
    format::percent,
    route::Route,
    words::pin_words,
};

/// Builds the cards of a machine that was started.
pub(super) fn running(desk: Desk, found: Found, machine: Rc<Machine>) -> AnyView {
    let kept = StoredValue::new_local(Rc::clone(&machine));
    let shown = Memo::new(move |_| kept.get_value().shown());
    let stand = Memo::new(move |_| shown.with(|shown| shown.stand));
    let stakes = Memo::new(move |_| shown.with(|shown| shown.stakes.clone()));
    let paused = Memo::new(move |_| shown.with(|shown| shown.paused));
    let upkeep = Upkeep::use_it();
    upkeep.operator.set(Some(machine.operator()));
    Effect::new(move |_| upkeep.stakes.set(stakes.get()));
    let head = live(move || head(found, kept, stand.get(), paused.get()));
    let progress = maybe(move || {
        let per_mille = shown.with(|shown| shown.per_mille)?;
        let label = tr!(mine.computing).to_owned();
        let bar = view! { <Progress label testid="mine-progress" per_mille=per_mille /> };
        Some(bar.into_any())
    });
    let duty =
        text(move || shown.with(|shown| shown.duty_bps).map_or_else(|| "–".to_owned(), percent));
    let device = text(move || match shown.with(|shown| shown.device) {
        None => "–".to_owned(),
        Some(DeviceKind::Gpu) => tr!(mine.on_gpu).to_owned(),
        Some(DeviceKind::SoftwareGpu) => tr!(mine.on_software).to_owned(),
        Some(DeviceKind::Cpu) => tr!(mine.on_cpu).to_owned(),
    });
    let figures = stats(vec![
        stat(tr!(mine.duty), "mine-duty", duty, tr!(mine.duty_note).to_owned()),
        stat(tr!(mine.device), "mine-computed-on", device, String::new()),
    ]);
    let operator = machine.operator().to_string();
    let key = view! {
        <p class="small soft">
            {tr!(mine.operator)} " " <Address address=operator testid="mine-operator" />
        </p>
    };
    let troubles = maybe(move || {
        let (lost, unkept) = shown.with(|shown| (shown.lost, shown.unkept));
        (lost || unkept).then(|| {
            let lost = lost.then(|| note(Tone::Caution, tr!(mine.lost)));
            let unkept = unkept.then(|| note(Tone::Bad, tr!(mine.unkept)));
            view! { <div data-testid="mine-troubles" class="stack-s">{lost} {unkept}</div> }
                .into_any()
        })
    });
    let now = view! { {head} {troubles} {progress} {figures} {key} };
    let cards = live(move || {
        let all = stakes.get().into_iter().map(|id| stake(desk, kept, id));
        view! { <div class="stack">{all.collect_view()}</div> }.into_any()
    });
    let waiting = Memo::new(move |_| shown.with(|shown| shown.waiting.clone()));
    let ended = live(move || {
        let Some(seen) = desk.peek() else { return ().into_any() };
        let all = waiting.get().into_iter().map(|(id, why)| renew::waiting(&seen, id, &why));
        view! { <div class="stack">{all.collect_view()}</div> }.into_any()
    });
    let past = live(move || shown.with(|shown| history::history(&shown.diary)));
    let domain = machine.domain();
    let said = Memo::new(move |_| shown.with(|shown| shown.statements.clone()));
    let said = live(move || statements::statements(domain, said.get()));
    view! {
        {card("", "mine-machine", now.into_any())}
        {ended}
        {cards}
        {clients::clients(desk, &machine)}
        {past}
        {said}
        {renew::renew(Some(Rc::clone(&machine)))}
        {rests::rests(Some(machine))}
    }
    .into_any()
}

type Kept = StoredValue<Rc<Machine>, LocalStorage>;

/// What it is busy with, and what can be done about it.
fn head(found: Found, machine: Kept, stand: Stand, paused: bool) -> AnyView {
    let (key, tone, words) = match stand {
        Stand::Working => ("working", Tone::Warm, tr!(mine.working)),
        Stand::Waiting => ("waiting", Tone::Good, tr!(mine.waiting)),
        Stand::Resting(_) => ("resting", Tone::Caution, tr!(mine.resting)),
    };
    let why = match stand {
        Stand::Resting(Rest::Paused) => Some(tr!(mine.why_paused)),
        Stand::Resting(Rest::Hidden) => Some(tr!(mine.why_hidden)),
        Stand::Resting(Rest::Battery) => Some(tr!(mine.why_battery)),
        Stand::Resting(Rest::FastClock) => Some(tr!(mine.why_fast)),
        _ => None,
    };
    let pause = move |()| machine.get_value().pause(!paused);
    let end = move |()| {
        mining::end();
        found.look();
    };
    let label = if paused { tr!(mine.resume) } else { tr!(mine.pause) };
    view! {
        <div class="row" role="status" data-testid="mine-stand" data-stand=key>
            {badge(tone, words)}
            <Button label testid="mine-pause" on_press=pause />
            <Button label=tr!(mine.end) testid="mine-end" kind=Kind::Quiet on_press=end />
        </div>
        {why.map(|why| note(Tone::Plain, why))}
    }
    .into_any()
}

/// What a stake has to do next, and what it has earned.
#[derive(Clone, Debug, PartialEq)]
struct Glance {
    name: String,
    state: &'static str,
    pool: PoolId,
    passed: u32,
    reward: Option<Wei>,
    next: Option<(&'static str, Option<Timestamp>)>,
    may: bool,
}

fn glance(seen: &Seen, machine: &Machine, id: StakeId) -> Option<Glance> {
    let ledger = &seen.ledger;
    let stake = ledger.stake_of(id).ok()?;
    let reward = ledger.reward_of(id, seen.now).map(|payout| payout.amount);
    let due = machine.due(id);
    Some(Glance {
        name: name(ledger, id),
        state: stake.state.name(),
        pool: stake.pool,
        passed: stake.passed,
        reward,
        next: due.first().map(|duty| (word(duty), duty.by())),
        may: is_appointed(ledger, id, machine.operator()),
    })
}

/// Names a duty for people.
fn word(duty: &Duty) -> &'static str {
    match duty {
        Duty::OpenEpoch { .. } => tr!(mine.next_open),
        Duty::Commit { .. } => tr!(mine.next_commit),
        Duty::RecordBeacon { .. } => tr!(mine.next_beacon),
        Duty::Check { .. } => tr!(mine.next_publish),
        Duty::Prove { .. } => tr!(mine.next_prove),
        Duty::Missed { .. } | Duty::Convict { .. } | Duty::TakeBack { .. } => tr!(mine.next_fail),
        Duty::Conclude { .. } => tr!(mine.next_conclude),
    }
}

fn stake(desk: Desk, machine: Kept, id: StakeId) -> AnyView {
    let glance = Memo::new(move |_| {
        desk.see().and_then(|seen| glance(&seen, machine.get_value().as_ref(), id))
    });
    live(move || {
        let Some(glance) = glance.get() else { return ().into_any() };
        let Glance { name, state, pool, passed, reward, next, may } = glance;
        let ended = matches!(state, "slashed" | "settled");
        let next = match next {
            _ if ended => note(
                if state == "slashed" { Tone::Bad } else { Tone::Plain },
                if state == "slashed" { tr!(mine.slashed) } else { tr!(mine.settled) },
            ),
            Some((what, Some(by))) => {
                view! { <p data-testid="mine-next"><strong>{what}</strong> " " {countdown(by.0)}</p> }
                    .into_any()
            }
            Some((what, None)) => {
                view! { <p data-testid="mine-next"><strong>{what}</strong></p> }.into_any()
            }
            None => view! { <p class="soft">{tr!(mine.next_none)}</p> }.into_any(),
        };
        // The key that answers can't burn or stake; who owns the device can, in a minute.
        let again = ended.then(|| {
            let path = Route::Provide(Some(pool)).path();
            view! { <p><a class="button" href=path data-testid="mine-again">{tr!(mine.again)}</a></p> }
        });
        let warning = (!may && !ended).then(|| note(Tone::Caution, tr!(mine.not_appointed)));
        let brought = reward.map_or_else(|| "–".to_owned(), pin_words);
        let figures = stats(vec![
            stat(
                tr!(mine.passed),
                "mine-passed",
                passed.to_string(),
                tr!(mine.passed_note).to_owned(),
            ),
            stat(tr!(mine.reward), "mine-reward", brought, tr!(mine.reward_note).to_owned()),
        ]);
        view! {
            <article
                class="card"
                data-testid="mine-device-card"
                data-stake=id.to_string()
                data-state=state
                data-passed=passed.to_string()
                data-reward=reward.map(|wei| wei.to_string())
            >
                <h2>{name}</h2>
                {next}
                {again}
                {warning}
                {figures}
            </article>
        }
        .into_any()
    })
}
