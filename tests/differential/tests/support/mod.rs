//! A market of one pool to test on.
#![allow(dead_code, reason = "not every test needs all of it")]

#[path = "../../../support/params.rs"]
mod params;

use alloy_primitives::Address;
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Event};
use pinfi_differential::life::Life;
use pinfi_differential::random::account;
use pinfi_differential::twin::Twin;

pub(crate) use params::{BUCKET, PIN, params};

/// A midnight.
pub(crate) const START: u64 = 1_800_000_000 / 86_400 * 86_400;
pub(crate) const POOL: PoolId = PoolId(0);
pub(crate) const ANY: Wei = Wei(u128::MAX);

/// A market of one pool and four accounts with a million PIN each.
pub(crate) fn market() -> Twin {
    opened(Twin::new().unwrap(), params())
}

pub(crate) fn opened(mut twin: Twin, params: PoolParams) -> Twin {
    let balances = (0..4).map(|n| (account(n), Wei(1_000_000 * PIN))).collect();
    twin.open(&Life {
        start: START,
        balances,
        pools: vec![params],
        plays: false,
        steps: Vec::new(),
    })
    .unwrap();
    twin
}

/// Does what must be accepted, and returns the first event.
pub(crate) fn act(twin: &mut Twin, sender: Address, action: Action) -> Event {
    let done = twin.act(sender, action.clone()).unwrap();
    done.outcome.unwrap_or_else(|error| panic!("{action:?}: {error}")).remove(0)
}

/// Stakes a device for some buckets.
pub(crate) fn stake(twin: &mut Twin, provider: Address, buckets: u64) -> StakeId {
    let expiry = boundary(twin, buckets);
    let gs = GpuSeconds(expiry.0 - twin.chain.now());
    let Event::Burned { certificate, .. } = act(twin, provider, Action::Burn { pool: POOL, gs })
    else {
        panic!("no certificate")
    };
    stake_of(twin, provider, certificate, expiry)
}

fn stake_of(
    twin: &mut Twin,
    who: Address,
    certificate: CertificateId,
    expiry: Timestamp,
) -> StakeId {
    match act(twin, who, Action::Stake { certificate, expiry, max_fee: ANY }) {
        Event::Staked { stake, .. } => stake,
        other => panic!("{other:?}"),
    }
}

/// Stakes a device and opens the pool with it at 2 PIN an hour, or joins it.
pub(crate) fn provide(twin: &mut Twin, provider: Address, buckets: u64) -> StakeId {
    let stake = stake(twin, provider, buckets);
    let now = Timestamp(twin.chain.now());
    let open = twin.ledger.pool(POOL).unwrap().at(now).unwrap().reserves.is_open();
    let hours = twin.ledger.stake_of(stake).unwrap().remaining(now);
    let tokens = Wei(u128::from(hours.0) * 2 * PIN / 3_600);
    let action = if open {
        Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: ANY }
    } else {
        Action::OpenLiquidity { stake, tokens }
    };
    act(twin, provider, action);
    stake
}

/// The boundary some buckets after the present one.
pub(crate) fn boundary(twin: &Twin, buckets: u64) -> Timestamp {
    Timestamp((twin.chain.now() / BUCKET + buckets) * BUCKET)
}
