//! Proving a stake's device: what is due, the proof under way, and its verdict.

use std::rc::Rc;

use leptos::prelude::*;
use pinfi_client::intent::Speed;
use pinfi_core::{
    Action, Events, Ledger,
    pocps::PocpsParams,
    units::{Secs, StakeId, Timestamp, Wei},
};
use pinfi_worker::DeviceKind;
use wasm_bindgen_futures::spawn_local;

use super::{stake::check, worth};
use crate::{
    browser,
    components::{Button, Kind, Progress, Tone, badge, card, countdown, note},
    contexts::{
        Act, Agreed, Check, Clock, Desk, Ending, Phase, Proof, Prover, Request, Seen, Steps,
        magnitude, seconds, span, tr, wall_seconds,
    },
    format::pin_compact,
    pages::device::worker_words,
    words::{self, Words, pin_words},
};

/// The messages that one word stands for.
const COVERS: &[&str] = &["Challenge", "Commit", "Respond"];

/// Shows what is due, a button to do it, and how far it is.
pub(super) fn proof_panel(desk: Desk, id: StakeId) -> AnyView {
    let (act, prover, clock) = (Act::use_it(), Prover::use_it(), Clock::use_it());
    let spoiled = RwSignal::new(false);
    let check = Memo::new(move |_| check(desk, id));
    let speed = Memo::new(move |_| desk.follow().map(|seen| (seen.speed, seen.is_sandbox)));
    let mine = Memo::new(move |_| prover.proof().filter(|proof| proof.stake == id));
    let running = Memo::new(move |_| mine.with(|p| p.as_ref().is_some_and(|p| p.ending.is_none())));
    let provable = move || check.get().is_some_and(Check::is_provable);
    let disabled = Signal::derive(move || !provable() || prover.is_proving());
    let busy = Signal::derive(move || running.get());
    let press = move |()| {
        spawn_local(prove(desk, act, prover, id, spoiled.get_untracked()));
    };
    let options = move || {
        let is_sandbox = speed.get().is_some_and(|(_, is_sandbox)| is_sandbox);
        (is_sandbox && provable() && !running.get()).then(|| tester(spoiled))
    };
    let shown = Memo::new(move |_| provable() || running.get());
    let button = move || {
        shown.get().then(|| {
            view! {
                <div class="row">
                    <Button
                        label=tr!(positions.prove)
                        testid="stake-prove"
                        disabled
                        busy
                        on_press=press
                    />
                </div>
            }
        })
    };
    view! {
        <div class="stack-s proof" data-testid="proof">
            {move || check.get().map(|check| due(check, clock, speed.get()))}
            {move || fast_clock(desk, clock, id, check.get(), speed.get())}
            {move || mine.get().map(|proof| progress(&proof, prover))}
            {button}
            {options}
        </div>
    }
    .into_any()
}

fn due(check: Check, clock: Clock, speed: Option<(Speed, bool)>) -> AnyView {
    match check {
        Check::Ready => view! { <p class="soft">{tr!(positions.check_ready)}</p> }.into_any(),
        Check::Open { due, committed } => {
            let text =
                if committed { tr!(positions.check_respond) } else { tr!(positions.check_commit) };
            let factor = speed.map_or(1, |(speed, _)| speed.factor());
            let wall = (factor > 1).then_some({
                move || {
                    let wall = wall_seconds(Timestamp(clock.now()), due, factor);
                    let (wall, speed) = (words::span(Secs(wall)), factor.to_string());
                    format!(" ({})", tr!(positions.wall_left, wall = wall, speed = speed))
                }
            });
            view! { <p data-testid="proof-due"><strong>{text} " " {countdown(due.0)}</strong>{wall}</p> }
                .into_any()
        }
        Check::Overdue => note(Tone::Bad, tr!(positions.check_overdue)),
        Check::Wait { until } => {
            let date = words::moment(until);
            view! { <p class="soft">{tr!(positions.check_wait, date = date)}</p> }.into_any()
        }
        Check::TooLate => view! { <p class="soft">{tr!(positions.check_too_late)}</p> }.into_any(),
    }
}

/// Offers the wall's own pace where the clock runs so fast that a deadline would be missed.
fn fast_clock(
    desk: Desk,
    clock: Clock,
    id: StakeId,
    check: Option<Check>,
    speed: Option<(Speed, bool)>,
) -> Option<AnyView> {
    let (speed, _) = speed.filter(|(speed, _)| speed.factor() > 1)?;
    check.filter(|check| check.is_provable())?;
    let rules = untrack(|| rules(&desk.peek()?, id))?;
    let window = rules.window;
    let wall = wall_seconds(Timestamp(0), Timestamp(window.0), speed.factor());
    let (factor, window, wall) =
        (speed.factor().to_string(), words::span(window), words::span(Secs(wall)));
    let text = tr!(positions.fast_clock, speed = factor, window = window, wall = wall);
    let press = move |()| clock.set_speed(Speed::Real);
    let view = view! {
        {note(Tone::Caution, text)}
        <div class="row">
            <Button label=tr!(positions.real_time) testid="proof-real-time" kind=Kind::Small on_press=press />
        </div>
    };
    Some(view.into_any())
}

fn tester(spoiled: RwSignal<bool>) -> AnyView {
    view! {
        <details data-testid="proof-options">
            <summary class="small soft">{tr!(positions.options)}</summary>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="proof-spoil"
                    prop:checked=spoiled
                    on:change=move |event| spoiled.set(event_target_checked(&event))
                />
                <span>
                    {tr!(positions.spoil)} <span class="small soft">{tr!(positions.spoil_text)}</span>
                </span>
            </label>
        </details>
    }
    .into_any()
}

fn progress(proof: &Proof, prover: Prover) -> AnyView {
    let has_verdict = matches!(proof.ending, Some(Ending::Passed { .. } | Ending::Slashed { .. }));
    let step = |phase: Phase| {
        let (name, text) = match phase {
            Phase::Challenge => {
                (tr!(positions.phase_challenge), tr!(positions.phase_challenge_text))
            }
            Phase::Compute => (tr!(positions.phase_compute), tr!(positions.phase_compute_text)),
            Phase::Commit => (tr!(positions.phase_commit), tr!(positions.phase_commit_text)),
            Phase::Open => (tr!(positions.phase_open), tr!(positions.phase_open_text)),
            Phase::Respond => (tr!(positions.phase_respond), tr!(positions.phase_respond_text)),
        };
        let state = match phase.cmp(&proof.phase) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "current",
            std::cmp::Ordering::Greater => "coming",
        };
        let current = (state == "current").then_some("step");
        view! {
            <li data-state=state aria-current=current>
                <div><strong>{name}</strong> " " <span class="small soft">{text}</span></div>
            </li>
        }
        .into_any()
    };
    let steps: Vec<AnyView> = Phase::ALL.into_iter().map(step).collect();
    let device = proof.device.map(|device| {
        let (name, text) = match device {
            DeviceKind::Gpu => ("gpu", tr!(positions.on_gpu)),
            DeviceKind::SoftwareGpu => ("gpu", tr!(positions.on_software_gpu)),
            DeviceKind::Cpu => ("cpu", tr!(positions.on_cpu)),
        };
        view! { <span data-testid="proof-prover" data-prover=name>{badge(Tone::Plain, text)}</span> }
    });
    let rest = match &proof.ending {
        None => working(proof, prover),
        Some(ending) => outcome(ending, proof),
    };
    view! {
        <div class="stack-s" role="group" aria-label=tr!(positions.progress_title)>
            {(!has_verdict).then(|| view! { <ol class="steps proof-steps">{steps}</ol> })}
            <div class="row">{device}</div>
            {rest}
        </div>
    }
    .into_any()
}

fn working(proof: &Proof, prover: Prover) -> AnyView {
    let (label, computes) = match proof.phase {
        Phase::Compute => (tr!(positions.computing), true),
        Phase::Open => (tr!(positions.opening), true),
        Phase::Challenge | Phase::Commit | Phase::Respond => (tr!(positions.signing), false),
    };
    let per_mille = proof.per_mille;
    let stop = computes.then(|| {
        view! {
            <div class="row">
                <Button
                    label=tr!(positions.cancel)
                    testid="proof-cancel"
                    kind=Kind::Small
                    on_press=move |()| prover.cancel()
                />
                <span class="small soft">{tr!(positions.cancel_note)}</span>
            </div>
        }
    });
    view! { <Progress label testid="proof-progress" per_mille /> {stop} }.into_any()
}

fn outcome(ending: &Ending, proof: &Proof) -> AnyView {
    let (name, tone, text) = match ending {
        Ending::Passed { passed } => {
            ("passed", Tone::Good, tr!(positions.passed, count = passed.to_string()))
        }
        Ending::Slashed { fault, burned, refund } => {
            let (burned, back) = (pin_compact(burned.0), pin_compact(refund.0));
            let mut text = tr!(positions.slashed, fault = fault.clone(), burned = burned);
            if *refund > Wei::ZERO {
                text.push_str(&tr!(positions.slashed_refund, refund = back));
            }
            ("failed", Tone::Bad, text)
        }
        Ending::Stopped(error) => {
            ("stopped", Tone::Caution, tr!(positions.stopped, reason = worker_words(error)))
        }
        Ending::Refused => ("stopped", Tone::Caution, tr!(positions.refused).to_owned()),
    };
    let file = proof.transcript.clone().map(|transcript| {
        let file = format!("pinfi-proof-{}.json", proof.stake);
        let press = move |()| {
            if let Ok(text) = serde_json::to_string(transcript.as_ref()) {
                browser::download(&file, "application/json", &text);
            }
        };
        view! {
            <div class="row">
                <Button
                    label=tr!(positions.transcript)
                    testid="proof-transcript"
                    kind=Kind::Small
                    on_press=press
                />
            </div>
        }
    });
    view! {
        <div class="stack-s" role="status" data-testid="proof-outcome" data-outcome=name>
            {note(tone, text)} {file}
        </div>
    }
    .into_any()
}

/// Shows the proof that ended last, where its stake is no longer among the live ones.
pub(super) fn last_outcome(live: Memo<Vec<StakeId>>) -> AnyView {
    let prover = Prover::use_it();
    let ended = Memo::new(move |_| {
        let proof = prover.proof()?;
        let gone = live.with(|live| !live.contains(&proof.stake));
        (gone && proof.ending.is_some()).then_some(proof)
    });
    let content = move || {
        ended.get().map(|proof| {
            let title = tr!(positions.prove_title, id = proof.stake.to_string());
            card(title, "proof-ended", progress(&proof, prover))
        })
    };
    content.into_any()
}

/// Asks once, then proves.
async fn prove(desk: Desk, act: Act, prover: Prover, id: StakeId, spoiled: bool) {
    let Some(question) = desk.peek().and_then(|seen| question(&seen, prover, id, spoiled)) else {
        return;
    };
    let Some(agreed) = act.agree(question, COVERS).await else { return };
    prover.prove(id, spoiled, Hand { desk, agreed }).await;
}

/// Puts into words what a proof signs, and what it can cost.
fn question(seen: &Seen, prover: Prover, id: StakeId, spoiled: bool) -> Option<Request> {
    let rules = rules(seen, id)?;
    let work = rules.validate().ok()?;
    let stake = seen.ledger.stake_of(id).ok()?;
    let at_stake = worth::at_stake(&seen.ledger, stake, seen.now);
    let open = seen.ledger.verification_of(id);
    let samples = rules.samples.to_string();
    let text = if open.is_some() {
        tr!(positions.prove_text_open, samples = samples)
    } else {
        tr!(positions.prove_text, samples = samples)
    };
    let step = |title: &str, text: &str| Words { title: title.to_owned(), text: text.to_owned() };
    let mut steps = vec![
        step(tr!(positions.step_challenge), tr!(positions.step_challenge_text)),
        step(tr!(positions.step_commit), tr!(positions.step_commit_text)),
        step(tr!(positions.step_respond), tr!(positions.step_respond_text)),
    ];
    let done = open.map_or(0, |open| 1 + usize::from(open.commitment.is_some()));
    steps.drain(..done);
    // At most 2^55, far from where a double loses its sense.
    let operations = magnitude(work.operations() as f64);
    let mut lines = vec![
        (
            tr!(positions.line_work).to_owned(),
            tr!(positions.line_work_value, operations = operations),
        ),
        (tr!(positions.line_commit_by).to_owned(), words::span(rules.window)),
        (tr!(positions.line_respond_by).to_owned(), words::span(rules.dispute)),
        (tr!(positions.line_at_stake).to_owned(), pin_words(at_stake)),
    ];
    let mut warnings = Vec::new();
    let measurement = untrack(|| prover.measurement());
    if let Some(benchmark) = measurement.benchmark() {
        let takes = seconds(benchmark, work);
        lines.insert(1, (tr!(positions.line_takes).to_owned(), span(takes)));
        let factor = seen.speed.factor();
        let window = wall_seconds(Timestamp(0), Timestamp(rules.window.0), factor);
        // A window of seconds: whole in a double.
        if takes > window as f64 {
            let window = words::span(Secs(window));
            warnings.push(tr!(positions.warn_slow, takes = span(takes), window = window));
        }
    }
    if spoiled {
        warnings.push(tr!(positions.warn_spoil, amount = pin_compact(at_stake.0)));
    }
    let title = tr!(positions.prove_title, id = id.to_string());
    Some(Request { title, text, steps, lines, warnings, ..Request::default() })
}

fn rules(seen: &Seen, id: StakeId) -> Option<PocpsParams> {
    let stake = seen.ledger.stake_of(id).ok()?;
    Some(seen.ledger.pool(stake.pool).ok()?.params().pocps)
}

/// The ledger and the user's word.
struct Hand {
    desk: Desk,
    agreed: Agreed,
}

impl Steps for Hand {
    fn ledger(&self) -> Option<Rc<Ledger>> {
        self.desk.peek().map(|seen| seen.ledger)
    }

    async fn submit(&self, action: Action) -> Option<Events> {
        self.agreed.submit(action).await.ok().map(|receipt| receipt.events)
    }
}
