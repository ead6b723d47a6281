//! What is agreed to before a device answers by itself, and for which stakes.

use alloy_primitives::Address;
use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{
    game::GameAction,
    units::{Secs, StakeId},
};
use pinfi_worker::DeviceKind;

use super::{Found, is_appointed, name, renew, rests};
use crate::{
    components::{Button, Kind, Progress, card},
    contexts::{
        Act, Confirm, Desk, Device, Gift, Measurement, Plan, Prover, Settlement, Wallet, duty_bps,
        mining::{self, Needs, Upkeep},
        seconds, span, tr,
    },
    format::percent,
    parts,
    words::{self, Trouble},
};

/// Builds the consent and the choice.
pub(super) fn choose(desk: Desk, found: Found, stakes: Vec<StakeId>) -> AnyView {
    let prover = Prover::use_it();
    prover.look();
    let chosen = RwSignal::new(stakes.clone());
    know_key(chosen);
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
        {renew::renew(None)}
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

/// Says which key is to answer, and for what, where it has to pay for that.
fn know_key(chosen: RwSignal<Vec<StakeId>>) {
    let (upkeep, needs) = (Upkeep::use_it(), Needs::use_it());
    Effect::new(move |_| upkeep.stakes.set(chosen.get()));
    Effect::new(move |_| {
        let is_on_chain = needs.settlement.chain_name().is_some();
        if !is_on_chain || upkeep.operator.with_untracked(Option::is_some) {
            return;
        }
        spawn_local(async move {
            match mining::session_key(needs.settlement).await {
                Ok(key) => {
                    upkeep.operator.try_set(Some(key.address()));
                }
                Err(trouble) => needs.toasts.trouble(trouble),
            }
        });
    });
}

fn start(desk: Desk, found: Found, chosen: RwSignal<Vec<StakeId>>) -> AnyView {
    let act = Act::use_it();
    let needs = Needs::use_it();
    let (upkeep, giver) = (Upkeep::use_it(), Giver::use_it());
    let busy = Signal::derive(move || act.is_busy());
    let disabled = Signal::derive(move || chosen.with(Vec::is_empty));
    let press = move |()| {
        let stakes = chosen.get_untracked();
        spawn_local(async move {
            let begun = async {
                let key = mining::session_key(needs.settlement).await?;
                let gift = giver.price(upkeep, key.address()).await?;
                let plan = appointments(desk, &stakes, key.address());
                let is_asked = plan.is_some();
                if let Some(plan) = plan {
                    let plan = gift.iter().fold(plan, |plan, gift| plan.warn(gift.words()));
                    if act.perform(plan).await.is_err() {
                        // The user turned away, or was told why not.
                        return Ok(());
                    }
                }
                if let Some(gift) = gift
                    && !giver.give(gift, is_asked).await?
                {
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

/// Gives the key that answers what its transactions cost, on a chain.
#[derive(Clone, Copy)]
struct Giver {
    settlement: Settlement,
    wallet: Wallet,
    confirm: Confirm,
}

impl Giver {
    fn use_it() -> Self {
        Self {
            settlement: Settlement::use_it(),
            wallet: Wallet::use_it(),
            confirm: Confirm::use_it(),
        }
    }

    /// Prices what is to be given; `None` where that is nothing.
    async fn price(self, upkeep: Upkeep, to: Address) -> Result<Option<Gift>, Trouble> {
        let is_on_chain = untrack(|| self.settlement.chain_name()).is_some();
        let Some(wei) = upkeep.gift().filter(|_| is_on_chain) else { return Ok(None) };
        let priced = parts::price_gift(self.settlement, self.wallet, to, wei).await;
        priced.map_err(|_| lost())?
    }

    /// Gives it, and asks before where the user was not asked yet. Tells whether the user agreed.
    async fn give(self, gift: Gift, is_asked: bool) -> Result<bool, Trouble> {
        let confirm = (!is_asked).then_some(self.confirm);
        let given = parts::give(self.settlement, self.wallet, gift, confirm).await;
        given.map_err(|_| lost())?
    }
}

fn lost() -> Trouble {
    Trouble::new(parts::PART_LOST, tr!(shell.part_lost))
}
