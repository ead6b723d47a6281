//! What pools and rewards are made with, in the contracts' form and the core's.

use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::PoolParams;
use pinfi_core::rewards::{Allocation, RewardsConfig};
use pinfi_core::units::{Bps, Secs, Wei};

use crate::abi::{PinFi, Rewards};

/// Gives parameters in the contracts' form.
#[must_use]
pub fn to_abi(params: &PoolParams) -> PinFi::PoolParams {
    let PocpsParams { n, rounds, samples, window, dispute, epoch, bond, accuser_bps } =
        params.pocps;
    PinFi::PoolParams {
        kind: params.kind.clone(),
        bucket: params.bucket.0,
        feeBps: params.fee.0,
        burnShareBps: params.burn_share.0,
        burnPerGs: params.burn_per_gs.0,
        collateralBps: params.collateral.0,
        minTerm: params.min_term.0,
        maxTerm: params.max_term.0,
        pocps: PinFi::PocpsParams {
            n,
            rounds,
            samples,
            window: window.0,
            dispute: dispute.0,
            epoch: epoch.0,
            bond: bond.0,
            accuserBps: accuser_bps.0,
        },
    }
}

/// Gives parameters in the core's form.
#[must_use]
pub fn from_abi(params: PinFi::PoolParams) -> PoolParams {
    let pocps = params.pocps;
    PoolParams {
        kind: params.kind,
        bucket: Secs(params.bucket),
        fee: Bps(params.feeBps),
        burn_share: Bps(params.burnShareBps),
        burn_per_gs: Wei(params.burnPerGs),
        collateral: Bps(params.collateralBps),
        min_term: Secs(params.minTerm),
        max_term: Secs(params.maxTerm),
        pocps: PocpsParams {
            n: pocps.n,
            rounds: pocps.rounds,
            samples: pocps.samples,
            window: Secs(pocps.window),
            dispute: Secs(pocps.dispute),
            epoch: Secs(pocps.epoch),
            bond: Wei(pocps.bond),
            accuser_bps: Bps(pocps.accuserBps),
        },
    }
}

/// Gives the rewards' configuration in the contracts' form. Parts above one are cut, to what the
/// contracts refuse.
#[must_use]
pub fn rewards_to_abi(config: &RewardsConfig) -> Rewards::RewardsConfig {
    let bps = |bps: Bps| u16::try_from(bps.0).unwrap_or(u16::MAX);
    let allocation = |part: &Allocation| Rewards::Allocation {
        account: part.account,
        shareBps: bps(part.share),
        lock: part.lock.0,
    };
    Rewards::RewardsConfig {
        genesis: config.genesis.0,
        governor: config.governor,
        timelock: config.timelock.0,
        ecosystem: allocation(&config.ecosystem),
        team: allocation(&config.team),
        providersBps: bps(config.providers),
    }
}
