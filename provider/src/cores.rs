//! A proof on all cores.

use std::thread;
use std::time::{Duration, Instant};

use pinfi_client::miner::Cuts;
use pinfi_core::pocps::{Challenge, Committed, Gathered, Gathering, Part, Retain, Rhythm, Share};

use crate::stop::Stop;

/// The most memory that states are kept in until they are opened; beyond it opening computes the
/// chain again.
const KEEP: Retain = Retain { bytes: 4 << 30 };
/// Rows between two looks at the wish to stop: some milliseconds of work.
const ROWS: u32 = 64;

/// Computes the chain of a challenge with as many threads as the machine has cores, from where it was cut
/// off; `None` where it was asked to stop.
pub async fn prove(challenge: Challenge, stop: &Stop, cuts: &mut Cuts<'_>) -> Option<Committed> {
    prove_with(challenge, stop, cuts, Rhythm::USUAL).await
}

/// Has checkpoints kept, at least so far from each other.
async fn prove_with(
    challenge: Challenge,
    stop: &Stop,
    cuts: &mut Cuts<'_>,
    least: Duration,
) -> Option<Committed> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let cores = u32::try_from(cores).unwrap_or(u32::MAX);
    let shares = challenge.work.shares(cores).into_iter();
    // Cut by the work itself, they are whole.
    let mut shares: Vec<Share> =
        shares.map(|rows| Share::new(challenge, rows)).collect::<Result<_, _>>().ok()?;
    let mut gathering = match cuts.find().await {
        Some(checkpoint) => {
            cuts.resumes(checkpoint.state());
            Gathering::resume(checkpoint)
        }
        None => Gathering::new(challenge, KEEP),
    };
    let begun = Instant::now();
    let mut rhythm = Rhythm::new(least, Duration::ZERO);
    loop {
        let parts = thread::scope(|scope| {
            let running: Vec<_> =
                shares.iter_mut().map(|share| scope.spawn(|| part(share, stop))).collect();
            let parts = running.into_iter().map(|one| one.join().ok().flatten());
            parts.collect::<Option<Vec<Part>>>()
        })?;
        match gathering.gather(&parts).ok()? {
            Gathered::Committed(committed) => return Some(*committed),
            Gathered::State { state, x } => {
                let at = begun.elapsed();
                if rhythm.is_due(at)
                    && let Some(checkpoint) = gathering.checkpoint(&x)
                {
                    cuts.keep(&checkpoint).await;
                    rhythm.kept(at, begun.elapsed());
                }
                for share in &mut shares {
                    share.advance(state, x.clone()).ok()?;
                }
            }
        }
    }
}

fn part(share: &mut Share, stop: &Stop) -> Option<Part> {
    while !stop.is_asked() {
        if let Some(part) = share.step(ROWS) {
            return Some(part);
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::cell::RefCell;

    use alloy_primitives::B256;
    use futures_executor::block_on;
    use pinfi_client::miner::{Checkpoints as _, NoCheckpoints, Note};
    use pinfi_core::pocps::{ChainProver, Checkpoint, Work};
    use tempfile::TempDir;

    use super::*;
    use crate::checkpoints::FileCheckpoints;

    const BEACON: B256 = B256::repeat_byte(1);

    fn challenge() -> Challenge {
        Challenge { seed: B256::repeat_byte(3), work: Work::new(64, 8).unwrap() }
    }

    fn alone() -> Committed {
        ChainProver::new(challenge(), Retain::ALL).finish()
    }

    #[test]
    fn prove_that_is_to_stop_is_none() {
        let stop = Stop::default();
        stop.ask();
        let mut cuts = Cuts::new(challenge(), &NoCheckpoints, &|_| {});
        assert!(block_on(prove(challenge(), &stop, &mut cuts)).is_none());
    }

    #[test]
    fn prove_gives_what_one_thread_gives() {
        let mut cuts = Cuts::new(challenge(), &NoCheckpoints, &|_| {});
        let together = block_on(prove(challenge(), &Stop::default(), &mut cuts)).unwrap();
        assert_eq!(together.root(), alone().root());
    }

    #[test]
    fn prove_keeps_each_state_on_the_way_where_it_is_asked_to() {
        let place = TempDir::new().unwrap();
        let files = FileCheckpoints::new(place.path());
        let mut cuts = Cuts::new(challenge(), &files, &|_| {});
        let stop = Stop::default();
        block_on(prove_with(challenge(), &stop, &mut cuts, Duration::ZERO)).unwrap();
        let last = block_on(files.read(challenge().seed)).unwrap().unwrap();
        assert_eq!(Checkpoint::from_bytes(&last, challenge()).unwrap().state(), 7);
        block_on(cuts.done());
        assert_eq!(block_on(files.read(challenge().seed)), Ok(None));
    }

    #[test]
    fn prove_goes_on_from_each_boundary_and_opens_as_one_that_was_not_cut() {
        let expected = alone().open(BEACON, 32);
        for state in 1..8 {
            let place = TempDir::new().unwrap();
            let files = FileCheckpoints::new(place.path());
            let mut prover = ChainProver::new(challenge(), Retain::NONE);
            assert!(prover.step(64 * (1 + state)).is_none());
            let bytes = prover.checkpoint().unwrap().to_bytes();
            block_on(files.write(challenge().seed, bytes)).unwrap();
            let notes = RefCell::new(Vec::new());
            let note = |note| notes.borrow_mut().push(note);
            let mut cuts = Cuts::new(challenge(), &files, &note);
            let resumed = block_on(prove(challenge(), &Stop::default(), &mut cuts));
            let mut resumed = resumed.unwrap();
            assert_eq!(resumed.root(), expected.root);
            assert_eq!(*notes.borrow(), [Note::Resumed { state, rounds: 8 }]);
            assert_eq!(resumed.open(BEACON, 32), expected);
        }
    }
}
