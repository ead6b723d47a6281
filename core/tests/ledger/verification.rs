//! Challenge, commit, respond, missed, and what a failed verification costs.

use alloy_primitives::B256;
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Response, Retain};
use pinfi_core::stake::StakeState;
use pinfi_core::units::{StakeId, Wei};
use pinfi_core::{Action, Error, Event};

use crate::market::{BUCKET, Market, POOL, account, params};

const FIRST: StakeId = StakeId(0);

fn market() -> Market {
    let mut market = Market::new(params(), 3);
    for n in 0..2 {
        let expiry = market.boundary(20);
        market.provide(account(n), expiry).unwrap();
    }
    market
}

fn challenge(market: &mut Market, stake: StakeId) -> B256 {
    match market.act(account(2), Action::Challenge { stake }).unwrap()[..] {
        [Event::Challenged { seed, .. }] => seed,
        ref events => panic!("{events:?}"),
    }
}

fn prove(market: &Market, stake: StakeId) -> Committed {
    let open = market.ledger.verification_of(stake).unwrap();
    let work = market.ledger.pool(POOL).unwrap().params().pocps.validate().unwrap();
    let mut prover = ChainProver::new(Challenge { seed: open.seed, work }, Retain::ALL);
    loop {
        if let Some(committed) = prover.step(u32::MAX) {
            return committed;
        }
    }
}

fn commit(market: &mut Market, stake: StakeId, root: B256) -> Result<B256, Error> {
    match market.act(account(0), Action::Commit { stake, root })?[..] {
        [Event::Committed { beacon, .. }] => Ok(beacon),
        ref events => panic!("{events:?}"),
    }
}

fn respond(market: &mut Market, response: Response) -> Result<Vec<Event>, Error> {
    market.act(account(0), Action::Respond { stake: FIRST, response: Box::new(response) })
}

/// Challenged and committed; the honest response.
fn committed(market: &mut Market) -> Response {
    challenge(market, FIRST);
    let mut proof = prove(market, FIRST);
    market.wait(5);
    let beacon = commit(market, FIRST, proof.root()).unwrap();
    proof.open(beacon, 32)
}

#[track_caller]
fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}

#[test]
fn challenge_refusals() {
    let mut market = market();
    let challenge_again =
        |market: &mut Market| market.act(account(2), Action::Challenge { stake: FIRST });
    challenge(&mut market, FIRST);
    assert_eq!(code(challenge_again(&mut market)), "VerificationPending");
    let mut proof = prove(&market, FIRST);
    let beacon = commit(&mut market, FIRST, proof.root()).unwrap();
    let response = proof.open(beacon, 32);
    respond(&mut market, response).unwrap();
    assert_eq!(code(challenge_again(&mut market)), "AlreadyChallenged");
    market.wait(BUCKET);
    assert!(challenge_again(&mut market).is_ok(), "a new epoch, a new challenge");

    market.now = market.boundary(18);
    market.wait(BUCKET - 300);
    let late = market.act(account(2), Action::Challenge { stake: StakeId(1) });
    assert_eq!(code(late), "ExpiresTooSoon");
    market.wait(300);
    assert_eq!(code(market.act(account(2), Action::Challenge { stake: StakeId(1) })), "Expired");
}

#[test]
fn commit_refusals() {
    let mut market = market();
    let root = B256::repeat_byte(7);
    assert_eq!(code(commit(&mut market, FIRST, root)), "NoChallenge");
    challenge(&mut market, FIRST);
    let by_another = market.act(account(1), Action::Commit { stake: FIRST, root });
    assert_eq!(code(by_another), "NotOwner");
    let mut late = market.clone();
    late.wait(61);
    assert_eq!(code(commit(&mut late, FIRST, root)), "DeadlinePassed");
    market.wait(60);
    commit(&mut market, FIRST, root).unwrap();
    assert_eq!(code(commit(&mut market, FIRST, root)), "AlreadyCommitted");
}

#[test]
fn respond_refusals_change_nothing() {
    let mut market = market();
    challenge(&mut market, FIRST);
    let mut proof = prove(&market, FIRST);
    let early = proof.open(B256::ZERO, 32);
    assert_eq!(code(respond(&mut market, early)), "NotCommitted");
    let beacon = commit(&mut market, FIRST, proof.root()).unwrap();
    let good = proof.open(beacon, 32);

    let before = market.clone();
    let mut other_root = good.clone();
    other_root.root = B256::ZERO;
    let mut too_few = good.clone();
    too_few.openings.pop();
    let mut swapped = good.clone();
    swapped.openings.swap(0, 1);
    for (name, response) in [("root", other_root), ("count", too_few), ("order", swapped)] {
        assert_eq!(code(respond(&mut market, response)), "MalformedResponse", "{name}");
        assert_eq!(market, before, "{name} left a trace");
    }
    let mut late = market.clone();
    late.wait(181);
    assert_eq!(code(respond(&mut late, good.clone())), "DeadlinePassed");
    respond(&mut market, good.clone()).unwrap();
    assert_eq!(code(respond(&mut market, good)), "NoChallenge");
}

#[test]
fn missed_before_a_deadline_or_without_a_challenge() {
    let mut market = market();
    let missed = |market: &mut Market| market.act(account(2), Action::Missed { stake: FIRST });
    assert_eq!(code(missed(&mut market)), "NoChallenge");
    challenge(&mut market, FIRST);
    market.wait(60);
    assert_eq!(code(missed(&mut market)), "DeadlineNotPassed");
    commit(&mut market, FIRST, B256::ZERO).unwrap();
    market.wait(120);
    assert_eq!(code(missed(&mut market)), "DeadlineNotPassed", "the openings may still come");
    market.wait(1);
    assert!(missed(&mut market).is_ok());
    assert_eq!(code(missed(&mut market)), "StakeClosed");
}

#[test]
fn respond_honestly_passes_and_returns_the_fee() {
    let mut market = Market::new(params(), 3);
    // An LP for the price, and a held stake whose fee is at stake.
    let expiry = market.boundary(30);
    market.provide(account(1), expiry).unwrap();
    let expiry = market.boundary(20);
    let stake = market.stake(account(0), expiry).unwrap();
    let fee = market.ledger.stake_of(stake).unwrap().maintenance_fee;
    assert!(fee > Wei(0));
    let mut unverified = market.clone();

    challenge(&mut market, stake);
    let mut proof = prove(&market, stake);
    let beacon = commit(&mut market, stake, proof.root()).unwrap();
    let response = Box::new(proof.open(beacon, 32));
    let events = market.act(account(0), Action::Respond { stake, response }).unwrap();
    assert_eq!(events, [Event::Passed { stake, passed: 1 }]);
    assert_eq!(market.ledger.verification_of(stake), None);

    for (market, returned, burned) in [(&mut market, fee, Wei(0)), (&mut unverified, Wei(0), fee)] {
        market.now = expiry;
        let events = market.act(account(2), Action::Settle { stake }).unwrap();
        let settled =
            Event::Settled { stake, pending: Wei(0), fee_returned: returned, fee_burned: burned };
        assert_eq!(events, [settled]);
    }
}

#[test]
fn settle_with_an_unanswered_challenge_burns_the_fee() {
    let mut market = Market::new(params(), 3);
    let expiry = market.boundary(30);
    market.provide(account(1), expiry).unwrap();
    let expiry = market.boundary(20);
    let stake = market.stake(account(0), expiry).unwrap();
    challenge(&mut market, stake);
    let mut proof = prove(&market, stake);
    let beacon = commit(&mut market, stake, proof.root()).unwrap();
    let response = Box::new(proof.open(beacon, 32));
    market.act(account(0), Action::Respond { stake, response }).unwrap();
    market.wait(BUCKET);
    challenge(&mut market, stake);
    market.now = expiry;
    let events = market.act(account(0), Action::Settle { stake }).unwrap();
    assert!(matches!(events[..], [Event::Settled { fee_returned: Wei(0), .. }]), "{events:?}");
}

#[test]
fn respond_with_a_false_entry_is_slashed() {
    let mut market = market();
    let mut response = committed(&mut market);
    let rent_until = market.boundary(10);
    let rent = Action::Rent {
        pool: POOL,
        stakes: vec![FIRST],
        until: rent_until,
        max_cost: Wei(u128::MAX),
    };
    market.act(account(2), rent).unwrap();
    let before = market.clone();
    response.openings[0].next.row.0[0] ^= 1;
    let events = respond(&mut market, response).unwrap();
    let [Event::Slashed { ref fault, refund, burned, .. }] = events[..] else {
        panic!("{events:?}")
    };
    assert!(fault.contains("not under the root"), "{fault}");
    assert!(refund > Wei(0) && burned > Wei(0));

    let stake = market.ledger.stake_of(FIRST).unwrap();
    assert_eq!(stake.state, StakeState::Slashed);
    assert_eq!(stake.running_rental(market.now), None);
    let pool = market.ledger.pool(POOL).unwrap();
    let advanced = before.ledger.pool(POOL).unwrap().at(market.now).unwrap().reserves;
    let (old, new) = (advanced.spot_price().unwrap(), pool.reserves().spot_price().unwrap());
    assert!(old.0.abs_diff(new.0) <= 1, "price {old} to {new}");
    let (accounts, earlier) = (market.ledger.accounts(), before.ledger.accounts());
    assert_eq!(accounts.balance(account(0)), earlier.balance(account(0)), "nothing for the liar");
    let renter = accounts.balance(account(2)).0 - earlier.balance(account(2)).0;
    assert_eq!(renter, refund.0, "the renter's refund");
    assert_eq!(accounts.burned().0 - earlier.burned().0, burned.0, "the rest is burned");
}

#[test]
fn slashing_the_last_lp_burns_its_reserves() {
    let mut market = Market::new(params(), 3);
    let expiry = market.boundary(20);
    market.provide(account(0), expiry).unwrap();
    challenge(&mut market, FIRST);
    market.wait(61);
    let minted = market.ledger.accounts().minted().0;
    market.act(account(2), Action::Missed { stake: FIRST }).unwrap();
    let reserves = *market.ledger.pool(POOL).unwrap().reserves();
    assert_eq!((reserves.pin, reserves.shares.0, reserves.decay.0), (Wei(0), 0, 0));
    let balances: u128 = market.ledger.accounts().balances().map(|(_, b)| b.0).sum();
    assert_eq!(balances + market.ledger.accounts().burned().0 + reserves.escrow.0, minted);
    assert!(reserves.escrow.0 <= 61, "dust of the steps: {}", reserves.escrow);
}
