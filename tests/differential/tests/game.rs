//! The verification game on both sides: move by move, in random play, from its logs alone, and what a
//! proof costs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::collections::BTreeSet;
use std::rc::Rc;

use alloy_primitives::{B256, keccak256};
use fastrand::Rng;
use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::pocps::{
    ChainProver, Challenge, Committed, OpenedRow, Opening, Retain, Row, Sample, fold_path, leaf,
};
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, EpochId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Event};
use pinfi_differential::chain::Chain;
use pinfi_differential::random::account;
use pinfi_differential::translate;
use pinfi_differential::twin::{Done, Twin};
use pinfi_evm::ReadModel;
use support::{ANY, BUCKET, PIN, POOL, act, boundary, opened, params, provide};

const FIRST: StakeId = StakeId(0);
const WINDOW: u64 = 60;
const DISPUTE: u64 = 120;
const BOND: Wei = Wei(5 * PIN);

fn rules() -> PoolParams {
    let mut params = params();
    params.pocps.window = Secs(WINDOW);
    params.pocps.dispute = Secs(DISPUTE);
    params.pocps.bond = BOND;
    params.pocps.accuser_bps = Bps(3_000);
    params
}

/// Two LPs of accounts 0 and 1, an epoch before the one in which this is.
fn table(params: PoolParams) -> Twin {
    let mut twin = opened(Twin::with_game().unwrap(), params);
    for n in 0..2 {
        provide(&mut twin, account(n), 20);
    }
    next_epoch(&mut twin);
    twin
}

fn next_epoch(twin: &mut Twin) {
    let next = boundary(twin, 1);
    twin.chain.set_time(next.0);
}

fn wait(twin: &mut Twin, secs: u64) {
    let now = twin.chain.now() + secs;
    twin.chain.set_time(now);
}

fn play(twin: &mut Twin, who: u8, action: GameAction) -> Done {
    twin.act(account(who), action.into()).unwrap()
}

fn q(twin: &Twin) -> u32 {
    twin.ledger.pool(POOL).unwrap().params().pocps.samples
}

fn open(twin: &mut Twin) -> EpochId {
    match act(twin, account(2), GameAction::OpenEpoch { pool: POOL }.into()) {
        Event::Game(GameEvent::EpochOpened { epoch, .. }) => epoch,
        other => panic!("{other:?}"),
    }
}

fn honest(twin: &Twin, stake: StakeId) -> Committed {
    let epoch = *twin.ledger.game().epoch(POOL).unwrap();
    let seed = twin.ledger.seed_inputs(stake, epoch.id, epoch.randomness).unwrap().seed();
    let work = twin.ledger.pool(POOL).unwrap().params().pocps.validate().unwrap();
    ChainProver::new(Challenge { seed, work }, Retain::ALL).finish()
}

fn record(twin: &mut Twin, stake: StakeId, epoch: EpochId, sample: u32) -> B256 {
    match act(twin, account(2), GameAction::RecordBeacon { stake, epoch, sample }.into()) {
        Event::Game(GameEvent::BeaconRecorded { beacon, .. }) => beacon,
        other => panic!("{other:?}"),
    }
}

/// Commits to the work and has sample 3 accused. Returns the epoch, the proof and the beacon.
fn accused(twin: &mut Twin) -> (EpochId, Committed, B256) {
    let epoch = open(twin);
    let proof = honest(twin, FIRST);
    wait(twin, 12);
    let root = proof.root();
    act(twin, account(0), GameAction::Commit { stake: FIRST, epoch, root }.into());
    wait(twin, 12);
    act(twin, account(3), GameAction::Accuse { stake: FIRST, epoch, sample: 3 }.into());
    wait(twin, 12);
    let samples = q(twin);
    record(twin, FIRST, epoch, samples);
    let beacon = record(twin, FIRST, epoch, 3);
    (epoch, proof, beacon)
}

fn prove(epoch: EpochId, sample: u32, opening: Opening) -> GameAction {
    GameAction::Prove { stake: FIRST, epoch, sample, opening: Box::new(opening) }
}

fn rebuilt(twin: &Twin) {
    let mut model = ReadModel::new(Rc::new(twin.at.book())).unwrap();
    model.take(&twin.log).unwrap();
    assert_eq!(*model.state().ledger, twin.ledger, "from the logs alone");
}

/// A commitment, what records its beacon, and whether that is refused now, on a copy of the chain. A copy
/// begins with a block of its own.
fn beacon_to_record(twin: &mut Twin) -> impl Fn(&Chain) -> Option<&'static str> + use<> {
    let epoch = open(twin);
    act(twin, account(0), GameAction::Commit { stake: FIRST, epoch, root: B256::ZERO }.into());
    let call = GameAction::RecordBeacon { stake: FIRST, epoch, sample: q(twin) };
    let (call, game) = (pinfi_evm::game::game_call(&call), twin.at.game);
    move |chain| {
        let failure = chain.clone().send(account(2), game, call.clone().into());
        failure.err().and_then(|failure| translate::refusal_name(&failure))
    }
}

/// What the chain alone refuses: the core knows no blocks.
#[test]
fn record_beacon_too_early_and_too_late_in_blocks() {
    let mut twin = table(rules());
    let refused = beacon_to_record(&mut twin);
    let now = twin.chain.now();
    twin.chain.forget_history();
    // The third block after the commitment is the first that knows the hash of the second.
    for name in [Some("BeaconNotYet"), None] {
        twin.chain.set_time(now + 1);
        assert_eq!(refused(&twin.chain), name);
    }
    for _ in 0..255 {
        twin.chain.set_time(now + 1);
    }
    assert_eq!(refused(&twin.chain), None, "256 blocks");
    twin.chain.set_time(now + 1);
    assert_eq!(refused(&twin.chain), Some("BeaconLost"));
}

/// Where the chain keeps its history, a provider that comes late is not convicted for a hash that is lost.
#[test]
fn record_beacon_from_the_history_of_the_chain() {
    let mut twin = table(rules());
    let refused = beacon_to_record(&mut twin);
    let (now, committed) = (twin.chain.now(), twin.chain.number());
    while twin.chain.number() < committed + 300 {
        twin.chain.set_time(now + 1);
    }
    let epoch = twin.ledger.game().epoch(POOL).unwrap().id;
    let mut late = twin.clone();
    let sample = q(&late);
    // The twin compares it with the hash of the block that it should be of.
    let beacon = record(&mut late, FIRST, epoch, sample);
    assert_eq!(beacon, Chain::block_hash(committed + 2));
    while twin.chain.number() < committed + 2 + 8_190 {
        twin.chain.set_time(now + 1);
    }
    assert_eq!(refused(&twin.chain), None, "8 191 blocks");
    twin.chain.set_time(now + 1);
    assert_eq!(refused(&twin.chain), Some("BeaconLost"));
}

#[test]
fn prove_of_an_opening_that_is_spoiled_in_any_way_is_the_same_on_both_sides() {
    let mut twin = table(rules());
    let (epoch, mut proof, beacon) = accused(&mut twin);
    let good = proof.open(beacon, 4).openings.pop().unwrap();
    let spoil: [fn(&mut Opening); 7] = [
        |o| o.sample.i ^= 1,
        |o| o.next.row.0.truncate(1),
        |o| o.next.path.truncate(1),
        |o| o.state = if o.state.is_some() { None } else { Some(o.next.clone()) },
        |o| o.next.row.0[5] ^= 1,
        |o| o.next.path[0].0[31] ^= 1,
        |_| {},
    ];
    let mut codes = BTreeSet::new();
    for change in spoil {
        let mut twin = twin.clone();
        let mut opening = good.clone();
        change(&mut opening);
        let done = play(&mut twin, 0, prove(epoch, 3, opening));
        codes.insert(match done.outcome.as_deref() {
            Err(error) => error.code(),
            Ok([Event::Game(GameEvent::Proved { .. })]) => "proved",
            Ok([Event::Slashed { .. }, Event::Game(GameEvent::Convicted { .. })]) => "convicted",
            Ok(other) => panic!("{other:?}"),
        });
        rebuilt(&twin);
    }
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), ["MalformedResponse", "convicted", "proved"]);
}

/// What somebody who plays to win or to lose does next about a stake.
fn sensible_move(twin: &Twin, rng: &mut Rng, stake: StakeId) -> Option<(u8, GameAction)> {
    let game = twin.ledger.game();
    let (now, provider) = (twin.chain.now(), u8::try_from(stake.0).unwrap());
    let latest = game.epoch(POOL).map(|epoch| epoch.id);
    if latest != Some(EpochId(now / BUCKET)) {
        return Some((2, GameAction::OpenEpoch { pool: POOL }));
    }
    if !twin.ledger.stake_of(stake).ok()?.is_active() {
        // Whose accusation of a failed stake was not the one that failed it has its bond back.
        let trial = game.trials_of(stake).find(|trial| trial.committed.is_some())?;
        let (epoch, all) = (trial.epoch, &trial.committed.as_ref()?.accusations);
        let (&sample, _) = all.iter().find(|(_, made)| made.bond > Wei(0))?;
        return Some((3, GameAction::Convict { stake, epoch, sample }));
    }
    let rental = twin.ledger.stake_of(stake).ok()?.running_rental(Timestamp(now));
    let renter = rental.and_then(|rental| (0..4).find(|who| account(*who) == rental.renter));
    if let Some(renter) = renter.filter(|_| rng.u8(0..4) == 0) {
        return Some((renter, GameAction::Complain { stake }));
    }
    let live = game.trials_of(stake).find(|trial| !trial.over && trial.committed.is_some());
    let Some(trial) = live else {
        let root = honest(twin, stake).root();
        return Some((provider, GameAction::Commit { stake, epoch: latest?, root }));
    };
    let (epoch, committed) = (trial.epoch, trial.committed.as_ref()?);
    if committed.beacon.is_none() && now <= committed.accuse_by.0 {
        return Some((2, GameAction::RecordBeacon { stake, epoch, sample: q(twin) }));
    }
    let open = committed.open_sample();
    if now > committed.prove_by.0 {
        return Some((
            3,
            match open {
                Some(sample) => GameAction::Convict { stake, epoch, sample },
                None => GameAction::Conclude { stake, epoch },
            },
        ));
    }
    let Some(sample) = open.filter(|_| rng.bool()) else {
        return Some((rng.u8(0..4), GameAction::Accuse { stake, epoch, sample: rng.u32(0..4) }));
    };
    let Some(beacon) = committed.accusations.get(&sample)?.beacon else {
        return Some((3, GameAction::RecordBeacon { stake, epoch, sample }));
    };
    let mut opening = honest(twin, stake).open(beacon, sample + 1).openings.pop()?;
    if rng.u8(0..3) == 0 {
        // Not the place that the beacon draws.
        opening.sample.i ^= 1;
    }
    let opening = Box::new(opening);
    Some((provider, GameAction::Prove { stake, epoch, sample, opening }))
}

/// What random play seldom comes to.
#[test]
fn rarer_refusals_are_the_same_on_both_sides() {
    let mut twin = table(rules());
    let code = |twin: &mut Twin, who: u8, action: GameAction| {
        play(twin, who, action).outcome.unwrap_err().code()
    };
    let (stake, root, pool) = (FIRST, B256::ZERO, POOL);
    let complain = GameAction::Complain { stake };
    let mut late = twin.clone();
    wait(&mut late, BUCKET - WINDOW - DISPUTE + 1);
    assert_eq!(code(&mut late, 2, GameAction::OpenEpoch { pool }), "EpochTooLate");

    let (epoch, _, _) = accused(&mut twin);
    assert_eq!(
        code(&mut twin, 2, GameAction::RecordBeacon { stake, epoch, sample: 3 }),
        "BeaconKnown"
    );
    let sample = q(&twin);
    assert_eq!(code(&mut twin, 2, GameAction::Accuse { stake, epoch, sample }), "BadParameter");
    act(&mut twin, account(3), GameAction::Accuse { stake, epoch, sample: 4 }.into());
    let opening = honest(&twin, stake).open(B256::ZERO, 5).openings.pop().unwrap();
    assert_eq!(code(&mut twin, 0, prove(epoch, 4, opening)), "BeaconUnknown");
    assert_eq!(code(&mut twin, 1, GameAction::Commit { stake, epoch, root }), "NotOwner");

    let mut end = table(rules());
    let until = boundary(&end, 18);
    let rent = Action::Rent { pool, stakes: vec![stake], until, max_cost: ANY };
    act(&mut end, account(2), rent);
    act(&mut end, account(2), complain.clone().into());
    assert_eq!(code(&mut end, 2, complain.clone()), "AlreadyComplained");
    let expiry = end.ledger.stake_of(stake).unwrap().expiry.0;
    end.chain.set_time(expiry - WINDOW - DISPUTE);
    let mut late = twin.clone();
    late.chain.set_time(expiry - BUCKET);
    let until = boundary(&late, 1);
    act(&mut late, account(2), Action::Rent { pool, stakes: vec![stake], until, max_cost: ANY });
    late.chain.set_time(expiry - 2 * WINDOW - DISPUTE);
    assert_eq!(code(&mut late, 2, complain.clone()), "ExpiresTooSoon");
    let epoch = open(&mut end);
    assert_eq!(code(&mut end, 0, GameAction::Commit { stake, epoch, root }), "NotBound");
    end.chain.set_time(expiry);
    assert_eq!(code(&mut end, 2, complain), "Expired");
}

/// A move of random play: who, and what. Most of them make sense.
fn random_move(twin: &Twin, rng: &mut Rng) -> (u8, Action) {
    let stake = StakeId(rng.u64(0..2));
    if rng.u8(0..4) != 0
        && let Some((who, action)) = sensible_move(twin, rng, stake)
    {
        return (who, action.into());
    }
    let provider = u8::try_from(stake.0).unwrap();
    let anyone = rng.u8(0..4);
    let sample = [0, 1, 2, q(twin), q(twin) + 1][rng.usize(0..5)];
    let game = twin.ledger.game();
    let mut complaints = game.trials_of(stake).map(|trial| trial.epoch);
    let complaint = complaints.find(|epoch| epoch.is_complaint());
    let latest = game.epoch(POOL).map_or(EpochId(0), |epoch| epoch.id);
    let epoch = complaint.filter(|_| rng.bool()).unwrap_or(latest);
    let by = |who: u8, action: GameAction| (who, Action::from(action));
    let operator = game.operator(stake).filter(|_| rng.bool()).map(|operator| operator.account);
    let answerer = (0..4).find(|who| operator == Some(account(*who))).unwrap_or(provider);
    match rng.u8(0..20) {
        0 | 1 => by(anyone, GameAction::OpenEpoch { pool: POOL }),
        2..=4 => {
            let root = match game.epoch(POOL) {
                Some(_) if rng.bool() => honest(twin, stake).root(),
                _ => keccak256([rng.u8(..)]),
            };
            by(answerer, GameAction::Commit { stake, epoch, root })
        }
        5 | 6 => by(anyone, GameAction::RecordBeacon { stake, epoch, sample }),
        7 | 8 => by(anyone, GameAction::Accuse { stake, epoch, sample }),
        9 | 10 => {
            let trial = game.trial(stake, epoch).and_then(|trial| trial.committed.as_ref());
            let made = trial.and_then(|committed| committed.accusations.get(&sample));
            let beacon = made.and_then(|made| made.beacon).unwrap_or_default();
            let Some(_) = game.epoch(POOL) else {
                return by(anyone, GameAction::Complain { stake });
            };
            let opening = honest(twin, stake).open(beacon, sample + 1).openings.pop().unwrap();
            let opening = Box::new(opening);
            by(answerer, GameAction::Prove { stake, epoch, sample, opening })
        }
        11 => by(anyone, GameAction::Missed { stake, epoch }),
        12 | 13 => by(anyone, GameAction::Convict { stake, epoch, sample }),
        14 | 15 => by(anyone, GameAction::Conclude { stake, epoch }),
        16 => {
            let until = boundary(twin, rng.u64(1..4));
            (anyone, Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY })
        }
        17 | 18 => {
            let until = Timestamp(twin.chain.now() + rng.u64(0..200));
            let who = if rng.u8(0..4) == 0 { anyone } else { provider };
            by(who, GameAction::Appoint { stake, operator: account(anyone), until })
        }
        _ if rng.bool() => by(anyone, GameAction::Complain { stake }),
        _ => (anyone, Action::Settle { stake }),
    }
}

#[test]
fn random_play_is_the_same_on_both_sides_and_from_its_logs() {
    let fresh = table(rules());
    let (mut done, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..24 {
        let mut twin = fresh.clone();
        let mut rng = Rng::with_seed(seed);
        for turn in 0..90 {
            let pause = [0, 1, 1, 5, 12, 12, 12, 30, 61, 121][rng.usize(0..10)];
            let pause = if rng.u8(0..16) == 0 { BUCKET } else { pause };
            wait(&mut twin, pause);
            let (who, action) = random_move(&twin, &mut rng);
            let outcome = twin.act(account(who), action.clone());
            let outcome =
                outcome.unwrap_or_else(|e| panic!("seed {seed}, turn {turn}: {action:?}: {e}"));
            match outcome.outcome {
                Ok(events) => done.extend(events.iter().map(name)),
                Err(error) => drop(refused.insert(error.code())),
            }
        }
        rebuilt(&twin);
    }
    for event in [
        "EpochOpened",
        "Complained",
        "Appointed",
        "EpochCommitted",
        "BeaconRecorded",
        "Accused",
        "Proved",
        "CommitmentMissed",
        "Convicted",
        "BondReturned",
        "Concluded",
        "Passed",
        "Slashed",
    ] {
        assert!(done.contains(event), "no {event} in {done:?}");
    }
    for code in [
        "EpochOpen",
        "NoChallenge",
        "AlreadyCommitted",
        "NotCommitted",
        "DeadlinePassed",
        "DeadlineNotPassed",
        "BeaconNotYet",
        "AlreadyAccused",
        "AlreadyComplained",
        "NoAccusation",
        "AccusationOpen",
        "MalformedResponse",
        "NotOwner",
        "NotRenter",
        "StakeClosed",
        "VerificationPending",
    ] {
        assert!(refused.contains(code), "no {code} in {refused:?}");
    }
}

fn name(event: &Event) -> String {
    let told = match event {
        Event::Game(event) => format!("{event:?}"),
        other => format!("{other:?}"),
    };
    told.split([' ', '{']).next().unwrap_or_default().to_owned()
}

/// A commitment in which every row is the same: any place of it can be opened, and no entry is right.
/// It costs what a right one costs, and the verdict besides.
fn same_rows(challenge: Challenge) -> (B256, impl Fn(Sample) -> Opening) {
    let work = challenge.work;
    let row: Row = challenge.w_column(1).into();
    let mut path = Vec::new();
    let mut node = leaf(&row);
    for _ in 0..work.path_len() {
        path.push(node);
        node = keccak256([node.as_slice(), node.as_slice()].concat());
    }
    assert_eq!(fold_path(leaf(&row), 0, &path), node);
    let opened = OpenedRow { row, path };
    let open = move |sample: Sample| {
        let state = sample.state_row().map(|_| opened.clone());
        Opening { sample, state, next: opened.clone() }
    };
    (node, open)
}

/// The gas of `prove` of a sample in mid-chain, which the work of `n` does not give.
fn gas_of_prove(n: u32) -> u64 {
    let mut params = rules();
    (params.pocps.n, params.pocps.rounds) = (n, 64);
    let mut twin = table(params);
    let epoch = open(&mut twin);
    let opened = *twin.ledger.game().epoch(POOL).unwrap();
    let seed = twin.ledger.seed_inputs(FIRST, epoch, opened.randomness).unwrap().seed();
    let work = twin.ledger.pool(POOL).unwrap().params().pocps.validate().unwrap();
    let (root, opening) = same_rows(Challenge { seed, work });
    wait(&mut twin, 12);
    act(&mut twin, account(0), GameAction::Commit { stake: FIRST, epoch, root }.into());
    wait(&mut twin, 12);
    act(&mut twin, account(3), GameAction::Accuse { stake: FIRST, epoch, sample: 0 }.into());
    wait(&mut twin, 12);
    let beacon = record(&mut twin, FIRST, epoch, 0);
    let place = Sample::draw(work, root, beacon, 0);
    assert!(place.k > 0, "with a state row: the larger transaction");
    let done = play(&mut twin, 0, prove(epoch, 0, opening(place)));
    assert!(matches!(done.outcome.unwrap()[..], [Event::Slashed { .. }, _]));
    done.gas
}

#[test]
fn prove_of_one_sample_stays_within_its_gas() {
    let found = [256, 1_024, 4_096].map(gas_of_prove);
    println!("gas of prove, with a verdict, n = 256, 1024, 4096: {found:?}");
    assert!(found[1] <= 500_000 && found[2] <= 2_000_000, "{found:?}");
}

#[test]
fn every_move_of_an_epoch_and_what_it_costs() {
    let mut twin = table(rules());
    let (epoch, mut proof, beacon) = accused(&mut twin);
    let good = proof.open(beacon, 4).openings.pop().unwrap();
    let proved = play(&mut twin, 0, prove(epoch, 3, good));
    proved.outcome.unwrap();
    wait(&mut twin, DISPUTE);
    let concluded = play(&mut twin, 2, GameAction::Conclude { stake: FIRST, epoch });
    concluded.outcome.unwrap();
    assert_eq!(twin.ledger.stake_of(FIRST).unwrap().passed, 1);
    println!("gas at n = 64: prove {}, conclude {}", proved.gas, concluded.gas);
    rebuilt(&twin);
}
