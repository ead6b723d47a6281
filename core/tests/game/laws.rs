//! What holds in every life of the game.

use alloy_primitives::B256;
use pinfi_core::game::{Accusation, GameAction};
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{EpochId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Error, Events};
use proptest::prelude::*;

use crate::market::{BUCKET, MINTER, Market, POOL, account};
use crate::table::{FIRST, Q, SECOND, challenge, honest, opening, params, play, table};

/// A move with its wait, its player and two numbers to fill it with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub(crate) wait: u64,
    who: u8,
    op: u8,
    a: u32,
}

/// How long an honest provider takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// From a challenge to its commitment, in seconds.
    pub(crate) work: u64,
    /// From a commitment or an accusation until its beacon is recorded.
    pub(crate) beacon: u64,
}

pub(crate) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let wait = prop_oneof![8 => 0u64..20, 3 => 0u64..130, 2 => 0u64..BUCKET];
    let step = (wait, 0u8..4, 0u8..14, any::<u32>()).prop_map(|(wait, who, op, a)| Move {
        wait,
        who,
        op,
        a,
    });
    prop::collection::vec(step, 1..60)
}

impl Move {
    /// Whether it is not the first provider's own.
    pub(crate) fn is_of_others(self) -> bool {
        !matches!(self.op, 1 | 2 | 7 | 8) || self.a % 2 == 1
    }

    /// The same without its wait.
    pub(crate) fn at_once(self) -> Self {
        Self { wait: 0, ..self }
    }

    pub(crate) fn run(self, market: &mut Market) -> Result<Events, Error> {
        market.wait(self.wait);
        let stake = StakeId(u64::from(self.a % 2));
        let sample = [0, 1, 2, Q][(self.a / 2 % 4) as usize];
        let provider = account(u8::from(!self.a.is_multiple_of(2)));
        let anyone = account(self.who);
        let epoch = self.epoch(market, stake);
        let (who, action): (_, Action) = match self.op {
            0 => (anyone, GameAction::OpenEpoch { pool: POOL }.into()),
            1 | 2 => {
                let root = match market.ledger.game().epoch(POOL) {
                    Some(_) if self.a.is_multiple_of(3) => honest(challenge(market, stake)).root(),
                    _ => B256::repeat_byte(3),
                };
                (provider, GameAction::Commit { stake, epoch, root }.into())
            }
            3 | 4 => (anyone, GameAction::RecordBeacon { stake, epoch, sample }.into()),
            5 | 6 => (anyone, GameAction::Accuse { stake, epoch, sample }.into()),
            7 | 8 => (provider, self.proof(market, stake, epoch, sample).into()),
            9 => (anyone, GameAction::Missed { stake, epoch }.into()),
            10 => (anyone, GameAction::Convict { stake, epoch, sample }.into()),
            11 => (anyone, GameAction::Conclude { stake, epoch }.into()),
            12 => {
                let until = market.boundary(2 + u64::from(self.a % 3));
                let max_cost = Wei(u128::MAX);
                (anyone, Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost })
            }
            _ => (anyone, GameAction::Complain { stake }.into()),
        };
        market.act(who, action)
    }

    /// Mostly the latest epoch; a complaint's now and then.
    fn epoch(self, market: &Market, stake: StakeId) -> EpochId {
        let game = market.ledger.game();
        let complaint = game.trials_of(stake).map(|trial| trial.epoch).find(|e| e.is_complaint());
        let latest = game.epoch(POOL).map_or(EpochId(0), |epoch| epoch.id);
        complaint.filter(|_| self.a.is_multiple_of(5)).unwrap_or(latest)
    }

    fn proof(self, market: &Market, stake: StakeId, epoch: EpochId, sample: u32) -> GameAction {
        let trial = market.ledger.game().trial(stake, epoch);
        let made = trial.and_then(|trial| trial.committed.as_ref()?.accusations.get(&sample));
        let beacon = made.and_then(|made| made.beacon).unwrap_or_default();
        let challenge = market.ledger.game().epoch(POOL).map(|_| challenge(market, stake));
        let mut proof = honest(challenge.unwrap_or(crate::provers::challenge(64, 2, 1)));
        let opening = Box::new(opening(&mut proof, beacon, sample));
        GameAction::Prove { stake, epoch, sample, opening }
    }
}

/// Every accusation whose bond is still staked.
fn staked(market: &Market) -> Vec<(StakeId, EpochId, u32, Accusation)> {
    let game = market.ledger.game();
    let trials =
        [FIRST, SECOND].into_iter().flat_map(|id| game.trials_of(id).map(move |t| (id, t)));
    let made = trials.filter_map(|(id, trial)| {
        let made = trial.committed.as_ref()?.accusations.iter();
        Some(made.map(move |(sample, made)| (id, trial.epoch, *sample, *made)))
    });
    made.flatten().filter(|(.., made)| made.bond > Wei(0)).collect()
}

fn held(market: &Market) -> u128 {
    let ledger = &market.ledger;
    let balances: u128 = ledger.accounts().balances().map(|(_, balance)| balance.0).sum();
    let reserves = ledger.pool(POOL).unwrap().reserves();
    let fees: u128 = ledger.stakes().map(|(_, stake)| stake.maintenance_fee.0).sum();
    balances + reserves.pin.0 + reserves.escrow.0 + fees + ledger.game().bonds().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn law_pin_is_conserved_with_bonds(moves in moves()) {
        let mut market = table();
        for step in moves {
            let _ = step.run(&mut market);
            let accounts = market.ledger.accounts();
            prop_assert_eq!(held(&market), accounts.minted().0 - accounts.burned().0);
        }
    }

    /// The game is solvent: once all stakes have ended, each bond that is still staked is paid back in
    /// full to who staked it, and each stake settles.
    #[test]
    fn law_what_is_owed_is_held(moves in moves()) {
        let mut market = table();
        for step in moves {
            let _ = step.run(&mut market);
        }
        let last = market.ledger.stakes().map(|(_, stake)| stake.expiry).max().unwrap();
        market.now = market.now.max(last);
        for (stake, epoch, sample, made) in staked(&market) {
            let accuser = made.accuser.unwrap();
            let before = market.ledger.accounts().balance(accuser).0;
            play(&mut market, MINTER, GameAction::Convict { stake, epoch, sample }).unwrap();
            prop_assert_eq!(market.ledger.accounts().balance(accuser).0 - before, made.bond.0);
        }
        prop_assert_eq!(market.ledger.game().bonds(), Wei(0));
        for stake in [StakeId(0), StakeId(1)] {
            if market.ledger.stake_of(stake).unwrap().is_active() {
                market.act(MINTER, Action::Settle { stake }).unwrap();
            }
        }
        let reserves = market.ledger.pool(POOL).unwrap().reserves();
        prop_assert_eq!((reserves.pin.0, reserves.shares.0), (0, 0));
    }

    #[test]
    fn law_a_refused_move_changes_nothing(moves in moves()) {
        let mut market = table();
        for step in moves {
            let mut before = market.clone();
            if step.run(&mut market).is_err() {
                before.wait(step.wait);
                prop_assert_eq!(&before, &market);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever others do, a provider that commits to its work and proves what it is asked for is
    /// never slashed.
    #[test]
    fn law_an_honest_provider_is_never_slashed(moves in moves()) {
        let mut market = table();
        for step in moves {
            let pace = Pace { work: 0, beacon: 1 };
            // All that is owed is known within two seconds of the move before.
            for pause in [0, step.wait.min(1), step.wait.saturating_sub(1).min(1)] {
                market.wait(pause);
                answer(&mut market, &params(), pace);
            }
            market.wait(step.wait.saturating_sub(2));
            answer(&mut market, &params(), pace);
            if step.is_of_others() {
                let _ = step.at_once().run(&mut market);
            }
        }
        prop_assert!(market.ledger.stake_of(FIRST).unwrap().is_active());
    }
}

/// Does what a provider owes by now and can do already.
pub(crate) fn answer(market: &mut Market, params: &PoolParams, pace: Pace) {
    let now = market.now;
    let has_passed = |since: Timestamp, secs: u64| now.since(since) >= Secs(secs);
    let game = market.ledger.game();
    let mut todo: Vec<GameAction> = Vec::new();
    let trials: Vec<_> = game.trials_of(FIRST).cloned().collect();
    if let Some(epoch) = game.epoch(POOL).copied()
        && game.trial(FIRST, epoch.id).is_none()
        && epoch.binds(market.ledger.stake_of(FIRST).unwrap(), params)
        && has_passed(epoch.opened, pace.work)
    {
        let root = honest(challenge(market, FIRST)).root();
        todo.push(GameAction::Commit { stake: FIRST, epoch: epoch.id, root });
    }
    let work = params.pocps.validate().unwrap();
    for trial in trials {
        let (stake, epoch) = (FIRST, trial.epoch);
        let mut proof = None;
        let mut proof = || {
            let challenge = pinfi_core::pocps::Challenge { seed: trial.seed, work };
            proof.get_or_insert_with(|| honest(challenge)).clone()
        };
        let Some(committed) = &trial.committed else {
            // The pool's epoch may have come in the middle: two works.
            if has_passed(trial.opened, 2 * pace.work) {
                todo.push(GameAction::Commit { stake, epoch, root: proof().root() });
            }
            continue;
        };
        if trial.over {
            continue;
        }
        if committed.beacon.is_none() && has_passed(committed.mark.at, pace.beacon) {
            todo.push(GameAction::RecordBeacon { stake, epoch, sample: Q });
        }
        for (sample, accusation) in committed.accusations.iter().filter(|(_, a)| !a.proved) {
            let sample = *sample;
            match accusation.beacon {
                None if has_passed(accusation.made, pace.beacon) => {
                    todo.push(GameAction::RecordBeacon { stake, epoch, sample });
                }
                None => {}
                Some(beacon) => {
                    let opening = Box::new(opening(&mut proof(), beacon, sample));
                    todo.push(GameAction::Prove { stake, epoch, sample, opening });
                }
            }
        }
        if committed.prove_by < market.now {
            todo.insert(0, GameAction::Conclude { stake, epoch });
        }
    }
    let is_beacon = |action: &GameAction| matches!(action, GameAction::RecordBeacon { .. });
    let has_recorded = todo.iter().any(is_beacon);
    for action in todo {
        let _ = play(market, account(0), action);
    }
    // Beacon and proof in one transaction: the hash is that of the block before.
    if has_recorded && pace.beacon > 1 {
        answer(market, params, Pace { beacon: u64::MAX, ..pace });
    }
}
