//! When the machine rests, and how hard it works.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{Select, card},
    contexts::{
        mining::{self, Machine, Settings},
        tr,
    },
};

/// Builds the choices: of the machine, or of the one to come.
pub(super) fn rests(machine: Option<Rc<Machine>>) -> AnyView {
    let settings = RwSignal::new(Settings::read());
    let machine = StoredValue::new_local(machine);
    // What is to follow a stake is chosen elsewhere, and may have changed since.
    let keep = move |settings: Settings| match machine.get_value() {
        Some(machine) => machine.set(settings.renewing_as(machine.settings())),
        None => settings.renewing_as(Settings::read()).write(),
    };
    let change = move |change: fn(&mut Settings, bool), on: bool| {
        settings.update(|settings| change(settings, on));
        keep(settings.get_untracked());
    };
    let notes = move |on: bool| {
        spawn_local(async move {
            let on = on && mining::allow_notes().await;
            change(|settings, on| settings.notes = on, on);
        });
    };
    let hidden = move |on| change(|settings, on| settings.rest_hidden = on, on);
    let battery = move |on| change(|settings, on| settings.rest_on_battery = on, on);
    let intensity = RwSignal::new(settings.get_untracked().intensity.percent().to_string());
    Effect::new(move |before: Option<String>| {
        let wanted = intensity.get();
        let is_new = before.is_some_and(|before| before != wanted);
        if let Some(intensity) = mining::parse_intensity(&wanted).filter(|_| is_new) {
            settings.update(|settings| settings.intensity = intensity);
            keep(settings.get_untracked());
        }
        wanted
    });
    let offers = [("100", tr!(mine.full)), ("50", tr!(mine.half)), ("25", tr!(mine.quarter))];
    let offers = offers.map(|(percent, words)| (percent.to_owned(), words.to_owned())).to_vec();
    let content = view! {
        <div class="stack-s" role="group" aria-label=tr!(mine.rests)>
            {choice("mine-hidden", tr!(mine.rest_hidden), move || settings.get().rest_hidden, hidden)}
            {choice(
                "mine-battery",
                tr!(mine.rest_battery),
                move || settings.get().rest_on_battery,
                battery,
            )}
            {choice("mine-notes", tr!(mine.notes), move || settings.get().notes, notes)}
        </div>
        <Select
            label=tr!(mine.intensity)
            testid="mine-intensity"
            chosen=intensity
            options=Signal::stored(offers)
        />
        <p class="small soft">{tr!(mine.rests_text)} " " {tr!(mine.intensity_text)}</p>
    };
    card(tr!(mine.rests), "mine-rests", content.into_any())
}

fn choice(
    testid: &'static str,
    label: &'static str,
    on: impl Fn() -> bool + Send + Sync + 'static,
    set: impl Fn(bool) + 'static,
) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=testid
                prop:checked=on
                on:change=move |event| set(event_target_checked(&event))
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
