//! The order as it is being typed, and what it would cost at this second.

use leptos::prelude::*;
use pinfi_core::{
    Action, Error,
    units::{Bps, PoolId, Secs, Timestamp, Wei},
};

use super::{
    offer::{self, Device, Offer, Order, Shortage},
    window::{Ending, align},
};
use crate::{
    browser,
    contexts::Desk,
    format::{parse_count, parse_duration, parse_percent},
    words::Trouble,
};

/// The most devices of one order.
pub(super) const MOST_DEVICES: u64 = 1_000;
/// The most slippage that can be set, in basis points.
pub(super) const MOST_SLIPPAGE: u32 = 5_000;
/// The value of the slippage choice that leaves it to the field.
pub(super) const CUSTOM: &str = "custom";

/// The fields of the form, and what they come to.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The pool's number.
    pub(super) pool: RwSignal<String>,
    /// The number of devices.
    pub(super) devices: RwSignal<String>,
    /// Whether the end is given as a time.
    pub(super) by_time: RwSignal<bool>,
    /// For how long.
    pub(super) span: RwSignal<String>,
    /// Until when, as the browser's own field writes it.
    pub(super) time: RwSignal<String>,
    /// A percentage, or [`CUSTOM`].
    pub(super) slippage: RwSignal<String>,
    /// The percentage, where it is not one of the offered.
    pub(super) own_slippage: RwSignal<String>,
    /// What it all comes to; `None` while something is missing or mistaken.
    pub(super) priced: Memo<Option<Priced>>,
}

/// An order with all that is known of it at one second.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Priced {
    /// The order.
    pub(super) order: Order,
    /// What it costs.
    pub(super) offer: Result<Offer, Error>,
    /// The devices it takes.
    pub(super) devices: Result<Vec<Device>, Shortage>,
    /// What the account has; `None` without one.
    pub(super) balance: Option<Wei>,
}

impl Draft {
    /// Begins an order at a pool.
    pub(super) fn new(pool: PoolId) -> Self {
        let desk = Desk::use_it();
        let text = |text: &str| RwSignal::new(text.to_owned());
        let (pool, devices, span) = (text(&pool.to_string()), text("1"), text("2h"));
        let (by_time, time) = (RwSignal::new(false), text(""));
        let (slippage, own_slippage) = (text("0.5"), text(""));
        let priced = Memo::new(move |_| {
            let seen = desk.see()?;
            let id = PoolId(pool.get().parse().ok()?);
            let bucket = seen.ledger.pool(id).ok()?.params().bucket;
            let count = parse_count(&devices.get(), 1, MOST_DEVICES).ok()?;
            let ending = if by_time.get() {
                Ending::At(Timestamp(browser::parse_local(&time.get())?))
            } else {
                Ending::After(Secs(parse_duration(&span.get()).ok()?))
            };
            let typed = slippage.get();
            let typed = if typed == CUSTOM { own_slippage.get() } else { typed };
            let order = Order {
                pool: id,
                count: u32::try_from(count).ok()?,
                until: align(ending, seen.now, bucket, seen.slack())?,
                slippage: Bps(parse_percent(&typed, MOST_SLIPPAGE).ok()?),
            };
            Some(Priced {
                order,
                offer: offer::offer(&seen.ledger, &order, seen.now),
                devices: offer::devices(&seen.ledger, &order, seen.now),
                balance: seen.balance(),
            })
        });
        Self { pool, devices, by_time, span, time, slippage, own_slippage, priced }
    }
}

impl Priced {
    /// Gives the action to sign.
    ///
    /// # Errors
    /// What stands in its way, in the ledger's order but for a dormant pool, which says more than
    /// that it has no devices.
    pub(super) fn action(&self) -> Result<Action, Trouble> {
        let offer = match (&self.offer, &self.devices) {
            (Ok(offer), Ok(_)) => offer,
            (
                Err(
                    error @ (Error::UnalignedExpiry { .. }
                    | Error::WindowTooShort { .. }
                    | Error::PoolDormant
                    | Error::TimeReversed { .. }),
                ),
                _,
            )
            | (Err(error), Ok(_)) => return Err(Trouble::from(error)),
            (_, Err(shortage)) => return Err(Trouble::from(&shortage.error)),
        };
        let needed = offer.quote.gross;
        if let Some(balance) = self.balance.filter(|balance| *balance < needed) {
            return Err(Trouble::from(&Error::InsufficientBalance { needed, balance }));
        }
        let devices = self.devices.as_deref().unwrap_or_default();
        Ok(offer::rent(&self.order, offer, devices))
    }
}
