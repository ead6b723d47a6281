//! The moves of the verification game: mostly what somebody who plays to win or to lose does next,
//! often what does not fit.

use alloy_primitives::{Address, B256};
use pinfi_core::Action;
use pinfi_core::game::{Committed, GameAction, Trial};
use pinfi_core::pocps::{self, ChainProver, Challenge, OpenedRow, Opening, Retain, Sample, Work};
use pinfi_core::stake::Stake;
use pinfi_core::units::{EpochId, PoolId, StakeId, Timestamp};

use super::Draw;

/// Work that is done in a moment: more than that is forged.
const QUICK_ROUNDS: u32 = 4;
/// The most samples that a pool may ask for, and the number of the unprompted one.
const MOST_SAMPLES: u32 = 1_024;

impl Draw<'_> {
    /// The next move.
    pub(super) fn play(&mut self) -> Action {
        let stake = self.stake_in_game();
        let sensible = if self.rng.u8(0..5) > 0 { self.sensible(stake) } else { None };
        sensible.unwrap_or_else(|| self.any_move(stake)).into()
    }

    /// Who may make a move; mostly it is who does.
    pub(super) fn player(&mut self, game: &GameAction, anyone: Address) -> Address {
        let by_operator = self.rng.u8(0..3) == 0;
        let of = |stake: StakeId, role: fn(&Stake) -> Address| {
            self.ledger.stake_of(stake).map_or(anyone, role)
        };
        match *game {
            GameAction::Commit { stake, .. } | GameAction::Prove { stake, .. } => {
                let operator = self.ledger.game().operator(stake).filter(|_| by_operator);
                operator.map_or_else(|| of(stake, |record| record.provider), |key| key.account)
            }
            GameAction::Appoint { stake, .. } | GameAction::Announce { stake, .. } => {
                of(stake, |record| record.provider)
            }
            GameAction::Complain { stake } => {
                of(stake, |record| record.rental.map_or(record.provider, |rental| rental.renter))
            }
            _ => anyone,
        }
    }

    /// Mostly a stake about which something is open.
    fn stake_in_game(&mut self) -> StakeId {
        let game = self.ledger.game();
        let open: Vec<_> = self
            .ledger
            .stakes()
            .filter(|(id, _)| game.trials_of(*id).any(|trial| !trial.over))
            .map(|(id, _)| id)
            .collect();
        if open.is_empty() || self.rng.u8(0..4) == 0 {
            return self.stake(Stake::is_active);
        }
        open[self.rng.usize(0..open.len())]
    }

    fn sensible(&mut self, stake: StakeId) -> Option<GameAction> {
        let (ledger, now) = (self.ledger, Timestamp(self.now));
        let record = *ledger.stake_of(stake).ok()?;
        let pool = ledger.pool(record.pool).ok()?;
        let rules = pool.params().pocps;
        let latest = ledger.game().epoch(record.pool).copied();
        if !record.is_active() || now >= record.expiry {
            return self.bond_to_return(stake);
        }
        if latest.is_none_or(|latest| latest.id.0 < self.now / rules.epoch.0) {
            return Some(GameAction::OpenEpoch { pool: record.pool });
        }
        if record.running_rental(now).is_some() && self.rng.u8(0..4) == 0 {
            return Some(GameAction::Complain { stake });
        }
        let trials: Vec<&Trial> =
            ledger.game().trials_of(stake).filter(|trial| !trial.over).collect();
        let Some(trial) = (!trials.is_empty()).then(|| trials[self.rng.usize(0..trials.len())])
        else {
            let latest = latest.filter(|latest| latest.binds(&record, pool.params()))?;
            let answered = ledger.game().trial(stake, latest.id).is_some();
            let is_late = now > latest.commit_by(pool.params());
            return (!answered).then(|| self.commit_or_miss(stake, latest.id, is_late));
        };
        let epoch = trial.epoch;
        let Some(committed) = &trial.committed else {
            return Some(self.commit_or_miss(stake, epoch, now > trial.commit_by));
        };
        self.dispute(stake, epoch, committed, rules.samples)
    }

    /// What comes between a commitment and the end of its trial.
    fn dispute(
        &mut self,
        stake: StakeId,
        epoch: EpochId,
        committed: &Committed,
        q: u32,
    ) -> Option<GameAction> {
        let now = Timestamp(self.now);
        if committed.beacon.is_none() && now <= committed.accuse_by && self.rng.bool() {
            return Some(GameAction::RecordBeacon { stake, epoch, sample: q });
        }
        let open: Vec<u32> = committed
            .accusations
            .iter()
            .filter(|(_, made)| !made.proved)
            .map(|(s, _)| *s)
            .collect();
        let sample = (!open.is_empty()).then(|| open[self.rng.usize(0..open.len())]);
        if now > committed.prove_by {
            return Some(match sample {
                Some(sample) => GameAction::Convict { stake, epoch, sample },
                None => GameAction::Conclude { stake, epoch },
            });
        }
        let Some(sample) = sample.filter(|_| now > committed.accuse_by || self.rng.u8(0..3) > 0)
        else {
            // Of the first few, so that some are accused twice.
            let most = if self.rng.bool() { 4 } else { q };
            let sample = self.rng.u32(0..most);
            return Some(GameAction::Accuse { stake, epoch, sample });
        };
        if committed.accusations.get(&sample)?.beacon.is_none() {
            return Some(GameAction::RecordBeacon { stake, epoch, sample });
        }
        self.proof(stake, epoch, sample)
    }

    fn commit_or_miss(&mut self, stake: StakeId, epoch: EpochId, is_late: bool) -> GameAction {
        // Mostly they are spared: a market whose devices all fail is soon empty.
        if is_late && self.rng.u8(0..5) == 0 {
            return GameAction::Missed { stake, epoch };
        }
        let root = self.root(stake, epoch);
        GameAction::Commit { stake, epoch, root }
    }

    /// Whose accusation of a stake that has ended was not paid has its bond back.
    fn bond_to_return(&mut self, stake: StakeId) -> Option<GameAction> {
        let trials = self.ledger.game().trials_of(stake);
        let committed = trials.filter_map(|trial| Some((trial.epoch, trial.committed.as_ref()?)));
        let staked = committed.flat_map(|(epoch, committed)| {
            let staked = committed.accusations.iter().filter(|(_, made)| made.bond.0 > 0);
            staked.map(move |(&sample, _)| (epoch, sample))
        });
        let staked: Vec<_> = staked.collect();
        let (epoch, sample) = *staked.get(self.rng.usize(0..staked.len().max(1)))?;
        Some(GameAction::Convict { stake, epoch, sample })
    }

    /// Any move, with numbers of which some fit.
    fn any_move(&mut self, stake: StakeId) -> GameAction {
        let game = self.ledger.game();
        let trials: Vec<EpochId> = game.trials_of(stake).map(|trial| trial.epoch).collect();
        let pool = self.ledger.stake_of(stake).map_or(PoolId(0), |record| record.pool);
        let latest = game.epoch(pool).map_or(EpochId(0), |epoch| epoch.id);
        let epoch = match self.rng.u8(0..8) {
            0 => EpochId(self.rng.u64(..) >> self.rng.u32(0..64)),
            1..4 => latest,
            _ => trials.get(self.rng.usize(0..2)).copied().unwrap_or(latest),
        };
        let q = self.params_of(pool).map_or(32, |params| params.pocps.samples);
        let sample = match self.rng.u8(0..6) {
            0 => q,
            1 => self.rng.u32(..) >> self.rng.u32(0..32),
            _ => self.rng.u32(0..4),
        };
        match self.rng.u8(0..11) {
            0 => GameAction::OpenEpoch { pool: self.pool() },
            1 => GameAction::Commit { stake, epoch, root: self.root(stake, epoch) },
            2 => GameAction::RecordBeacon { stake, epoch, sample },
            3 => GameAction::Accuse { stake, epoch, sample },
            4 => self
                .proof(stake, epoch, sample)
                .unwrap_or(GameAction::OpenEpoch { pool: self.pool() }),
            5 => GameAction::Missed { stake, epoch },
            6 => GameAction::Convict { stake, epoch, sample },
            7 => GameAction::Conclude { stake, epoch },
            8 => {
                let operator = self.accounts[self.rng.usize(0..self.accounts.len())];
                let until = Timestamp(self.now.saturating_add(self.rng.u64(0..4_000)));
                GameAction::Appoint { stake, operator, until }
            }
            9 => self.announcement(stake),
            _ => GameAction::Complain { stake },
        }
    }

    /// Where a device is said to be reached: mostly what may be said.
    fn announcement(&mut self, stake: StakeId) -> GameAction {
        let key = if self.rng.u8(0..4) == 0 { B256::ZERO } else { B256::repeat_byte(9) };
        let fits = ["https://relay.example:4433/", "http://127.0.0.1:3340", "http://localhost"];
        let relay = match self.rng.u8(0..8) {
            0 => String::new(),
            1 => mangled(&mut self.rng, fits[0]),
            2 => mangled(&mut self.rng, fits[1]),
            // Around the longest that is taken, and around the longest that takes one word of storage.
            3 => format!("https://{}", "r".repeat(self.rng.usize(118..123))),
            4 => format!("https://{}", "r".repeat(self.rng.usize(21..26))),
            _ => fits[self.rng.usize(0..3)].to_owned(),
        };
        // What takes back says nothing else, mostly.
        let relay = if key.is_zero() && self.rng.u8(0..4) > 0 { String::new() } else { relay };
        GameAction::Announce { stake, key, relay }
    }

    /// The root of the work, where it is quick and the provider is honest; else any.
    fn root(&mut self, stake: StakeId, epoch: EpochId) -> B256 {
        let honest = if self.rng.u8(0..4) > 0 { self.committed_work(stake, epoch) } else { None };
        honest.map_or_else(|| B256::repeat_byte(self.rng.u8(..)), |proof| proof.root())
    }

    /// A proof of a sample, mostly as good as it can be; a false one shows rows of the right lengths.
    fn proof(&mut self, stake: StakeId, epoch: EpochId, sample: u32) -> Option<GameAction> {
        let trial = self.ledger.game().trial(stake, epoch);
        let committed = trial.and_then(|trial| trial.committed.as_ref());
        let beacon = committed.and_then(|committed| committed.accusations.get(&sample)?.beacon);
        let beacon = beacon.unwrap_or_default();
        let work = self.work(stake)?;
        let honest = self.committed_work(stake, epoch).filter(|_| sample <= MOST_SAMPLES);
        let opening = honest.and_then(|mut proof| proof.open(beacon, sample + 1).openings.pop());
        let mut opening = opening.unwrap_or_else(|| {
            let root = committed.map(|committed| committed.root).unwrap_or_default();
            forged(work, Sample::draw(work, root, beacon, sample))
        });
        match self.rng.u8(0..16) {
            0 => opening.sample.i ^= 1,
            1 => opening.next.path.truncate(1),
            2 => opening.state = None,
            3 => opening.next.row.0.truncate(3),
            4 => opening.next.row.0.iter_mut().for_each(|word| *word = word.wrapping_add(1)),
            _ => {}
        }
        Some(GameAction::Prove { stake, epoch, sample, opening: Box::new(opening) })
    }

    fn work(&self, stake: StakeId) -> Option<Work> {
        let record = self.ledger.stake_of(stake).ok()?;
        self.params_of(record.pool)?.pocps.validate().ok()
    }

    /// What an honest provider has of its work, where that is quick.
    fn committed_work(&self, stake: StakeId, epoch: EpochId) -> Option<pocps::Committed> {
        let record = self.ledger.stake_of(stake).ok()?;
        let seed = match self.ledger.game().trial(stake, epoch) {
            Some(trial) => trial.seed,
            None => {
                let latest = self.ledger.game().epoch(record.pool)?;
                self.ledger.seed_inputs(stake, epoch, latest.randomness).ok()?.seed()
            }
        };
        let work = self.work(stake)?;
        if work.n() > 64 || work.rounds() > QUICK_ROUNDS {
            return None;
        }
        Some(ChainProver::new(Challenge { seed, work }, Retain::ALL).finish())
    }
}

/// A text with one character that may not fit, or cut short.
fn mangled(rng: &mut Rng, text: &str) -> String {
    let at = rng.usize(0..text.len());
    let (before, after) = text.split_at(at);
    let strange = ['@', '/', ':', '?', '#', ' ', '~', '\u{7f}', '\0', 'ä'];
    match rng.usize(0..strange.len() + 2) {
        0 => before.to_owned(),
        1 => format!("{before}{}", after.get(1..).unwrap_or_default()),
        place => format!("{before}{}{after}", strange[place - 2]),
    }
}

/// An opening of the right form: rows of zeros.
fn forged(work: Work, sample: Sample) -> Opening {
    let (words, nodes) = (work.n() as usize, work.path_len() as usize);
    let row = OpenedRow { row: vec![0; words].into(), path: vec![B256::ZERO; nodes] };
    Opening { sample, state: sample.state_row().map(|_| row.clone()), next: row }
}
