//! What the game refuses, and that a refusal changes nothing.

use alloy_primitives::B256;
use pinfi_core::game::GameAction;
use pinfi_core::units::{EpochId, PoolId, Secs, StakeId, Wei};
use pinfi_core::{Action, Context, Error, Event};

use crate::market::{BUCKET, Market, POOL, account};
use crate::table::{
    ACCUSER, DISPUTE, FIRST, Q, SECOND, WINDOW, accuse, accused, challenge, code, commit,
    committed, conclude, convict, honest, next_epoch, open, opening, params, play, prove, record,
    rent, table,
};

const ROOT: B256 = B256::repeat_byte(7);
const OPEN: GameAction = GameAction::OpenEpoch { pool: POOL };

fn missed(market: &mut Market, epoch: EpochId) -> Result<Vec<Event>, Error> {
    play(market, account(2), GameAction::Missed { stake: FIRST, epoch })
}

#[test]
fn open_epoch_refusals() {
    let mut market = table();
    let unknown = GameAction::OpenEpoch { pool: PoolId(9) };
    assert_eq!(code(play(&mut market, account(2), unknown)), "UnknownPool");
    let mut late = market.clone();
    late.wait(BUCKET - WINDOW - DISPUTE + 1);
    assert_eq!(code(play(&mut late, account(2), OPEN)), "EpochTooLate");
    let mut last = market.clone();
    last.wait(BUCKET - WINDOW - DISPUTE);
    assert!(play(&mut last, account(2), OPEN).is_ok(), "the last second counts");
    let epoch = open(&mut market);
    let again = play(&mut market, account(2), OPEN);
    assert_eq!(again, Err(Error::EpochOpen { epoch }));
    market.now.0 -= 1;
    assert_eq!(code(play(&mut market, account(2), OPEN)), "TimeReversed");
}

#[test]
fn open_epoch_is_possible_in_five_blocks_at_least() {
    let mut params = params();
    (params.pocps.window, params.pocps.dispute) = (Secs(BUCKET / 2), Secs(BUCKET / 2 - 60));
    let mut market = Market::new(params, 1);
    market.wait(60);
    let mut late = market.clone();
    assert!(play(&mut market, account(0), OPEN).is_ok());
    late.wait(1);
    assert_eq!(code(play(&mut late, account(0), OPEN)), "EpochTooLate");
}

#[test]
fn open_epoch_of_a_constant_source_is_refused() {
    let mut market = table();
    let open = |market: &mut Market| {
        let context =
            Context { sender: account(2), now: market.now, randomness: B256::repeat_byte(1) };
        market.ledger.apply(&OPEN.into(), &context)
    };
    open(&mut market).unwrap();
    next_epoch(&mut market);
    assert_eq!(open(&mut market), Err(Error::ConstantRandomness));
}

#[test]
fn commit_refusals() {
    let mut market = table();
    let none = EpochId(market.now.0 / BUCKET);
    assert_eq!(code(commit(&mut market, StakeId(9), none, ROOT)), "UnknownStake");
    assert_eq!(code(commit(&mut market, FIRST, none, ROOT)), "NoChallenge");
    let epoch = open(&mut market);
    assert_eq!(code(commit(&mut market, FIRST, EpochId(epoch.0 - 1), ROOT)), "NoChallenge");
    let by_another = GameAction::Commit { stake: FIRST, epoch, root: ROOT };
    assert_eq!(code(play(&mut market, account(1), by_another)), "NotOwner");
    let mut late = market.clone();
    late.wait(WINDOW + 1);
    assert_eq!(code(commit(&mut late, FIRST, epoch, ROOT)), "DeadlinePassed");
    market.wait(WINDOW);
    commit(&mut market, FIRST, epoch, ROOT).unwrap();
    assert_eq!(code(commit(&mut market, FIRST, epoch, ROOT)), "AlreadyCommitted");
    next_epoch(&mut market);
    let epoch = open(&mut market);
    let unconcluded = commit(&mut market, FIRST, epoch, ROOT);
    assert_eq!(code(unconcluded), "VerificationPending", "what it verifies would be lost");
}

#[test]
fn commit_by_a_stake_that_the_epoch_does_not_bind_is_refused() {
    let mut market = table();
    let young = market.boundary(10);
    let young = market.provide(account(0), young).unwrap();
    let epoch = open(&mut market);
    assert_eq!(code(commit(&mut market, young, epoch, ROOT)), "NotBound", "of the same second");
    market.now = market.ledger.stake_of(FIRST).unwrap().expiry;
    market.now.0 -= WINDOW + DISPUTE;
    // The epoch may be opened a little earlier only: the stake ends in its dispute.
    let epoch = open(&mut market);
    assert_eq!(code(commit(&mut market, FIRST, epoch, ROOT)), "NotBound");
    assert_eq!(code(missed(&mut market, epoch)), "NotBound");
}

#[test]
fn missed_refusals() {
    let mut market = table();
    let epoch = open(&mut market);
    market.wait(WINDOW);
    assert_eq!(code(missed(&mut market, epoch)), "DeadlineNotPassed");
    assert_eq!(code(missed(&mut market, EpochId(epoch.0 + 1))), "NoChallenge");
    commit(&mut market, FIRST, epoch, ROOT).unwrap();
    market.wait(1);
    assert_eq!(code(missed(&mut market, epoch)), "AlreadyCommitted");
    next_epoch(&mut market);
    open(&mut market);
    assert_eq!(code(missed(&mut market, epoch)), "AlreadyCommitted", "answered once is answered");
    let of_second = GameAction::Missed { stake: SECOND, epoch };
    assert_eq!(code(play(&mut market, account(2), of_second)), "NoChallenge", "too late to tell");
}

#[test]
fn record_beacon_refusals() {
    let mut market = table();
    let (epoch, _) = committed(&mut market);
    assert_eq!(code(record(&mut market, SECOND, epoch, Q)), "NoChallenge");
    assert_eq!(code(record(&mut market, FIRST, epoch, 0)), "NoAccusation");
    assert_eq!(code(record(&mut market, FIRST, epoch, Q)), "BeaconNotYet", "in the same second");
    let mut late = market.clone();
    late.wait(DISPUTE / 2 + 1);
    assert_eq!(code(record(&mut late, FIRST, epoch, Q)), "DeadlinePassed");
    market.wait(1);
    record(&mut market, FIRST, epoch, Q).unwrap();
    assert_eq!(code(record(&mut market, FIRST, epoch, Q)), "BeaconKnown");
    accuse(&mut market, ACCUSER, FIRST, epoch, 3).unwrap();
    assert_eq!(code(record(&mut market, FIRST, epoch, 3)), "BeaconNotYet");
    market.wait(1);
    record(&mut market, FIRST, epoch, 3).unwrap();
    assert_eq!(code(record(&mut market, FIRST, epoch, 3)), "BeaconKnown");
}

#[test]
fn accuse_refusals() {
    let mut market = table();
    let epoch = open(&mut market);
    assert_eq!(code(accuse(&mut market, ACCUSER, FIRST, epoch, 0)), "NoChallenge");
    commit(&mut market, FIRST, epoch, ROOT).unwrap();
    let beyond = accuse(&mut market, ACCUSER, FIRST, epoch, Q);
    assert_eq!(beyond, Err(Error::BadParameter { name: "sample" }));
    assert_eq!(code(accuse(&mut market, 8, FIRST, epoch, 0)), "InsufficientBalance");
    let mut late = market.clone();
    late.wait(DISPUTE / 2 + 1);
    assert_eq!(code(accuse(&mut late, ACCUSER, FIRST, epoch, 0)), "DeadlinePassed");
    market.wait(DISPUTE / 2);
    accuse(&mut market, ACCUSER, FIRST, epoch, 0).unwrap();
    let again = accuse(&mut market, 2, FIRST, epoch, 0);
    assert_eq!(again, Err(Error::AlreadyAccused { sample: 0 }));
}

#[test]
fn prove_refusals_change_nothing() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    let early = opening(&mut proof, B256::ZERO, 4);
    assert_eq!(code(prove(&mut market, FIRST, epoch, 4, early.clone())), "NoAccusation");
    accuse(&mut market, ACCUSER, FIRST, epoch, 4).unwrap();
    assert_eq!(code(prove(&mut market, FIRST, epoch, 4, early.clone())), "BeaconUnknown");
    market.wait(1);
    let (beacon, _) = record(&mut market, FIRST, epoch, 4).unwrap();
    let good = opening(&mut proof, beacon, 4);
    let by_another =
        GameAction::Prove { stake: FIRST, epoch, sample: 4, opening: Box::new(good.clone()) };
    assert_eq!(code(play(&mut market, account(1), by_another)), "NotOwner");
    let before = market.clone();
    let mut short = good.clone();
    short.next.row.0.pop();
    let mut path = good.clone();
    path.next.path.pop();
    for (name, opening) in [("place", early), ("row", short), ("path", path)] {
        let refused = prove(&mut market, FIRST, epoch, 4, opening);
        assert_eq!(code(refused), "MalformedResponse", "{name}");
        assert_eq!(market, before, "{name} left a trace");
    }
    let mut late = market.clone();
    late.wait(DISPUTE);
    assert_eq!(code(prove(&mut late, FIRST, epoch, 4, good.clone())), "DeadlinePassed");
    prove(&mut market, FIRST, epoch, 4, good.clone()).unwrap();
    assert_eq!(code(prove(&mut market, FIRST, epoch, 4, good)), "NoAccusation", "proved already");
}

#[test]
fn convict_refusals() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    assert_eq!(code(convict(&mut market, SECOND, epoch, 0)), "NoChallenge");
    assert_eq!(code(convict(&mut market, FIRST, epoch, 0)), "NoAccusation");
    let beacon = accused(&mut market, epoch, 0);
    market.wait(DISPUTE - 1);
    assert_eq!(code(convict(&mut market, FIRST, epoch, 0)), "DeadlineNotPassed");
    prove(&mut market, FIRST, epoch, 0, opening(&mut proof, beacon, 0)).unwrap();
    market.wait(1);
    assert_eq!(code(convict(&mut market, FIRST, epoch, 0)), "NoAccusation");
}

#[test]
fn conclude_refusals() {
    let mut market = table();
    let epoch = open(&mut market);
    assert_eq!(code(conclude(&mut market, FIRST, epoch)), "NoChallenge");
    let proof = honest(challenge(&market, FIRST));
    commit(&mut market, FIRST, epoch, proof.root()).unwrap();
    accused(&mut market, epoch, 5);
    market.wait(DISPUTE - 1);
    assert_eq!(code(conclude(&mut market, FIRST, epoch)), "DeadlineNotPassed");
    market.wait(1);
    assert_eq!(conclude(&mut market, FIRST, epoch), Err(Error::AccusationOpen));
}

#[test]
fn conclude_twice_is_refused() {
    let mut market = table();
    let (epoch, _) = committed(&mut market);
    market.wait(DISPUTE + 1);
    conclude(&mut market, FIRST, epoch).unwrap();
    assert_eq!(code(conclude(&mut market, FIRST, epoch)), "NoChallenge");
}

#[test]
fn complain_refusals() {
    let mut market = table();
    let complain = |market: &mut Market, who| {
        play(market, account(who), GameAction::Complain { stake: FIRST })
    };
    assert_eq!(code(complain(&mut market, 2)), "NotRenter");
    rent(&mut market, 2, 3);
    assert_eq!(code(complain(&mut market, 1)), "NotRenter");
    let mut over = market.clone();
    over.now = over.boundary(3);
    assert_eq!(code(complain(&mut over, 2)), "NotRenter", "its rental is over");
    complain(&mut market, 2).unwrap();
    assert_eq!(code(complain(&mut market, 2)), "AlreadyComplained");
    let epoch = market.ledger.game().trials_of(FIRST).next().unwrap().epoch;
    commit(&mut market, FIRST, epoch, ROOT).unwrap();
    accuse(&mut market, ACCUSER, FIRST, epoch, 0).unwrap();
    market.act(account(2), Action::EndRental { stake: FIRST, min_out: Wei(0) }).unwrap();
    rent(&mut market, 2, 3);
    market.wait(BUCKET - 1);
    assert_eq!(code(complain(&mut market, 2)), "AlreadyComplained", "less than an epoch ago");
    market.wait(1);
    assert_eq!(code(complain(&mut market, 2)), "VerificationPending", "nobody has convicted it");
}

#[test]
fn complain_close_to_the_expiry_is_refused() {
    let mut market = table();
    market.now = market.ledger.stake_of(FIRST).unwrap().expiry;
    market.now.0 -= BUCKET;
    rent(&mut market, 2, 1);
    market.wait(BUCKET - 2 * WINDOW - DISPUTE);
    let complaint = play(&mut market, account(2), GameAction::Complain { stake: FIRST });
    assert_eq!(code(complaint), "ExpiresTooSoon");
}

#[test]
fn moves_on_a_closed_stake_are_refused() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    let beacon = accused(&mut market, epoch, 0);
    accuse(&mut market, ACCUSER, FIRST, epoch, 1).unwrap();
    market.wait(DISPUTE);
    convict(&mut market, FIRST, epoch, 0).unwrap();
    let good = opening(&mut proof, beacon, 1);
    let stake = FIRST;
    for refused in [
        commit(&mut market, FIRST, epoch, ROOT),
        accuse(&mut market, ACCUSER, FIRST, epoch, 2),
        prove(&mut market, FIRST, epoch, 1, good),
        conclude(&mut market, FIRST, epoch),
        missed(&mut market, epoch),
        play(&mut market, account(2), GameAction::Complain { stake }),
        play(&mut market, account(2), GameAction::RecordBeacon { stake, epoch, sample: 1 }),
    ] {
        assert_eq!(code(refused), "StakeClosed");
    }
}
