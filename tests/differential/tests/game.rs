//! The verification game on both sides: move by move, from its logs alone, and what a proof costs. At
//! random it is played in the lives of `random.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::collections::BTreeSet;
use std::rc::Rc;

use alloy_primitives::{B256, keccak256};
use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::pocps::{
    ChainProver, Challenge, Committed, OpenedRow, Opening, Retain, Row, Sample, fold_path, leaf,
};
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, EpochId, Secs, StakeId, Wei};
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

    let mut closed = twin.clone();
    wait(&mut closed, DISPUTE);
    act(&mut closed, account(2), GameAction::Convict { stake, epoch, sample: 3 }.into());
    assert_eq!(code(&mut closed, 2, GameAction::Conclude { stake, epoch }), "StakeClosed");

    let mut end = table(rules());
    let until = boundary(&end, 18);
    let rent = Action::Rent { pool, stakes: vec![stake], until, max_cost: ANY };
    act(&mut end, account(2), rent);
    assert_eq!(code(&mut end, 3, complain.clone()), "NotRenter");
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

#[test]
fn announce_refuses_the_same_relays_on_both_sides() {
    let mut twin = table(rules());
    let key = B256::repeat_byte(9);
    let (longest, long) = (["r"; 120].concat(), ["r"; 121].concat());
    let mut taken = 0;
    for scheme in ["", "http:/", "http://", "HTTP://", "https://", "https:/"] {
        let hosts = ["", "r", "localhost", "127.0.0.1", "localhost.r", "[::1]", &longest, &long];
        for host in hosts {
            for rest in ["", "/", ":1", "?", "#", "@r", "/@", "~", " ", "\0", "\u{7f}", "\u{e4}"] {
                let relay = format!("{scheme}{host}{rest}");
                let announce = GameAction::Announce { stake: FIRST, key, relay };
                taken += u32::from(play(&mut twin, 0, announce).outcome.is_ok());
            }
        }
    }
    assert_eq!(taken, 42, "the sides agree, and most is refused");
    rebuilt(&twin);
}

#[test]
fn what_was_announced_falls_away_with_the_stake_on_both_sides() {
    let mut twin = table(rules());
    let (key, relay) = (B256::repeat_byte(9), "https://relay.example".to_owned());
    let announce = GameAction::Announce { stake: FIRST, key, relay: relay.clone() };
    let stranger = play(&mut twin, 1, announce.clone()).outcome.unwrap_err();
    assert_eq!(stranger.code(), "NotOwner");
    let unsaid = GameAction::Announce { stake: FIRST, key: B256::ZERO, relay };
    assert_eq!(play(&mut twin, 0, unsaid).outcome.unwrap_err().code(), "BadParameter");
    act(&mut twin, account(0), announce.clone().into());
    assert!(twin.ledger.game().endpoint(FIRST).is_some());

    let mut slashed = twin.clone();
    let epoch = open(&mut slashed);
    wait(&mut slashed, WINDOW + 1);
    act(&mut slashed, account(2), GameAction::Missed { stake: FIRST, epoch }.into());
    let expiry = twin.ledger.stake_of(FIRST).unwrap().expiry.0;
    twin.chain.set_time(expiry);
    assert_eq!(play(&mut twin, 0, announce.clone()).outcome.unwrap_err().code(), "Expired");
    act(&mut twin, account(2), Action::Settle { stake: FIRST });
    for mut ended in [slashed, twin] {
        assert_eq!(
            play(&mut ended, 0, announce.clone()).outcome.unwrap_err().code(),
            "StakeClosed"
        );
        assert_eq!(ended.ledger.game().endpoint(FIRST), None);
        rebuilt(&ended);
    }
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
