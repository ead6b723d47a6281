//! Sliders, each with a field for the exact number.

use leptos::prelude::*;

use super::{
    finding::number_of,
    inputs::{Inputs, fee_text, reward_text},
    numbers::significant,
    reading::Reading,
};
use crate::{
    components::{live, text},
    contexts::tr,
};

/// The steps of a slider.
const STEPS: f64 = 120.0;

struct Dial {
    testid: &'static str,
    label: &'static str,
    unit: &'static str,
    /// What is shown, and what is read.
    shown: Signal<String>,
    change: Callback<String>,
    most: f64,
}

/// Shows the sliders of β, p and θ: the price outside.
pub(super) fn outside_dials(inputs: Inputs) -> AnyView {
    live(move || {
        let unit = inputs.unit.get();
        let [base, rate, quantity, _] = inputs.assumed;
        view! {
            {dial(assumed(inputs, base, ("balance-base", tr!(balance.base), tr!(balance.pin_hour)), 3.0 * unit))}
            {dial(assumed(inputs, rate, ("balance-rate", tr!(balance.rate), "PIN"), unit))}
            {dial(assumed(inputs, quantity, ("balance-quantity", tr!(balance.quantity), tr!(balance.per_hour)), 12.0))}
        }
        .into_any()
    })
}

/// Shows the slider of V.
pub(super) fn valuation_dial(inputs: Inputs) -> AnyView {
    live(move || {
        let [_, _, _, valuation] = inputs.assumed;
        let names = ("balance-valuation", tr!(balance.valuation), tr!(balance.pin_hour));
        dial(assumed(inputs, valuation, names, 6.0 * inputs.unit.get()))
    })
}

/// Shows the sliders of δ and γ, which begin as the pool's.
pub(super) fn pool_dials(inputs: Inputs, reading: Memo<Option<Reading>>) -> AnyView {
    live(move || {
        let unit = inputs.unit.get();
        let own = move |write: fn(&Reading) -> String| {
            reading.with(|reading| reading.as_ref().map(write).unwrap_or_default())
        };
        let fee = Dial {
            testid: "balance-fee",
            label: tr!(balance.fee),
            unit: "%",
            shown: text(move || inputs.fee.get().unwrap_or_else(|| own(fee_text))),
            change: Callback::new(move |typed| inputs.fee.set(Some(typed))),
            most: 50.0,
        };
        let reward = Dial {
            testid: "balance-reward",
            label: tr!(balance.reward),
            unit: tr!(balance.pin_hour),
            shown: text(move || inputs.reward.get().unwrap_or_else(|| own(reward_text))),
            change: Callback::new(move |typed| inputs.reward.set(Some(typed))),
            most: 4.0 * unit,
        };
        view! { {dial(fee)} {dial(reward)} }.into_any()
    })
}

fn assumed(
    inputs: Inputs,
    typed: RwSignal<String>,
    (testid, label, unit): (&'static str, &'static str, &'static str),
    most: f64,
) -> Dial {
    let change = Callback::new(move |new| {
        typed.set(new);
        inputs.keep();
    });
    Dial { testid, label, unit, shown: typed.into(), change, most }
}

fn dial(dial: Dial) -> AnyView {
    let Dial { testid, label, unit, shown, change, most } = dial;
    let is_wrong =
        Memo::new(move |_| shown.with(|typed| !typed.is_empty() && number_of(typed).is_none()));
    let invalid = text(move || is_wrong.get().to_string());
    let message = text(move || {
        let message = if is_wrong.get() { tr!(balance.not_a_number) } else { "" };
        message.to_owned()
    });
    let step = significant(most / STEPS, 1);
    let place = text(move || {
        shown.with(|typed| number_of(typed)).map(|number| number.to_string()).unwrap_or_default()
    });
    let (label_id, error_id) = (format!("{testid}-label"), format!("{testid}-error"));
    view! {
        <div class="dial">
            <label class="field-label" id=label_id.clone() for=testid>{label}</label>
            <div class="field-box dial-box" data-invalid=invalid>
                <input
                    id=testid
                    data-testid=testid
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby=error_id.clone()
                    aria-invalid=invalid
                    prop:value=shown
                    on:input=move |event| change.run(event_target_value(&event))
                />
                <span class="field-unit">{unit}</span>
            </div>
            <input
                type="range"
                data-testid=format!("{testid}-slider")
                aria-labelledby=label_id
                min="0"
                max=most.to_string()
                step=step
                prop:value=place
                on:input=move |event| change.run(event_target_value(&event))
            />
            <span class="field-error" id=error_id role="status">{message}</span>
        </div>
    }
    .into_any()
}
