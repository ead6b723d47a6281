//! A market with the game's table laid: who challenges, who proves, who accuses.

use alloy_primitives::{Address, B256};
use pinfi_core::game::{Committed as Answer, GameAction, GameEvent, Trial};
use pinfi_core::pocps::{Challenge, Committed, Opening, Retain, Sample, Work};
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, EpochId, Secs, StakeId, Wei};
use pinfi_core::{Action, Error, Event, Events};

use crate::market::{self, BUCKET, Market, PIN, POOL, account};
use crate::provers::{Forger, prove as compute};

pub(crate) const WINDOW: u64 = 60;
pub(crate) const DISPUTE: u64 = 120;
/// More than 64 bits.
pub(crate) const BOND: Wei = Wei(25 * PIN);
pub(crate) const Q: u32 = 32;
pub(crate) const FIRST: StakeId = StakeId(0);
pub(crate) const SECOND: StakeId = StakeId(1);
/// The account that accuses; it provides nothing.
pub(crate) const ACCUSER: u8 = 3;

pub(crate) fn params() -> PoolParams {
    let mut params = market::params();
    params.pocps.window = Secs(WINDOW);
    params.pocps.dispute = Secs(DISPUTE);
    params.pocps.bond = BOND;
    params.pocps.accuser_bps = Bps(3_000);
    params
}

/// Two LPs, of accounts 0 and 1, and two accounts without a device.
pub(crate) fn table() -> Market {
    let mut market = Market::weighted(params(), 4);
    for n in 0..2 {
        let expiry = market.boundary(20);
        market.provide(account(n), expiry).unwrap();
    }
    // The next epoch: the devices were there before it.
    market.now = market.boundary(1);
    market
}

pub(crate) fn play(market: &mut Market, who: Address, action: GameAction) -> Result<Events, Error> {
    market.act(who, action.into())
}

/// Challenges the first stake's device by its renter.
pub(crate) fn complain(market: &mut Market, who: u8) -> Result<(EpochId, B256), Error> {
    match play(market, account(who), GameAction::Complain { stake: FIRST })?[..] {
        [Event::Game(GameEvent::Complained { epoch, randomness, .. })] => Ok((epoch, randomness)),
        ref events => panic!("{events:?}"),
    }
}

/// Opens the pool's epoch.
pub(crate) fn open(market: &mut Market) -> EpochId {
    match play(market, account(2), GameAction::OpenEpoch { pool: POOL }).unwrap()[..] {
        [Event::Game(GameEvent::EpochOpened { epoch, .. })] => epoch,
        ref events => panic!("{events:?}"),
    }
}

/// What a stake has to work on in the pool's latest epoch.
pub(crate) fn challenge(market: &Market, stake: StakeId) -> Challenge {
    let epoch = *market.ledger.game().epoch(POOL).unwrap();
    challenge_of(market, stake, epoch.id, epoch.randomness)
}

pub(crate) fn challenge_of(
    market: &Market,
    stake: StakeId,
    epoch: EpochId,
    randomness: B256,
) -> Challenge {
    let rules = market.ledger.pool(POOL).unwrap().params().pocps;
    let work = Work::new(rules.n, rules.rounds).unwrap();
    let seed = market.ledger.seed_inputs(stake, epoch, randomness).unwrap().seed();
    Challenge { seed, work }
}

pub(crate) fn honest(challenge: Challenge) -> Committed {
    compute(challenge, Retain::ALL, u32::MAX)
}

pub(crate) fn commit(
    market: &mut Market,
    stake: StakeId,
    epoch: EpochId,
    root: B256,
) -> Result<Events, Error> {
    let provider = market.ledger.stake_of(stake)?.provider;
    play(market, provider, GameAction::Commit { stake, epoch, root })
}

/// Opens an epoch; the first stake commits to its work twelve seconds later.
pub(crate) fn committed(market: &mut Market) -> (EpochId, Committed) {
    let epoch = open(market);
    let proof = honest(challenge(market, FIRST));
    market.wait(12);
    commit(market, FIRST, epoch, proof.root()).unwrap();
    (epoch, proof)
}

pub(crate) fn record(
    market: &mut Market,
    stake: StakeId,
    epoch: EpochId,
    sample: u32,
) -> Result<(B256, bool), Error> {
    match play(market, account(2), GameAction::RecordBeacon { stake, epoch, sample })?[..] {
        [Event::Game(GameEvent::BeaconRecorded { beacon, due, .. })] => Ok((beacon, due)),
        ref events => panic!("{events:?}"),
    }
}

pub(crate) fn accuse(
    market: &mut Market,
    who: u8,
    stake: StakeId,
    epoch: EpochId,
    sample: u32,
) -> Result<Events, Error> {
    play(market, account(who), GameAction::Accuse { stake, epoch, sample })
}

/// Accuses a sample; its beacon comes a second later.
pub(crate) fn accused(market: &mut Market, epoch: EpochId, sample: u32) -> B256 {
    accuse(market, ACCUSER, FIRST, epoch, sample).unwrap();
    market.wait(1);
    record(market, FIRST, epoch, sample).unwrap().0
}

pub(crate) fn prove(
    market: &mut Market,
    stake: StakeId,
    epoch: EpochId,
    sample: u32,
    opening: Opening,
) -> Result<Events, Error> {
    let provider = market.ledger.stake_of(stake)?.provider;
    let opening = Box::new(opening);
    play(market, provider, GameAction::Prove { stake, epoch, sample, opening })
}

pub(crate) fn convict(
    market: &mut Market,
    stake: StakeId,
    epoch: EpochId,
    sample: u32,
) -> Result<Events, Error> {
    play(market, account(2), GameAction::Convict { stake, epoch, sample })
}

pub(crate) fn conclude(
    market: &mut Market,
    stake: StakeId,
    epoch: EpochId,
) -> Result<Events, Error> {
    play(market, account(2), GameAction::Conclude { stake, epoch })
}

/// What an honest prover opens for sample `s`.
pub(crate) fn opening(proof: &mut Committed, beacon: B256, s: u32) -> Opening {
    proof.open(beacon, s + 1).openings.pop().unwrap()
}

/// What a forger opens for sample `s`.
pub(crate) fn forged(forger: &Forger, beacon: B256, s: u32) -> Opening {
    forger.open(beacon, s + 1).openings.pop().unwrap()
}

pub(crate) fn place(work: Work, root: B256, beacon: B256, s: u32) -> Sample {
    Sample::draw(work, root, beacon, s)
}

pub(crate) fn trial(market: &Market, stake: StakeId, epoch: EpochId) -> &Trial {
    market.ledger.game().trial(stake, epoch).unwrap()
}

pub(crate) fn answer(market: &Market, stake: StakeId, epoch: EpochId) -> &Answer {
    trial(market, stake, epoch).committed.as_ref().unwrap()
}

pub(crate) fn balance(market: &Market, who: u8) -> u128 {
    market.ledger.accounts().balance(account(who)).0
}

/// Goes on to the beginning of the next epoch.
pub(crate) fn next_epoch(market: &mut Market) {
    market.now = market.boundary(1);
    assert!(market.now.0.is_multiple_of(BUCKET));
}

/// Rents the first stake's device for some buckets.
pub(crate) fn rent(market: &mut Market, who: u8, buckets: u64) {
    let (stakes, until) = (vec![FIRST], market.boundary(buckets));
    let rent = Action::Rent { pool: POOL, stakes, until, max_cost: Wei(u128::MAX) };
    market.act(account(who), rent).unwrap();
}

#[track_caller]
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}

/// Tells whether the stake failed, and by how much its accuser is paid beside the bond.
#[track_caller]
pub(crate) fn share(events: &[Event]) -> u128 {
    match events {
        [Event::Slashed { .. }, Event::Game(GameEvent::Convicted { share, .. })] => share.0,
        other => panic!("{other:?}"),
    }
}
