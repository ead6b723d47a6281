//! Those who live off the difference between the pool and the market outside, and whales.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use pinfi_core::Action;
use pinfi_core::units::StakeId;

use super::{Sight, account};
use crate::market::Market;
use crate::verification::Verifiers;

/// The devices that one speculator can move at a time.
const CAPACITY: u32 = 10;
/// The least gain that is worth the trouble, as a part of b.
const MARGIN: f64 = 0.01;
/// How long a speculator's hours run.
const TERM: u32 = 48;
/// How often it looks.
const LOOKS: f64 = 0.25;
/// The mean hours between a whale's trades.
const WHALE_RESTS: f64 = 48.0;

#[derive(Clone, Copy, Debug)]
enum Role {
    Seller,
    Buyer,
    Whale { block: u32, valuation: f64 },
}

#[derive(Clone, Copy, Debug)]
struct Speculator {
    account: Address,
    role: Role,
    free: u32,
}

/// What comes back to a speculator when its time is over.
#[derive(Clone, Copy, Debug)]
struct Return {
    index: usize,
    stake: Option<StakeId>,
}

/// Hours that clients asked for and got.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Served {
    pub(crate) asked: f64,
    pub(crate) served: f64,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Speculators {
    list: Vec<Speculator>,
    returns: BTreeMap<u32, Vec<Return>>,
    /// Devices in the pool that speculators and whales have sold to it.
    pub(crate) sold: u32,
}

impl Speculators {
    pub(crate) fn add_seller(&mut self, number: u32) {
        self.list.push(Speculator { account: account(number), role: Role::Seller, free: CAPACITY });
    }

    pub(crate) fn add_buyer(&mut self, number: u32) {
        self.list.push(Speculator { account: account(number), role: Role::Buyer, free: CAPACITY });
    }

    /// Adds a whale that moves `block` devices at once and pays up to `valuation` an hour.
    pub(crate) fn add_whale(&mut self, number: u32, block: u32, valuation: f64) {
        let role = Role::Whale { block, valuation };
        self.list.push(Speculator { account: account(number), role, free: block });
    }

    /// Lets all act.
    pub(crate) fn act(
        &mut self,
        market: &mut Market,
        sight: &Sight<'_>,
        verifiers: &mut Verifiers,
    ) -> Served {
        self.take_back(market);
        let mut whales = Served::default();
        for index in 0..self.list.len() {
            let Some(&Speculator { role, account, free }) = self.list.get(index) else { continue };
            match role {
                Role::Seller if market.dice.chance(LOOKS) => {
                    self.sell(market, index, free, sight, verifiers);
                }
                Role::Buyer if market.dice.chance(LOOKS) => {
                    let limit = sight.outside * (1.0 - MARGIN);
                    for _ in 0..free {
                        if !is_worth(market, sight, limit)
                            || market.rent(account, 1, TERM, limit).is_none()
                        {
                            break;
                        }
                        self.lend(index, market.hour + TERM, None);
                    }
                }
                Role::Whale { block, valuation } if market.dice.chance(1.0 / WHALE_RESTS) => {
                    if market.dice.chance(0.5) {
                        let hours = f64::from(block) * 24.0;
                        whales.asked += hours;
                        if market.rent(account, block, 24, valuation).is_some() {
                            whales.served += hours;
                        }
                    } else {
                        self.sell(market, index, free, sight, verifiers);
                    }
                }
                Role::Seller | Role::Buyer | Role::Whale { .. } => {}
            }
        }
        whales
    }

    /// Brings devices from outside while the pool pays more for them.
    fn sell(
        &mut self,
        market: &mut Market,
        index: usize,
        devices: u32,
        sight: &Sight<'_>,
        verifiers: &mut Verifiers,
    ) {
        let Some(&Speculator { account, .. }) = self.list.get(index) else { return };
        let least = sight.outside * (1.0 + MARGIN) + sight.scenario.pool.burn_per_hour;
        for _ in 0..devices {
            let hours = TERM.min(market.longest_sale());
            let pays = market.sale_quote(hours).is_some_and(|quote| quote > least);
            if hours < sight.scenario.pool.min_term || !pays {
                return;
            }
            let Some(stake) = market.stake(account, hours) else { return };
            verifiers.watch(market, stake, true);
            if market.sell(account, stake).is_some() {
                self.sold += 1;
            }
            self.lend(index, market.hour + hours, Some(stake));
        }
    }

    fn lend(&mut self, index: usize, until: u32, stake: Option<StakeId>) {
        if let Some(speculator) = self.list.get_mut(index) {
            speculator.free -= 1;
        }
        self.returns.entry(until).or_default().push(Return { index, stake });
    }

    fn take_back(&mut self, market: &mut Market) {
        while let Some(entry) = self.returns.first_entry()
            && *entry.key() <= market.hour
        {
            for back in entry.remove() {
                let Some(&Speculator { account, .. }) = self.list.get(back.index) else { continue };
                if let Some(stake) = back.stake {
                    market.withdraw(stake);
                    let sold = market
                        .ledger
                        .stake_of(stake)
                        .is_ok_and(|one| one.state == pinfi_core::stake::StakeState::Sold);
                    if market.act(account, &Action::Settle { stake }).is_err() {
                        // A proof is still due: once more in an hour.
                        self.returns.entry(market.hour + 1).or_default().push(back);
                        continue;
                    }
                    self.sold -= u32::from(sold);
                }
                if let Some(speculator) = self.list.get_mut(back.index) {
                    speculator.free += 1;
                }
            }
        }
    }
}

/// Whether the spot price with its fee is below a limit: most looks end here.
fn is_worth(market: &Market, sight: &Sight<'_>, limit: f64) -> bool {
    market.price().is_some_and(|price| price / (1.0 - sight.fee) < limit)
}
