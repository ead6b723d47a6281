//! The pool that tests of several packages begin with.

use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, Secs, Wei};

/// One PIN in wei.
pub(crate) const PIN: u128 = 1_000_000_000_000_000_000;
/// The seconds of a bucket.
pub(crate) const BUCKET: u64 = 3_600;

/// Work that is quickly proved, fees and terms as a pool would have them.
pub(crate) fn params() -> PoolParams {
    PoolParams {
        kind: "test GPU".into(),
        bucket: Secs(BUCKET),
        fee: Bps(30),
        burn_share: Bps(5_000),
        burn_per_gs: Wei(1_000_000_000_000),
        collateral: Bps(20_000),
        min_term: Secs(2 * BUCKET),
        max_term: Secs(720 * BUCKET),
        pocps: PocpsParams {
            n: 64,
            rounds: 2,
            samples: 32,
            window: Secs(60),
            dispute: Secs(120),
            epoch: Secs(BUCKET),
            bond: Wei(0),
            accuser_bps: Bps(0),
        },
    }
}
