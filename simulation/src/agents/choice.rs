//! How a provider decides: by expected payoff with noise, which makes the shares a logit.

use pinfi_core::equilibrium::ProviderRole;

use super::Sight;
use crate::market::Market;

/// What a provider could do for the next term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) role: ProviderRole,
    /// For how many hours.
    pub(crate) hours: u32,
}

/// How long a device that is sold outside stays there.
pub(crate) const OUTSIDE_HOURS: u32 = 24;

/// Chooses for a free device; `liquidity` is what an LP is expected to earn in an hour of so many.
pub(crate) fn choose(
    market: &mut Market,
    sight: &Sight<'_>,
    liquidity: impl FnOnce(&Market, u32) -> f64,
) -> Plan {
    let pool = sight.scenario.pool;
    let term = pool.min_term + market.dice.below(pool.max_term - pool.min_term + 1);
    let mut best = Plan { role: ProviderRole::Outside, hours: OUTSIDE_HOURS };
    let mut most = sight.outside + noise(market, sight);
    let liquidity = liquidity(market, term);
    let adding = liquidity - pool.burn_per_hour + noise(market, sight);
    if adding > most {
        (best, most) = (Plan { role: ProviderRole::Liquidity, hours: term }, adding);
    }
    let sold = term.min(market.longest_sale());
    if sight.scenario.providers.may_sell
        && sold >= pool.min_term
        && let Some(quote) = market.sale_quote(sold)
    {
        let selling = quote - pool.burn_per_hour + noise(market, sight);
        if selling > most {
            best = Plan { role: ProviderRole::PoolSale, hours: sold };
        }
    }
    best
}

/// Whether an LP leaves for the market outside, where the burned PIN is lost either way.
///
/// It is asked again and again, and cannot come back before its stake ends: without a hurdle,
/// the noise of the daily question alone would drive everybody out.
pub(crate) fn leaves(market: &mut Market, sight: &Sight<'_>, liquidity: f64) -> bool {
    let hurdle = HURDLE * sight.scenario.providers.noise * sight.outside;
    sight.outside + noise(market, sight) > liquidity + hurdle + noise(market, sight)
}

/// In units of the noise's spread: one LP in 55 leaves by mistake a day where both pay alike.
const HURDLE: f64 = 4.0;

fn noise(market: &mut Market, sight: &Sight<'_>) -> f64 {
    sight.scenario.providers.noise * sight.outside * market.dice.gumbel()
}
