//! The pools that a sandbox opens with.

use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, Secs, Wei};

/// 10^-6 PIN.
const MICRO_PIN: u128 = 1_000_000_000_000;
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Live devices of simulated providers that a pool opens with and is kept at.
pub(super) const DEVICES: usize = 5;

/// A kind of device, and what an hour of it is about worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The price that the simulated accounts hold to be fair, in wei per GPU-second.
    pub fair_price: Wei,
    /// How long they stake for, at least and at most.
    pub terms: (Secs, Secs),
    /// The weight that its pool is given: each of its devices then accrues a fifth more than the
    /// fair price. Trade of a day brings the price up to a fifth above that, and all the way the
    /// reward is inside the band in which a pool is in balance; the fair prices are chosen so that
    /// this is a whole number. Most of the emission goes to nobody.
    pub weight: Bps,
    /// What its pool is created with.
    pub params: PoolParams,
}

/// Returns the kinds in the order of their pools' numbers, from 0.
///
/// The work of the last is so small that any browser's GPU proves it within its window, even one
/// emulated on the processor; the others' is sized for the device that they are named for.
#[must_use]
pub fn kinds() -> [Kind; 3] {
    [
        Kind {
            fair_price: per_hour(430_000),
            terms: (Secs(3 * DAY), Secs(7 * DAY)),
            weight: Bps(10),
            params: params("RTX 4090", HOUR, 30 * DAY, (2_048, 256), 4 * HOUR, per_hour(20_000)),
        },
        Kind {
            fair_price: per_hour(2_400_000),
            terms: (Secs(3 * DAY), Secs(9 * DAY)),
            weight: Bps(55),
            params: params("H100", HOUR, 30 * DAY, (4_096, 256), 4 * HOUR, per_hour(110_000)),
        },
        Kind {
            fair_price: per_hour(43_000),
            terms: (Secs(60 * HOUR), Secs(4 * DAY - HOUR)),
            weight: Bps(1),
            params: params("WebGPU", 600, 4 * DAY, (256, 16), HOUR, per_hour(2_000)),
        },
    ]
}

/// Returns wei per GPU-second of a price in millionths of PIN per hour.
const fn per_hour(micro_pin: u128) -> Wei {
    Wei(micro_pin * MICRO_PIN / HOUR as u128)
}

fn params(
    kind: &str,
    bucket: u64,
    max_term: u64,
    (n, rounds): (u32, u32),
    epoch: u64,
    burn_per_gs: Wei,
) -> PoolParams {
    PoolParams {
        kind: kind.to_owned(),
        bucket: Secs(bucket),
        fee: Bps(30),
        burn_share: Bps(5_000),
        burn_per_gs,
        collateral: Bps(20_000),
        min_term: Secs(2 * epoch),
        max_term: Secs(max_term),
        pocps: PocpsParams {
            n,
            rounds,
            samples: 32,
            window: Secs(600),
            dispute: Secs(600),
            epoch: Secs(epoch),
            bond: Wei(1_000_000 * MICRO_PIN),
            accuser_bps: Bps(2_500),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_valid_pools() {
        for kind in kinds() {
            assert_eq!(kind.params.validate(), Ok(()), "{}", kind.params.kind);
            assert!(kind.terms.0 >= kind.params.min_term, "{}", kind.params.kind);
            assert!(kind.terms.1 < kind.params.max_term, "{}", kind.params.kind);
        }
    }
}
