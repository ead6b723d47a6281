//! When the machine rests.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::card,
    contexts::{
        mining::{self, Machine, Settings},
        tr,
    },
};

/// Builds the choices: of the machine, or of the one to come.
pub(super) fn rests(machine: Option<Rc<Machine>>) -> AnyView {
    let settings = RwSignal::new(Settings::read());
    let machine = StoredValue::new_local(machine);
    let keep = move |settings: Settings| match machine.get_value() {
        Some(machine) => machine.set(settings),
        None => settings.write(),
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
        <p class="small soft">{tr!(mine.rests_text)}</p>
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
