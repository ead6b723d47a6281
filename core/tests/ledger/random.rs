//! Random lives of a market: every action, good and bad, with jumps of time.

use alloy_primitives::{Address, B256};
use pinfi_core::units::{Bps, CertificateId, Day, GpuSeconds, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Events};
use proptest::prelude::*;

use crate::market::{ECOSYSTEM, GOVERNOR, Market, PIN, POOL, TEAM, account};

/// One step: seconds to wait, who acts, what, and two numbers to fill it with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    wait: u64,
    who: u8,
    op: u8,
    a: u64,
    b: u64,
}

const OPS: u8 = 30;

pub(crate) fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![
        30 => 0u64..1_200,
        8 => 0u64..7_200,
        2 => 0u64..86_400,
        1 => 0u64..40 * 86_400,
    ];
    let step = (wait, 0u8..4, 0..OPS, any::<u64>(), any::<u64>())
        .prop_map(|(wait, who, op, a, b)| Step { wait, who, op, a, b });
    prop::collection::vec(step, 1..count)
}

impl Step {
    /// Waits and acts. The action may well be refused.
    pub(crate) fn run(self, market: &mut Market) -> Result<Events, Error> {
        market.wait(self.wait);
        let Self { op, a, b, .. } = self;
        if op < 5 {
            let expiry = market.boundary(2 + a % 300);
            let stake = market.stake(account(self.who), expiry)?;
            return match op {
                0 => Ok(Vec::new()),
                1 => act(market, account(self.who), Action::Sell { stake, min_out: Wei(0) }),
                _ => market.join(
                    account(self.who),
                    stake,
                    1 + u128::from(b % 10_000) * PIN / 3_600_000,
                ),
            };
        }
        let stake = StakeId(pick(a, market.ledger.stakes().count() as u64));
        if self.is_proof() {
            return market.prove(stake, b % 70);
        }
        let action = self.action(market, stake);
        let sender = self.sender(market, stake, &action);
        let events = act(market, sender, action)?;
        if op == 21 {
            let provider = market.ledger.stake_of(stake)?.provider;
            return act(market, provider, Action::Commit { stake, root: B256::repeat_byte(1) });
        }
        Ok(events)
    }

    /// Tells whether the step is one action and not several.
    pub(crate) fn is_single(self) -> bool {
        self.op >= 5 && self.op != 21 && !self.is_proof()
    }

    /// Tells whether the step is a whole proof, which takes time.
    pub(crate) fn is_proof(self) -> bool {
        self.op == 29
    }

    /// Mostly the one who may.
    fn sender(self, market: &Market, stake: StakeId, action: &Action) -> Address {
        let anyone = account(self.who);
        match action {
            Action::QueueWeight { .. } if !self.b.is_multiple_of(8) => return GOVERNOR,
            Action::ClaimAllocation => {
                return if self.b.is_multiple_of(2) { ECOSYSTEM } else { TEAM };
            }
            Action::Lock { .. } | Action::Unlock { .. } | Action::ClaimRebate { .. } => {
                return anyone;
            }
            _ => {}
        }
        let Ok(record) = market.ledger.stake_of(stake) else { return anyone };
        if self.b.is_multiple_of(8) {
            return anyone;
        }
        match action {
            Action::Extend { .. } | Action::EndRental { .. } | Action::TransferRental { .. } => {
                record.rental.map_or(anyone, |rental| rental.renter)
            }
            Action::Sell { .. } | Action::TransferHours { .. } => record.hours_holder,
            Action::Burn { .. } | Action::Rent { .. } | Action::Transfer { .. } => anyone,
            _ => record.provider,
        }
    }

    fn action(self, market: &Market, stake: StakeId) -> Action {
        let Self { op, a, b, .. } = self;
        let until = market.boundary(1 + b % 20);
        let any_price = Wei(u128::MAX);
        match op {
            5 => Action::Burn { pool: POOL, gs: GpuSeconds(a % 2_000_000) },
            6 => {
                let certificates = market.ledger.certificates().count() as u64;
                let expiry = if b.is_multiple_of(17) { Timestamp(b) } else { until };
                let certificate = CertificateId(pick(a, certificates));
                Action::Stake { certificate, expiry, max_fee: any_price }
            }
            7 => Action::OpenLiquidity { stake, tokens: Wei(u128::from(b) * 1_000) },
            8 => Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: any_price },
            9 => Action::Collect { stake },
            10 => Action::Sell { stake, min_out: Wei(u128::from(b % 2)) },
            11 => Action::RemoveLiquidity {
                stake,
                min_tokens: if b.is_multiple_of(3) { 0 } else { i128::MIN },
                max_fee: any_price,
            },
            12..=14 => {
                let other = StakeId(pick(b / 3, market.ledger.stakes().count() as u64));
                let stakes = if b.is_multiple_of(3) { vec![stake, other] } else { vec![stake] };
                Action::Rent { pool: POOL, stakes, until, max_cost: any_price }
            }
            15 => Action::Extend { stake, until, max_cost: any_price },
            16 => Action::EndRental { stake, min_out: Wei(0) },
            17 | 18 => Action::Settle { stake },
            19 => match b % 4 {
                0 => Action::TransferHours { stake, to: account((a % 5) as u8) },
                1 => Action::TransferRental { stake, to: account((a % 5) as u8) },
                2 => Action::Transfer { to: account((a % 5) as u8), amount: Wei(a.into()) },
                _ => Action::Poke { pool: POOL, limit: (a % 3) as u32 },
            },
            20 | 21 => Action::Challenge { stake },
            22 => Action::Commit { stake, root: B256::repeat_byte(1) },
            23 => Action::Missed { stake },
            24 => Action::QueueWeight { pool: POOL, weight: Bps((a % 10_002) as u32) },
            25 => Action::ExecuteWeight { pool: POOL },
            26 if b.is_multiple_of(2) => Action::Lock { amount: Wei(a.into()) },
            26 => Action::Unlock { amount: Wei(u128::from(a) / 2) },
            27 => {
                // Mostly a day on which it paid fees.
                let days = market.ledger.rewards().map(|rewards| rewards.fee_days());
                let day = days.and_then(|days| days.of(account(self.who)).next());
                let (pool, day) = day.unwrap_or((POOL, Day((a % 9) as u32)));
                Action::ClaimRebate { pool, day }
            }
            _ => Action::ClaimAllocation,
        }
    }
}

/// A place below `count`, most often a late one; past it now and then.
fn pick(x: u64, count: u64) -> u64 {
    if x.is_multiple_of(23) { count } else { count.saturating_sub(1 + (x / 23) % 4) }
}

/// Acts, and asks besides what comes of it where only trades are known.
fn act(market: &mut Market, sender: Address, action: Action) -> Result<Events, Error> {
    let context = Context { sender, now: market.now, randomness: B256::ZERO };
    let mut trading = market.ledger.clone();
    let alone = trading.apply_trade(&action, &context);
    let outcome = market.act(sender, action);
    if alone != Err(Error::BadParameter { name: "action" }) {
        assert_eq!(alone, outcome, "a trade alone");
        assert_eq!(trading, market.ledger, "a trade alone");
    }
    outcome
}
