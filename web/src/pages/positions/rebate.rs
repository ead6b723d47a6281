//! The card of a reward day for whose fees something can be claimed.

use leptos::prelude::*;
use pinfi_core::{
    Action,
    units::{Day, PoolId},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Button, Kind},
    contexts::{Act, Desk, tr},
    format::pin_compact,
    words::{kind, moment},
};

/// Builds the card; it goes once the reward is claimed.
pub(super) fn rebate_card(desk: Desk, (pool, day): (PoolId, Day)) -> AnyView {
    let Some(seen) = desk.peek() else { return ().into_any() };
    let (Some(rewards), Some(account)) = (seen.ledger.rewards(), seen.account) else {
        return ().into_any();
    };
    let amount = rewards.fee_days().rebate(rewards.config(), pool, day, account);
    let end = rewards.config().day_begins(Day(day.0.saturating_add(1)));
    let amount = pin_compact(amount.unwrap_or_default().0);
    let act = Act::use_it();
    let busy = RwSignal::new(false);
    let claim = move |()| {
        busy.set(true);
        spawn_local(async move {
            // Whatever comes of it was told.
            let _told = act.request(Action::ClaimRebate { pool, day }).await;
            // The card may be gone by now.
            let _gone = busy.try_set(false);
        });
    };
    view! {
        <article class="card" data-testid="rebate" data-day=day.to_string()>
            <h3>{kind(&seen.ledger, pool)}</h3>
            <p>{tr!(positions.rebate_text, amount = amount, date = moment(end))}</p>
            <div class="row">
                <Button
                    label=tr!(positions.rebate_claim)
                    testid="rebate-claim"
                    kind=Kind::Primary
                    busy
                    on_press=claim
                />
            </div>
        </article>
    }
    .into_any()
}
