//! The clock in the header.

use leptos::prelude::*;
use pinfi_client::intent::Speed;

use crate::{
    browser,
    components::maybe,
    contexts::{Clock, Settlement, tr},
    route::Route,
};

/// Shows the ledger's time; in a sandbox, with the choice of its speed; on a chain, with its name.
pub(super) fn clock() -> AnyView {
    let (clock, settlement) = (Clock::use_it(), Settlement::use_it());
    let is_sandbox = Memo::new(move |_| {
        settlement.track();
        settlement.get().is_some_and(|ledger| ledger.descriptor().is_sandbox)
    });
    view! {
        <div class="clock" role="group" aria-label=tr!(shell.clock_label)>
            <span class="num clock-time" data-testid="clock-now" data-at=move || clock.now().to_string()>
                {move || browser::date_time(clock.now())}
            </span>
            {move || is_sandbox.get().then(|| speed_choice(clock))}
            {maybe(move || settlement.chain_name().map(place))}
        </div>
    }
    .into_any()
}

/// The chain that the time is of.
fn place(name: String) -> AnyView {
    view! { <a class="badge" href=Route::Wallet.path() data-testid="clock-chain">{name}</a> }
        .into_any()
}

fn speed_choice(clock: Clock) -> AnyView {
    let words = |speed: Speed| match speed {
        Speed::Real => tr!(shell.clock_1),
        Speed::MinuteASecond => tr!(shell.clock_60),
        Speed::HourASecond => tr!(shell.clock_3600),
    };
    let options: Vec<AnyView> = Speed::ALL
        .into_iter()
        .map(|speed| {
            view! { <option value=speed.factor().to_string()>{words(speed)}</option> }.into_any()
        })
        .collect();
    let choose = move |event| {
        let factor = event_target_value(&event).parse().ok();
        if let Some(speed) = factor.and_then(Speed::from_factor) {
            clock.set_speed(speed);
        }
    };
    view! {
        <select
            class="clock-speed"
            data-testid="clock-speed"
            aria-label=tr!(shell.clock_speed)
            prop:value=move || clock.speed().factor().to_string()
            on:change=choose
        >
            {options}
        </select>
    }
    .into_any()
}
