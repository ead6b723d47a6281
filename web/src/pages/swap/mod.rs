//! Renting devices, and giving time back.
//!
//! | file | what lives there |
//! |---|---|
//! | `window` | from what is typed to an end on the pool's grid: pure |
//! | `offer` | what an order costs, and its devices: pure |
//! | `resale` | what giving time back brings: pure |
//! | `draft` | the order as it is typed, priced every second |
//! | `form`, `receipt` | where it is typed, and what it costs |
//! | `rentals`, `held` | what the account can give back or sell |

mod draft;
mod form;
mod held;
mod offer;
mod receipt;
mod rentals;
mod resale;
mod window;

use leptos::prelude::*;
use pinfi_core::units::{Bps, PoolId};

use super::pool::opening;
use crate::{
    components::{empty, live, page},
    contexts::{Desk, tr},
    words,
};

/// How far a resale may bring less than it does now until it is settled.
const RESALE_SLIPPAGE: Bps = Bps(100);

/// Builds the page; `wanted` is the pool that the address names.
pub(super) fn swap(wanted: Option<PoolId>) -> AnyView {
    let desk = Desk::use_it();
    // Only whether there is one decides on the page: a new pool must not empty the form.
    let first = Memo::new(move |_| {
        let seen = desk.follow()?;
        let known = wanted.filter(|wanted| seen.ledger.pool(*wanted).is_ok());
        Some(known.or_else(|| seen.ledger.pools().map(|(id, _)| id).next()))
    });
    let content = live(move || match first.get() {
        None => opening(),
        Some(None) => empty("swap", tr!(swap.no_pools), ().into_any()),
        Some(Some(pool)) => {
            let order = draft::Draft::new(pool);
            view! {
                <div class="split">{form::form(order)} {receipt::receipt(order)}</div>
                {rentals::rentals()}
                {held::held()}
            }
            .into_any()
        }
    });
    page(tr!(swap.title), tr!(swap.lead), content)
}

/// Names a device by number and kind.
fn device_name(seen: &crate::contexts::Seen, stake: impl ToString, pool: PoolId) -> String {
    let kind = words::kind(&seen.ledger, pool);
    tr!(swap.device_value, stake = stake.to_string(), kind = kind)
}
