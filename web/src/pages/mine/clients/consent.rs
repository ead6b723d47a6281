//! What is agreed to before clients' jobs are run, and the relay that they come through.

use leptos::prelude::*;
use pinfi_core::game::is_relay;

use super::Parts;
use crate::{
    components::{Button, Field, Kind},
    contexts::tr,
};

/// Builds the consent.
pub(super) fn consent(parts: Parts) -> AnyView {
    let points = [
        tr!(serve.consent_code),
        tr!(serve.consent_limits),
        tr!(serve.consent_proofs),
        tr!(serve.consent_relay),
        tr!(serve.consent_data),
        tr!(serve.consent_sign),
    ];
    let points: Vec<AnyView> =
        points.into_iter().map(|point| view! { <li>{point}</li> }.into_any()).collect();
    let relay = RwSignal::new(parts.shown.with_untracked(|shown| shown.relay.clone()));
    let is_wrong = Memo::new(move |_| relay.with(|relay| !is_relay(relay.trim())));
    let error = Signal::derive(move || {
        let is_typed = relay.with(|relay| !relay.trim().is_empty());
        (is_typed && is_wrong.get()).then(|| tr!(serve.relay_wrong).to_owned())
    });
    let turn_on = move |()| {
        if is_wrong.get_untracked() {
            return;
        }
        parts.announcer.ask_once_reached();
        parts.serving.get_value().turn_on(relay.get_untracked().trim());
    };
    view! {
        <p>{tr!(serve.lead)}</p>
        <ul class="consent" data-testid="serve-consent">{points}</ul>
        <Field
            label=tr!(serve.relay)
            testid="serve-relay"
            text=relay
            error
            hint=tr!(serve.relay_hint).to_owned()
            placeholder="https://"
            on_enter=Callback::new(turn_on)
        />
        <div class="row">
            <Button
                label=tr!(serve.turn_on)
                testid="serve-turn-on"
                kind=Kind::Primary
                disabled=is_wrong
                on_press=turn_on
            />
        </div>
    }
    .into_any()
}
