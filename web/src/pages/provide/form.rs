//! What the user has chosen, and what follows from it on the ledger as it is now.

use leptos::prelude::*;
use pinfi_client::{
    intent::Speed,
    plan::{Plan, TermError, certificate, fit_term, tokens_at},
};
use pinfi_core::{
    Ledger,
    pool::{PoolParams, Reserves},
    stake::StakeState,
    units::{CertificateId, GpuSeconds, PoolId, Secs, Timestamp, Wei},
};

use crate::{
    contexts::{Desk, Seen},
    format::{parse_duration, parse_pin},
    pages::balance::Proposal,
};

/// The least PIN for a GPU-second at which a pool opens, in wei (`open_liquidity`).
const LEAST_PRICE: u128 = 1_000_000_000;

/// The fields of the page.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) desk: Desk,
    /// The pool's number, as the choice holds it.
    pub(super) pool: RwSignal<String>,
    pub(super) term: RwSignal<String>,
    /// The opening price by the hour, for a dormant pool.
    pub(super) price: RwSignal<String>,
    pub(super) sells: RwSignal<bool>,
}

/// What the chosen pool makes of the fields.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Offer {
    pub(super) pool: PoolId,
    pub(super) params: PoolParams,
    pub(super) reserves: Reserves,
    /// The figures; none until a time span is typed.
    pub(super) plan: Option<Result<Plan, TermError>>,
    /// What pairs with the hours: the pool's price, or the typed one in a dormant pool.
    pub(super) tokens: Option<Wei>,
    /// A certificate of the account that covers the term: nothing more need be burned.
    pub(super) certificate: Option<CertificateId>,
    /// Whether all of the pool's hours come from liquidity providers.
    pub(super) is_one_sided: bool,
    /// The PIN of the account in use.
    pub(super) balance: Option<Wei>,
    pub(super) now: Timestamp,
    pub(super) speed: Speed,
    pub(super) slack: Secs,
}

impl Form {
    pub(super) fn new(chosen: Option<PoolId>) -> Self {
        Self {
            desk: Desk::use_it(),
            pool: RwSignal::new(chosen.map(|pool| pool.to_string()).unwrap_or_default()),
            term: RwSignal::new("1d".to_owned()),
            price: RwSignal::new(String::new()),
            sells: RwSignal::new(false),
        }
    }

    /// Gives the chosen pool's number.
    pub(super) fn chosen(self) -> Option<PoolId> {
        self.pool.with(|pool| pool.parse().ok().map(PoolId))
    }

    /// Works out what follows from the fields, and follows everything.
    pub(super) fn offer(self) -> Option<Offer> {
        let seen = self.desk.see()?;
        let typed = self.term.with(|term| parse_duration(term).ok().map(Secs));
        let price = self.price.with(|price| parse_pin(price).ok().map(Wei));
        offer(&seen, self.chosen()?, typed, price)
    }
}

impl Offer {
    /// Returns the figures, if the term fits.
    pub(super) fn planned(&self) -> Option<&Plan> {
        self.plan.as_ref().and_then(|plan| plan.as_ref().ok())
    }

    /// Tells whether nobody provides to the pool now.
    pub(super) fn is_dormant(&self) -> bool {
        !self.reserves.is_open()
    }

    /// Returns the PIN that the account needs at one moment on the way.
    pub(super) fn needed(&self, sells: bool) -> Option<Wei> {
        let plan = self.planned()?;
        let all = if sells { plan.needed_to_sell() } else { plan.needed_to_join(self.tokens?) };
        let spared = if self.certificate.is_some() { plan.burn } else { Wei::ZERO };
        Some(all.saturating_sub(spared))
    }

    /// Returns what there is to weigh, if the term fits.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        let plan = self.planned()?;
        Some(Proposal {
            pool: self.pool,
            term: Secs(plan.term.hours.0),
            sale: plan.sale.as_ref().ok().map(|sale| sale.net),
            burn: if self.certificate.is_some() { Wei::ZERO } else { plan.burn },
        })
    }

    /// Tells whether everything is there that the signatures need.
    pub(super) fn is_ready(&self, sells: bool) -> bool {
        let Some(plan) = self.planned() else { return false };
        let possible = if sells { plan.sale.is_ok() } else { self.tokens.is_some() };
        let affordable = self.needed(sells).zip(self.balance).is_some_and(|(n, has)| n <= has);
        possible && affordable
    }
}

fn offer(seen: &Seen, id: PoolId, typed: Option<Secs>, price: Option<Wei>) -> Option<Offer> {
    let pool = seen.ledger.pool(id).ok()?;
    let params = pool.params().clone();
    let reserves = pool.at(seen.now).ok()?.reserves;
    let slack = seen.slack();
    let plan = typed.map(|typed| {
        let term = fit_term(&params, seen.now, typed, slack)?;
        Ok(Plan::new(&params, &reserves, term))
    });
    let hours = plan.as_ref().and_then(|plan| plan.as_ref().ok()).map(|plan| plan.term.hours);
    let at_the_pools = plan.as_ref().and_then(|plan| plan.as_ref().ok()?.tokens);
    let typed_tokens = || price.zip(hours).and_then(|(price, hours)| opening(price, hours));
    Some(Offer {
        pool: id,
        tokens: at_the_pools.or_else(typed_tokens),
        certificate: hours
            .zip(seen.account)
            .and_then(|(hours, owner)| certificate(&seen.ledger, owner, id, hours)),
        is_one_sided: reserves.is_open() && !has_seller(&seen.ledger, id, seen.now),
        params,
        reserves,
        plan,
        balance: seen.balance(),
        now: seen.now,
        speed: seen.speed,
        slack,
    })
}

/// Prices the hours at an opening price; none below the least that opens a pool.
fn opening(price_per_hour: Wei, hours: GpuSeconds) -> Option<Wei> {
    let least = u128::from(hours.0).checked_mul(LEAST_PRICE)?;
    tokens_at(price_per_hour, hours).filter(|tokens| tokens.0 >= least)
}

fn has_seller(ledger: &Ledger, pool: PoolId, now: Timestamp) -> bool {
    ledger.stakes().any(|(_, stake)| {
        stake.pool == pool && matches!(stake.state, StakeState::Sold) && now < stake.expiry
    })
}

/// Chooses the pool that a page without a choice begins with: the one with the least work, which
/// a browser is most likely to do in time.
pub(super) fn first_choice(ledger: &Ledger) -> Option<PoolId> {
    let work =
        |params: &PoolParams| u64::from(params.pocps.n).pow(3) * u64::from(params.pocps.rounds);
    ledger.pools().min_by_key(|(_, pool)| work(pool.params())).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, HOUR, Market, PIN};
    use pinfi_core::Action;
    use std::rc::Rc;

    fn seen(market: &Market, account: Option<alloy_primitives::Address>) -> Seen {
        Seen {
            ledger: Rc::new(market.ledger.clone()),
            now: market.now,
            speed: Speed::Real,
            is_sandbox: true,
            account,
        }
    }

    fn day(market: &Market, price: Option<Wei>) -> Offer {
        offer(&seen(market, Some(BOB)), market.pool, Some(Secs(24 * HOUR)), price).unwrap()
    }

    #[test]
    fn offer_of_an_unknown_pool_is_none() {
        let market = Market::dormant();
        assert_eq!(offer(&seen(&market, None), PoolId(7), None, None), None);
    }

    #[test]
    fn offer_without_account_or_term_is_not_ready() {
        let market = Market::open();
        let none = offer(&seen(&market, None), market.pool, Some(Secs(24 * HOUR)), None).unwrap();
        assert_eq!((none.balance, none.is_ready(false)), (None, false));
        let untyped = offer(&seen(&market, Some(BOB)), market.pool, None, None).unwrap();
        assert_eq!((untyped.plan.clone(), untyped.is_ready(false)), (None, false));
    }

    #[test]
    fn offer_of_a_dormant_pool_needs_a_price() {
        let market = Market::dormant();
        let offer = day(&market, None);
        assert!(offer.is_dormant() && !offer.is_ready(false) && !offer.is_ready(true));
        assert!(!day(&market, Some(Wei(LEAST_PRICE * 3_600 - 1))).is_ready(false), "too low");
        let priced = day(&market, Some(Wei(2 * PIN)));
        assert_eq!(priced.tokens, Some(Wei(48 * PIN)));
        assert!(priced.is_ready(false));
        assert!(!priced.is_ready(true), "nobody buys");
    }

    #[test]
    fn offer_beyond_the_balance_is_not_ready() {
        let mut market = Market::open();
        market.act(BOB, Action::Transfer { to: ALICE, amount: Wei(1_000_000 * PIN) });
        let offer = day(&market, None);
        assert_eq!(offer.balance, Some(Wei::ZERO));
        assert!(!offer.is_ready(false) && !offer.is_ready(true));
    }

    #[test]
    fn offer_uses_a_certificate_that_covers_the_term() {
        let mut market = Market::open();
        for hours in [23, 48, 24] {
            let gs = GpuSeconds(hours * HOUR);
            market.act(BOB, Action::Burn { pool: market.pool, gs });
        }
        let offer = day(&market, None);
        let certified = offer.certificate.map(|id| market.ledger.certificate(id).unwrap().gs.0);
        assert_eq!(certified, Some(24 * HOUR), "the smallest that is enough");
        let plan = offer.planned().unwrap();
        let needed = plan.needed_to_sell().0 - plan.burn.0;
        assert_eq!(offer.needed(true), Some(Wei(needed)), "nothing more is burned");
    }

    #[test]
    fn offer_tells_a_one_sided_pool() {
        let mut market = Market::open();
        assert!(day(&market, None).is_one_sided);
        let held = market.stake(BOB, 24);
        market.act(BOB, Action::Sell { stake: held, min_out: Wei::ZERO });
        assert!(!day(&market, None).is_one_sided);
    }

    #[test]
    fn first_choice_is_the_least_work() {
        let mut market = Market::dormant();
        assert_eq!(first_choice(&market.ledger), Some(market.pool));
        let mut params = market.ledger.pool(market.pool).unwrap().params().clone();
        params.pocps.rounds = 1;
        market.act(BOB, Action::CreatePool { params: Box::new(params) });
        assert_eq!(first_choice(&market.ledger), Some(PoolId(1)));
    }
}
