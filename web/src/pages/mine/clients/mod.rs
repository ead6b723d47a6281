//! Clients' jobs on this device: off until its owner agrees.
//!
//! | file | what lives there |
//! |---|---|
//! | `consent` | what is agreed to, and the relay |
//! | `announce` | that the ledger says where the device is reached |
//! | `work` | who is there, what runs, and what it brings |
//! | `past` | the latest jobs |

mod announce;
mod consent;
mod past;
mod work;

use std::rc::Rc;

use alloy_primitives::B256;
use leptos::prelude::*;

use self::announce::Announcer;
use crate::{
    components::{Button, Tone, badge, card, live, maybe, note},
    contexts::{
        Act, Desk,
        mining::{
            Machine,
            serving::{Phase, Serving, Shown},
        },
        tr,
    },
    words,
};

type Kept = StoredValue<Rc<Serving>, LocalStorage>;

/// What the card is built of.
#[derive(Clone, Copy)]
struct Parts {
    serving: Kept,
    shown: Memo<Shown>,
    phase: Memo<Phase>,
    desk: Desk,
    announcer: Announcer,
}

/// Builds the card of a machine that was started.
pub(super) fn clients(desk: Desk, machine: &Machine) -> AnyView {
    let serving = StoredValue::new_local(Rc::clone(machine.serving()));
    let shown = Memo::new(move |_| serving.get_value().shown());
    let phase = Memo::new(move |_| shown.with(|shown| shown.phase.clone()));
    let announcer = Announcer::new(Act::use_it(), serving, phase);
    let parts = Parts { serving, shown, phase, desk, announcer };
    let is_off = Memo::new(move |_| phase.with(|phase| *phase == Phase::Off));
    let top = live(move || if is_off.get() { consent::consent(parts) } else { on(parts) });
    let content = view! {
        {top}
        {announcer.take_back(desk)}
        {past::past(shown)}
    };
    let state = move || {
        phase.with(|phase| match phase {
            Phase::Off => "off",
            Phase::Reaching => "reaching",
            Phase::Reached(_) => "reached",
            Phase::Ending => "ending",
            Phase::Failed(..) => "failed",
        })
    };
    let content =
        view! { <div class="stack-s" data-testid="serve" data-state=state>{content}</div> };
    card(tr!(serve.title), "mine-clients", content.into_any())
}

fn on(parts: Parts) -> AnyView {
    let Parts { serving, phase, shown, desk, announcer } = parts;
    let head = live(move || head(serving, &phase.get()));
    let relay = Memo::new(move |_| shown.with(|shown| shown.relay.clone()));
    let place = maybe(move || Some(place(phase.with(reached)?, relay.get())));
    view! {
        {head}
        {place}
        {announcer.missing(desk)}
        {work::work(parts)}
    }
    .into_any()
}

/// How it stands, and the way to end it.
fn head(serving: Kept, phase: &Phase) -> AnyView {
    let (tone, stands, why) = match phase {
        Phase::Off => (Tone::Plain, tr!(serve.off), None),
        Phase::Reaching => (Tone::Caution, tr!(serve.reaching), None),
        Phase::Reached(_) => (Tone::Good, tr!(serve.reached), None),
        Phase::Ending => (Tone::Caution, tr!(serve.ending), None),
        Phase::Failed(code, reason) => {
            (Tone::Bad, tr!(serve.failed), Some(words::reason(code, reason)))
        }
    };
    let stop = move |()| serving.get_value().turn_off();
    view! {
        <div class="row" role="status">
            {badge(tone, stands)}
            <Button label=tr!(serve.stop) testid="serve-stop" on_press=stop />
        </div>
        {why.map(|why| note(Tone::Bad, why))}
    }
    .into_any()
}

/// Where it is reached.
fn place(key: B256, relay: String) -> AnyView {
    let key = key.to_string();
    let (named_key, named_relay) = (key.clone(), relay.clone());
    view! {
        <dl class="lines" data-testid="serve-place" data-key=named_key data-relay=named_relay>
            <div>
                <dt>{tr!(serve.key)}</dt>
                <dd class="mono small serve-long">{key}</dd>
            </div>
            <div>
                <dt>{tr!(serve.relay)}</dt>
                <dd class="serve-long">{relay}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// Gives the key that the device is dialled by, where it is reached.
const fn reached(phase: &Phase) -> Option<B256> {
    match phase {
        Phase::Reached(key) => Some(*key),
        _ => None,
    }
}
