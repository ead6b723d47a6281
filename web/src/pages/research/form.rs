//! The scenario and its numbers.

use leptos::prelude::*;
use pinfi_simulation::SCENARIOS;

use super::{
    draft::{Draft, ready},
    knob::{Kind, Knob},
    lab::{Lab, Phase},
    words,
};
use crate::{
    components::{Button, Field, Kind as Looks, Select, Tone, card, live, maybe, note, text},
    contexts::tr,
};

/// The numbers that stand first; the others are folded away.
const MAIN: [Knob; 8] = [
    Knob::Days,
    Knob::Agents,
    Knob::Seed,
    Knob::Reward,
    Knob::Fee,
    Knob::Base,
    Knob::Valuation,
    Knob::Demand,
];

/// Shows the form.
pub(super) fn form(lab: Lab) -> AnyView {
    // What is chosen by hand takes the scenario's numbers; what an address says keeps its own.
    let chosen = RwSignal::new(lab.scenario.get_untracked());
    Effect::new(move |_| chosen.set(lab.scenario.get()));
    Effect::new(move |_| {
        let name = chosen.get();
        if name != lab.scenario.get_untracked() {
            lab.choose(&name);
        }
    });
    let options: Vec<(String, String)> = SCENARIOS
        .iter()
        .map(|(name, _)| ((*name).to_owned(), words::scenario(name).0.to_owned()))
        .collect();
    let about = live(move || {
        view! { <p class="soft" data-testid="research-about">{words::scenario(&lab.scenario.get()).1}</p> }
            .into_any()
    });
    let refusal = Memo::new(move |_| lab.draft().order().err().map(|wrong| words::wrong(&wrong)));
    let others = Knob::ALL.into_iter().filter(|knob| !MAIN.contains(knob));
    let content = view! {
        <Select label=tr!(research.scenario) testid="research-scenario" chosen options />
        {about}
        <div class="research-fields">{MAIN.map(|knob| field(lab, knob)).into_iter().collect_view()}</div>
        {choice(lab.controlled, "research-controller", tr!(research.controller), tr!(research.controller_hint))}
        <details class="chart-note" data-testid="research-more">
            <summary>{tr!(research.more)}</summary>
            <div class="stack">
                <div class="research-fields">{others.map(|knob| field(lab, knob)).collect_view()}</div>
                {choice(lab.may_sell, "research-sell", tr!(research.may_sell), tr!(research.may_sell_hint))}
                {choice(lab.by_theory, "research-theory", tr!(research.by_theory), tr!(research.by_theory_hint))}
            </div>
        </details>
        {wrong(refusal)}
        {buttons(lab, refusal)}
    };
    card(tr!(research.market), "research-form", content.into_any())
}

fn field(lab: Lab, knob: Knob) -> AnyView {
    let Some(typed) = lab.numbers.get(knob.place()).copied() else { return ().into_any() };
    let (label, unit, hint) = words::knob(knob);
    let error = Signal::derive(move || {
        // Any will do: a number is read without a look at the others.
        let mut order = ready("steady").ok()?;
        let cause = typed.with(|typed| knob.read(typed, &mut order)).err()?;
        Some(words::why(knob, cause))
    });
    let keyboard = if knob.kind() == Kind::Whole { "numeric" } else { "decimal" };
    view! {
        <Field label testid=knob.testid() text=typed hint=hint.to_owned() error unit keyboard />
    }
    .into_any()
}

fn choice(
    chosen: RwSignal<bool>,
    testid: &'static str,
    label: &'static str,
    hint: &'static str,
) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=testid
                prop:checked=chosen
                on:change=move |event| chosen.set(event_target_checked(&event))
            />
            <span>{label} <span class="small soft">{hint}</span></span>
        </label>
    }
    .into_any()
}

/// Says what keeps the market from running; the fields say what is wrong with themselves.
fn wrong(refusal: Memo<Option<String>>) -> AnyView {
    maybe(move || {
        let told = note(Tone::Caution, refusal.get()?);
        Some(view! { <div role="status" data-testid="research-wrong">{told}</div> }.into_any())
    })
}

fn buttons(lab: Lab, refusal: Memo<Option<String>>) -> AnyView {
    let is_running = Memo::new(move |_| matches!(lab.phase.get(), Phase::Running(..)));
    let is_changed = Memo::new(move |_| {
        let now = lab.draft();
        Draft::of(&now.scenario).is_ok_and(|ready| ready != now)
    });
    let label = text(move || {
        let words = if is_running.get() { tr!(research.running) } else { tr!(research.run) };
        words.to_owned()
    });
    let again = move || {
        if let Ok(draft) = Draft::of(&lab.scenario.get_untracked()) {
            lab.show(&draft);
        }
    };
    view! {
        <div class="row">
            <Button
                label
                testid="research-run"
                kind=Looks::Primary
                disabled=Signal::derive(move || refusal.with(Option::is_some))
                busy=Signal::derive(move || is_running.get())
                on_press=move |()| {
                    // What is wrong with it stands above the button.
                    let _told_above = lab.run();
                }
            />
            {maybe(move || {
                is_changed.get().then(|| {
                    view! {
                        <Button
                            label=tr!(research.as_ready)
                            testid="research-as-ready"
                            on_press=move |()| again()
                        />
                    }
                    .into_any()
                })
            })}
        </div>
    }
    .into_any()
}
