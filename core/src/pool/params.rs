//! What `create_pool` fixes for good.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::pocps::PocpsParams;
use crate::units::{Bps, Secs, Wei};

/// The longest label of a kind of device, in bytes of UTF-8.
pub const MAX_KIND_BYTES: usize = 64;

const MAX_TERM: Secs = Secs(30 * 86_400);
const MAX_TERM_BUCKETS: u64 = 720;

/// The parameters of a pool; immutable after creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolParams {
    /// The kind of device: a label for people, 1 to [`MAX_KIND_BYTES`] bytes.
    pub kind: String,
    /// Expiries and rentals end at multiples of this; it divides a day.
    pub bucket: Secs,
    /// The fee on each trade, of the amount before the fee.
    pub fee: Bps,
    /// The part of each fee that is burned; the rest goes to the reserve.
    pub burn_share: Bps,
    /// PIN burned for each GPU-second of a certificate.
    pub burn_per_gs: Wei,
    /// The maintenance fee, as a part of the stake's hours at the spot price.
    pub collateral: Bps,
    /// The shortest stake.
    pub min_term: Secs,
    /// The longest stake; a multiple of `bucket`.
    pub max_term: Secs,
    /// The work that devices of this pool prove, and its deadlines.
    pub pocps: PocpsParams,
}

/// What a trade pays beside the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fees {
    /// The fee on each trade.
    pub rate: Bps,
    /// The part of each fee that is burned.
    pub burn_share: Bps,
}

impl PoolParams {
    /// Returns what a trade pays.
    #[must_use]
    pub const fn fees(&self) -> Fees {
        Fees { rate: self.fee, burn_share: self.burn_share }
    }

    /// Checks the bounds of PROTOCOL section 2 and those of the proof's parameters.
    ///
    /// # Errors
    /// [`Error::BadParameter`] with the name of the first parameter out of bounds.
    pub fn validate(&self) -> Result<(), Error> {
        self.validate_trading()?;
        self.pocps.validate().map_err(|name| Error::BadParameter { name })?;
        if self.min_term.0 < self.pocps.epoch.0.saturating_mul(2) || self.min_term > self.max_term {
            return Err(Error::BadParameter { name: "min_term" });
        }
        Ok(())
    }

    /// Checks the bounds that quotes and time go by. A scenario's pool may have a proof that no
    /// ledger takes.
    ///
    /// # Errors
    /// As [`Self::validate`].
    pub fn validate_trading(&self) -> Result<(), Error> {
        let bad = |name| Err(Error::BadParameter { name });
        if self.kind.is_empty() || self.kind.len() > MAX_KIND_BYTES {
            return bad("kind");
        }
        if !(60..=86_400).contains(&self.bucket.0) || !86_400_u64.is_multiple_of(self.bucket.0) {
            return bad("bucket");
        }
        if self.fee.0 > 1_000 {
            return bad("fee_bps");
        }
        if self.burn_share.0 > 10_000 {
            return bad("burn_share_bps");
        }
        if !(20_000..=1_000_000).contains(&self.collateral.0) {
            return bad("collateral_bps");
        }
        if !self.max_term.0.is_multiple_of(self.bucket.0)
            || self.max_term > MAX_TERM
            || self.max_term.0 / self.bucket.0 > MAX_TERM_BUCKETS
        {
            return bad("max_term");
        }
        Ok(())
    }
}
