//! What a pool's card shows.

use pinfi_core::{
    Ledger,
    stake::StakeState,
    units::{ComputeWad, PoolId, Secs, Timestamp, Wei},
};

/// GPU-seconds × 1e18.
pub(super) const WAD: u128 = 1_000_000_000_000_000_000;

/// A pool at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    /// Which pool.
    pub(super) id: PoolId,
    /// The kind of its devices.
    pub(super) kind: String,
    /// The spot price per GPU-second; `None` while dormant.
    pub(super) price: Option<Wei>,
    /// The reserve of PIN.
    pub(super) pin: Wei,
    /// The reserve of compute.
    pub(super) compute: ComputeWad,
    /// For how long the LPs stay.
    pub(super) duration: Secs,
    /// The longest term.
    pub(super) max_term: Secs,
    /// Devices whose hours the pool trades.
    pub(super) devices: u32,
    /// Those of them that nobody rents.
    pub(super) free: u32,
}

/// Reads a pool at `now` seconds, or at its last change if that is later; `None` where there is none.
pub(super) fn figures(ledger: &Ledger, id: PoolId, now: u64) -> Option<Figures> {
    let pool = ledger.pool(id).ok()?;
    // The page's clock ticks; an action may just have been settled after its last tick.
    let now = Timestamp(now).max(pool.reserves().last);
    let reserves = pool.at(now).ok()?.reserves;
    let (mut devices, mut free) = (0, 0);
    for (_, stake) in ledger.stakes() {
        let in_pool = matches!(stake.state, StakeState::Liquidity(_) | StakeState::Sold);
        if stake.pool == id && in_pool && now < stake.expiry {
            devices += 1;
            free += u32::from(stake.running_rental(now).is_none());
        }
    }
    Some(Figures {
        id,
        kind: pool.params().kind.clone(),
        price: reserves.spot_price(),
        pin: reserves.pin,
        compute: reserves.compute,
        duration: reserves.duration(),
        max_term: pool.params().max_term,
        devices,
        free,
    })
}
