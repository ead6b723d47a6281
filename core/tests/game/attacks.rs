//! The attacks that the game withstands, by name. Each is carried out, and fails; without the defence
//! that its comment names it would succeed.

use alloy_primitives::B256;
use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::pocps::{Challenge, MerkleTree, Sample, leaf, verify};
use pinfi_core::stake::StakeState;
use pinfi_core::units::{EpochId, StakeId, Wei};
use pinfi_core::{Action, Error, Event};

use crate::market::{Market, POOL, account};
use crate::provers::{Forger, naive_states};
use crate::table::{
    ACCUSER, BOND, DISPUTE, FIRST, Q, SECOND, WINDOW, accuse, accused, balance, challenge,
    challenge_of, code, commit, committed, conclude, convict, forged, honest, open, opening, place,
    play, prove, record, rent, share, table,
};

/// Whether an accusation of sample 0 finds a stake's commitment out, proved as well as can be.
fn is_found_out(
    market: &mut Market,
    stake: StakeId,
    epoch: EpochId,
    open: impl FnOnce(B256) -> pinfi_core::pocps::Opening,
) -> bool {
    accuse(market, ACCUSER, stake, epoch, 0).unwrap();
    market.wait(1);
    let (beacon, _) = record(market, stake, epoch, 0).unwrap();
    prove(market, stake, epoch, 0, open(beacon)).unwrap();
    market.ledger.stake_of(stake).unwrap().state == StakeState::Slashed
}

/// Defence: the seed contains randomness that nobody knew before the epoch opened.
#[test]
fn attack_precomputed_work() {
    let mut market = table();
    open(&mut market);
    let known = market.ledger.game().epoch(POOL).unwrap().randomness;
    // All but the randomness of the next epoch is known an epoch before.
    let next = EpochId(market.ledger.game().epoch(POOL).unwrap().id.0 + 1);
    let mut proof = honest(challenge_of(&market, FIRST, next, known));
    market.now = market.boundary(1);
    let epoch = open(&mut market);
    assert_eq!(epoch, next);
    commit(&mut market, FIRST, epoch, proof.root()).unwrap();
    assert!(is_found_out(&mut market, FIRST, epoch, |beacon| opening(&mut proof, beacon, 0)));
}

/// Defence: the seed contains the provider and the stake, so that nobody else's root fits.
#[test]
fn attack_a_copied_commitment() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    // The second provider saw the root, and has the openings from the first.
    commit(&mut market, SECOND, epoch, proof.root()).unwrap();
    assert!(is_found_out(&mut market, SECOND, epoch, |beacon| opening(&mut proof, beacon, 0)));
}

/// Defence: the seed contains the stake.
#[test]
fn attack_another_stakes_proof() {
    let mut market = table();
    let expiry = market.boundary(15);
    let twin = market.provide(account(0), expiry).unwrap();
    market.now = market.boundary(1);
    let (epoch, mut proof) = committed(&mut market);
    commit(&mut market, twin, epoch, proof.root()).unwrap();
    assert!(is_found_out(&mut market, twin, epoch, |beacon| opening(&mut proof, beacon, 0)));
}

/// Defence: a commitment counts within the window alone.
#[test]
fn attack_a_late_commit() {
    let mut market = table();
    let epoch = open(&mut market);
    let root = honest(challenge(&market, FIRST)).root();
    market.wait(WINDOW + 1);
    assert_eq!(code(commit(&mut market, FIRST, epoch, root)), "DeadlinePassed");
    play(&mut market, account(2), GameAction::Missed { stake: FIRST, epoch }).unwrap();
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().state, StakeState::Slashed);
}

/// A work of which one row in sixteen is garbage.
fn mostly_honest(challenge: Challenge) -> Forger {
    let mut states = naive_states(&challenge);
    for (r, row) in states.iter_mut().flatten().enumerate() {
        if r % 16 == 0 {
            row.iter_mut().for_each(|word| *word ^= 1);
        }
    }
    Forger::new(challenge, states)
}

/// Gives the forger another root with the same states but for a word that nobody samples often.
fn another_root(forger: &mut Forger, turn: u32) {
    if let Some(word) = forger.states.last_mut().and_then(|state| state[0].first_mut()) {
        *word = turn;
    }
    let leaves = forger.states.iter().flatten().map(|row| leaf(row)).collect();
    forger.tree = MerkleTree::new(leaves).unwrap();
}

/// Defence: the beacon is of a later moment than the commitment, and accusations draw anew from
/// one of a later moment still.
#[test]
fn attack_grinding_of_the_beacon_by_the_prover() {
    let mut market = table();
    let epoch = open(&mut market);
    let challenge = challenge(&market, FIRST);
    let mut forger = mostly_honest(challenge);
    // What the ledger would draw right now is known to whoever makes the block.
    let mut now = B256::repeat_byte(0x5a);
    now[24..].copy_from_slice(&market.now.0.to_be_bytes());
    let found = (0..1_000).find(|&turn| {
        another_root(&mut forger, turn);
        verify(&challenge, now, Q, &forger.open(now, Q)).is_ok()
    });
    assert!(found.is_some(), "some root passes under a beacon that is known");
    let root = forger.tree.root();
    commit(&mut market, FIRST, epoch, root).unwrap();
    assert_eq!(code(record(&mut market, FIRST, epoch, Q)), "BeaconNotYet");
    market.wait(1);
    let (beacon, _) = record(&mut market, FIRST, epoch, Q).unwrap();
    assert_ne!(beacon, now);
    let published = verify(&challenge, beacon, Q, &forger.open(beacon, Q));
    assert!(published.is_err(), "the published openings show it");

    // And where they did not, each accusation is a draw of its own.
    for sample in 0..Q {
        accuse(&mut market, ACCUSER, FIRST, epoch, sample).unwrap();
    }
    market.wait(1);
    let slashed = (0..Q).any(|sample| {
        let (beacon, _) = record(&mut market, FIRST, epoch, sample).unwrap();
        prove(&mut market, FIRST, epoch, sample, forged(&forger, beacon, sample)).unwrap();
        market.ledger.stake_of(FIRST).unwrap().state == StakeState::Slashed
    });
    assert!(slashed);
}

/// Defence: the place of an accusation is not known to who accuses. Otherwise a cheating prover would
/// accuse itself of all samples, each when its place happens to be one that it can prove, until none
/// is left for others.
#[test]
fn attack_the_prover_fills_all_accusations_itself() {
    let mut market = table();
    let epoch = open(&mut market);
    let challenge = challenge(&market, FIRST);
    let forger = mostly_honest(challenge);
    let root = forger.tree.root();
    commit(&mut market, FIRST, epoch, root).unwrap();
    for sample in 0..Q {
        accuse(&mut market, 0, FIRST, epoch, sample).unwrap();
        assert_eq!(code(record(&mut market, FIRST, epoch, sample)), "BeaconNotYet");
    }
    let more = accuse(&mut market, ACCUSER, FIRST, epoch, 0);
    assert_eq!(more, Err(Error::AlreadyAccused { sample: 0 }));
    // It has only asked itself as much as q samples ask, at places that it could not choose.
    market.wait(1);
    let bad = (0..Q).find(|&sample| {
        let (beacon, _) = record(&mut market, FIRST, epoch, sample).unwrap();
        let Sample { k, i, .. } = place(challenge.work, root, beacon, sample);
        (k * 64 + i).is_multiple_of(16)
    });
    let bad = bad.unwrap();
    market.wait(DISPUTE);
    convict(&mut market, FIRST, epoch, bad).unwrap();
}

/// Defence: who publishes nothing is accused, and has to show on the ledger what it kept back.
#[test]
fn attack_withheld_openings() {
    let mut market = table();
    let epoch = open(&mut market);
    commit(&mut market, FIRST, epoch, B256::repeat_byte(9)).unwrap();
    let before = balance(&market, ACCUSER);
    accused(&mut market, epoch, 11);
    market.wait(DISPUTE);
    assert_eq!(conclude(&mut market, FIRST, epoch), Err(Error::AccusationOpen));
    let events = convict(&mut market, FIRST, epoch, 11).unwrap();
    let share = share(&events);
    assert!(share > 0, "it pays to look");
    assert_eq!(balance(&market, ACCUSER) - before, share, "the bond came back");
}

/// Defence: a false accusation costs the bond, which pays the provider for its proof.
#[test]
fn attack_false_accusation() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    let before = (balance(&market, 0), balance(&market, ACCUSER));
    for sample in 0..Q {
        let beacon = accused(&mut market, epoch, sample);
        let opening = opening(&mut proof, beacon, sample);
        prove(&mut market, FIRST, epoch, sample, opening).unwrap();
    }
    let all = u128::from(Q) * BOND.0;
    assert_eq!(balance(&market, 0), before.0 + all);
    assert_eq!(balance(&market, ACCUSER), before.1 - all);
    let more = accuse(&mut market, ACCUSER, FIRST, epoch, Q);
    assert_eq!(
        code(more),
        "BadParameter",
        "nobody can ask for more proofs than the pool has samples"
    );
    assert!(market.ledger.stake_of(FIRST).unwrap().is_active());
}

/// Defence: an epoch binds rented devices like all others.
#[test]
fn attack_renting_ones_own_device_around_a_challenge() {
    let mut market = table();
    rent(&mut market, 0, 3);
    let epoch = open(&mut market);
    market.wait(WINDOW + 1);
    play(&mut market, account(2), GameAction::Missed { stake: FIRST, epoch }).unwrap();
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().state, StakeState::Slashed);
}

/// Defence: all stakes of a pool are challenged in one window, which one device cannot use twice, and
/// a complaint, which comes at another time, shows nothing for it.
#[test]
fn attack_two_stakes_on_one_device() {
    let mut market = table();
    let expiry = market.boundary(15);
    let twin = market.provide(account(0), expiry).unwrap();
    // The twin is rented by its own provider, who complains before the epoch.
    let (stakes, until) = (vec![twin], market.boundary(3));
    let rent = Action::Rent { pool: POOL, stakes, until, max_cost: Wei(u128::MAX) };
    market.act(account(0), rent).unwrap();
    market.now = market.boundary(1);
    let complain = GameAction::Complain { stake: twin };
    let events = play(&mut market, account(0), complain).unwrap();
    let [Event::Game(GameEvent::Complained { epoch: asked, randomness, .. })] = events[..] else {
        panic!("{events:?}")
    };
    let root = honest(challenge_of(&market, twin, asked, randomness)).root();
    commit(&mut market, twin, asked, root).unwrap();
    market.wait(1);
    record(&mut market, twin, asked, Q).unwrap();
    market.wait(DISPUTE);
    conclude(&mut market, twin, asked).unwrap();
    assert_eq!(market.ledger.stake_of(twin).unwrap().passed, 0, "a complaint shows nothing");

    let epoch = open(&mut market);
    // The device takes more than half of the window for one of them.
    let one_work = WINDOW / 2 + 1;
    for (stake, done) in [(FIRST, true), (twin, false)] {
        market.wait(one_work);
        let root = honest(challenge(&market, stake)).root();
        assert_eq!(commit(&mut market, stake, epoch, root).is_ok(), done, "stake {stake}");
    }
    play(&mut market, account(2), GameAction::Missed { stake: twin, epoch }).unwrap();
}

/// Defence: a complaint comes once a rental and leaves time for two works, and a device that a client
/// saturates is not refunded beyond its unused hours, nor is the client an accuser that is paid.
#[test]
fn attack_a_complaint_by_a_client_who_saturates_the_device() {
    let mut market = table();
    let paid_from = balance(&market, ACCUSER);
    rent(&mut market, ACCUSER, 3);
    let paid = paid_from - balance(&market, ACCUSER);
    let complain = GameAction::Complain { stake: FIRST };
    let events = play(&mut market, account(ACCUSER), complain.clone()).unwrap();
    let [Event::Game(GameEvent::Complained { epoch: asked, randomness, .. })] = events[..] else {
        panic!("{events:?}")
    };
    // The pool's epoch opens in the next moment: two works are due, each of half a window.
    market.wait(1);
    let epoch = open(&mut market);
    assert_eq!(code(play(&mut market, account(ACCUSER), complain)), "AlreadyComplained");
    let mut answered = market.clone();
    answered.wait(WINDOW / 2);
    let root = honest(challenge(&answered, FIRST)).root();
    commit(&mut answered, FIRST, epoch, root).unwrap();
    answered.wait(WINDOW / 2 + WINDOW / 3);
    let root = honest(challenge_of(&answered, FIRST, asked, randomness)).root();
    commit(&mut answered, FIRST, asked, root).unwrap();

    // And where the device is brought down all the same, there is nothing in it for the client.
    market.wait(2 * WINDOW);
    let before = balance(&market, ACCUSER);
    let missed = GameAction::Missed { stake: FIRST, epoch: asked };
    play(&mut market, account(ACCUSER), missed).unwrap();
    let refund = balance(&market, ACCUSER) - before;
    assert!(refund > 0 && refund < paid, "{refund} of {paid}");

    // Nor where it accuses what the device could not prove.
    let before = balance(&answered, ACCUSER);
    accuse(&mut answered, ACCUSER, FIRST, asked, 0).unwrap();
    answered.wait(DISPUTE + 1);
    let events = convict(&mut answered, FIRST, asked, 0).unwrap();
    assert_eq!(share(&events), 0);
    let refund = balance(&answered, ACCUSER) - before;
    assert!(refund > 0 && refund < paid, "{refund} of {paid}, and the bond");
}
