//! What is to follow a stake that ends, and what keeps that from being done.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::units::{StakeId, Wei};

use super::name;
use crate::{
    components::{AmountField, Button, Kind, Tone, card, maybe, note},
    contexts::{
        Seen, Wallet,
        mining::{Machine, Settings, Waiting},
        tr,
    },
    format::{parse_pin, pin_exact},
    words::reason,
};

/// Builds the choices: of the machine, or of the one to come.
pub(super) fn renew(machine: Option<Rc<Machine>>) -> AnyView {
    let settings = RwSignal::new(Settings::read());
    let machine = StoredValue::new_local(machine);
    // When it rests is chosen elsewhere, and may have changed since.
    let keep = move || {
        let chosen = settings.get_untracked();
        match machine.get_value() {
            Some(machine) => machine.set_renewal(machine.settings().renewing_as(chosen)),
            None => Settings::read().renewing_as(chosen).write(),
        }
    };
    let limit = settings.get_untracked().renewal_limit;
    let typed = RwSignal::new(if limit > Wei::ZERO { pin_exact(limit.0) } else { String::new() });
    Effect::new(move |before: Option<String>| {
        let wanted = typed.get();
        if before.is_some_and(|before| before != wanted) {
            let limit = Wei(parse_pin(&wanted).unwrap_or_default());
            settings.update(|settings| settings.renewal_limit = limit);
            keep();
        }
        wanted
    });
    let switch = move |on: bool| {
        settings.update(|settings| settings.renews = on);
        keep();
    };
    let is_on = Memo::new(move |_| settings.with(|settings| settings.renews));
    let limit = maybe(move || {
        is_on.get().then(|| {
            view! {
                <AmountField label=tr!(mine.renew_limit) testid="mine-renew-limit" text=typed />
            }
            .into_any()
        })
    });
    let missing = maybe(move || {
        let is_missing = settings.with(|settings| settings.renews && settings.renewal().is_none());
        is_missing.then(|| note(Tone::Caution, tr!(mine.renew_no_limit)))
    });
    let content = view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid="mine-renew"
                prop:checked=move || is_on.get()
                on:change=move |event| switch(event_target_checked(&event))
            />
            <span>{tr!(mine.renew)}</span>
        </label>
        {limit}
        {missing}
        <p class="small soft">{tr!(mine.renew_text)}</p>
    };
    card(tr!(mine.renew_title), "mine-renewal", content.into_any())
}

/// Says why a stake that has ended is not followed by another one yet.
pub(super) fn waiting(seen: &Seen, id: StakeId, waiting: &Waiting) -> AnyView {
    let wallet = Wallet::use_it();
    let unlock = move |()| {
        spawn_local(async move {
            // The machine sees that for itself.
            let _unlocked_or_not = wallet.ready().await;
        });
    };
    let (key, content) = match waiting {
        Waiting::Locked => {
            let label = tr!(mine.renew_unlock);
            let button = view! {
                {note(Tone::Caution, tr!(mine.renew_locked))}
                <div class="row">
                    <Button label testid="mine-unlock" kind=Kind::Primary on_press=unlock />
                </div>
            };
            ("locked", button.into_any())
        }
        Waiting::Underway => ("underway", note(Tone::Plain, tr!(mine.renew_underway))),
        Waiting::Refused { code, message } => {
            let text = format!("{} {}", tr!(mine.renew_refused), reason(code, message));
            ("refused", note(Tone::Bad, text))
        }
    };
    view! {
        <article class="card" data-testid="mine-waiting" data-stake=id.to_string() data-why=key>
            <h2>{name(&seen.ledger, id)}</h2>
            {content}
        </article>
    }
    .into_any()
}
