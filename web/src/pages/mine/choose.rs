//! What is agreed to before a device answers by itself, and for which stakes.

use alloy_primitives::Address;
use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{
    game::GameAction,
    units::{Secs, StakeId},
};
use pinfi_worker::DeviceKind;

use super::{Found, is_appointed, name, rests};
use crate::{
    components::{Button, Kind, Progress, card},
    contexts::{
        Act, Desk, Device, Measurement, Plan, Prover, duty_bps,
        mining::{self, Needs},
        seconds, span, tr,
    },
    format::percent,
    words,
};

/// Builds the consent and the choice.
pub(super) fn choose(desk: Desk, found: Found, stakes: Vec<StakeId>) -> AnyView {
    let prover = Prover::use_it();
    prover.look();
    let chosen = RwSignal::new(stakes.clone());
    let points = [
        tr!(mine.consent_work),
        tr!(mine.consent_power),
        tr!(mine.consent_key),
        tr!(mine.consent_slash),
        tr!(mine.consent_open),
    ];
    let points: Vec<AnyView> =
        points.into_iter().map(|point| view! { <li>{point}</li> }.into_any()).collect();
    let rows: Vec<AnyView> =
        stakes.into_iter().map(|id| choice(desk, prover, chosen, id)).collect();
    let measure = move |()| prover.measure();
    let measuring = Signal::derive(move || matches!(prover.measurement(), Measurement::Running(_)));
    let bar = move || match prover.measurement() {
        Measurement::Running(per_mille) => {
            let label = tr!(mine.measuring).to_owned();
            Some(view! { <Progress label testid="mine-measuring" per_mille=per_mille /> })
        }
        _ => None,
    };
    let consent = view! {
        <ul class="consent" data-testid="mine-consent">{points}</ul>
        <p class="soft" data-testid="mine-device">{move || device(&prover.device())}</p>
    };
    let list = view! {
        <div class="stack-s" role="group" aria-label=tr!(mine.stakes)>{rows}</div>
        {bar}
        <div class="row">
            <Button
                label=tr!(mine.measure)
                testid="mine-measure"
                kind=Kind::Small
                busy=measuring
                on_press=measure
            />
        </div>
        {start(desk, found, chosen)}
    };
    view! {
        {card(tr!(mine.consent), "mine-intro", consent.into_any())}
        {card(tr!(mine.stakes), "mine-stakes", list.into_any())}
        {rests::rests(None)}
    }
    .into_any()
}

fn device(device: &Device) -> String {
    match device {
        Device::Unknown | Device::Looking => tr!(mine.device_looking).to_owned(),
        Device::Gpu(info) if info.kind == DeviceKind::SoftwareGpu => {
            tr!(mine.device_software).to_owned()
        }
        Device::Gpu(info) => tr!(mine.device_gpu, name = info.name.clone()),
        Device::Cpu { .. } => tr!(mine.device_cpu).to_owned(),
        Device::Broken(error) => error.to_string(),
    }
}

/// A stake to choose, with what its challenges take.
fn choice(desk: Desk, prover: Prover, chosen: RwSignal<Vec<StakeId>>, id: StakeId) -> AnyView {
    let Some(seen) = desk.peek() else { return ().into_any() };
    let ledger = seen.ledger;
    let rules = ledger.stake_of(id).and_then(|stake| ledger.pool(stake.pool));
    let Ok(rules) = rules.map(|pool| pool.params().pocps) else { return ().into_any() };
    let effort = move || {
        let window = words::span(rules.window);
        let epoch = words::span(rules.epoch);
        let measured = prover.measurement();
        match (measured.benchmark(), rules.validate()) {
            (Some(benchmark), Ok(work)) => {
                let takes = seconds(benchmark, work);
                let duty = percent(duty_bps(takes, Secs(rules.epoch.0)));
                tr!(mine.effort, takes = span(takes), window = window, epoch = epoch, duty = duty)
            }
            _ => tr!(mine.effort_unknown, window = window, epoch = epoch),
        }
    };
    let is_chosen = move || chosen.with(|chosen| chosen.contains(&id));
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid="mine-stake"
                data-stake=id.to_string()
                prop:checked=is_chosen
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    chosen
                        .update(|chosen| {
                            chosen.retain(|other| *other != id);
                            if on {
                                chosen.push(id);
                            }
                        });
                }
            />
            <span>{name(&ledger, id)} <br /> <span class="small soft">{effort}</span></span>
        </label>
    }
    .into_any()
}

fn start(desk: Desk, found: Found, chosen: RwSignal<Vec<StakeId>>) -> AnyView {
    let act = Act::use_it();
    let needs = Needs::use_it();
    let busy = Signal::derive(move || act.is_busy());
    let disabled = Signal::derive(move || chosen.with(Vec::is_empty));
    let press = move |()| {
        let stakes = chosen.get_untracked();
        spawn_local(async move {
            let begun = async {
                let key = mining::session_key(needs.settlement).await?;
                if let Some(plan) = appointments(desk, &stakes, key.address())
                    && act.perform(plan).await.is_err()
                {
                    // The user turned away, or was told why not.
                    return Ok(());
                }
                mining::start(needs, stakes).await
            };
            match begun.await {
                Ok(()) => found.look(),
                Err(trouble) => needs.toasts.trouble(trouble),
            }
        });
    };
    view! {
        <div class="row">
            <Button
                label=tr!(mine.start)
                testid="mine-start"
                kind=Kind::Primary
                busy
                disabled
                on_press=press
            />
        </div>
    }
    .into_any()
}

/// Plans to let the session's key answer for each stake until its end, where it may not yet.
fn appointments(desk: Desk, stakes: &[StakeId], operator: Address) -> Option<Plan> {
    let seen = desk.peek()?;
    let mut missing = stakes.iter().filter(|id| !is_appointed(&seen.ledger, **id, operator));
    let appoint = |id: StakeId| {
        let until = seen.ledger.stake_of(id).ok()?.expiry;
        Some(pinfi_core::Action::from(GameAction::Appoint { stake: id, operator, until }))
    };
    let first = Plan::of(appoint(*missing.next()?)?);
    let rest: Vec<_> = missing.filter_map(|id| appoint(*id)).collect();
    Some(
        rest.into_iter()
            .fold(first, |plan, action| plan.then(move |_| Some(action.clone().into()))),
    )
}
