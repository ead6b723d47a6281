//! A proof on all cores.

use std::thread;

use pinfi_core::pocps::{Challenge, Committed, Gathered, Gathering, Part, Retain, Share};

use crate::stop::Stop;

/// The most memory that states are kept in until they are opened; beyond it opening computes the
/// chain again.
const KEEP: Retain = Retain { bytes: 4 << 30 };
/// Rows between two looks at the wish to stop: some milliseconds of work.
const ROWS: u32 = 64;

/// Computes the chain of a challenge with as many threads as the machine has cores; `None` where it
/// was asked to stop.
#[must_use]
pub fn prove(challenge: Challenge, stop: &Stop) -> Option<Committed> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let cores = u32::try_from(cores).unwrap_or(u32::MAX);
    let shares = challenge.work.shares(cores).into_iter();
    // Cut by the work itself, they are whole.
    let mut shares: Vec<Share> =
        shares.map(|rows| Share::new(challenge, rows)).collect::<Result<_, _>>().ok()?;
    let mut gathering = Gathering::new(challenge, KEEP);
    loop {
        let parts = thread::scope(|scope| {
            let running: Vec<_> =
                shares.iter_mut().map(|share| scope.spawn(|| part(share, stop))).collect();
            let parts = running.into_iter().map(|one| one.join().ok().flatten());
            parts.collect::<Option<Vec<Part>>>()
        })?;
        match gathering.gather(&parts).ok()? {
            Gathered::Committed(committed) => return Some(*committed),
            Gathered::State(state) => {
                for share in &mut shares {
                    share.advance(state.clone()).ok()?;
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
mod tests {
    use alloy_primitives::B256;
    use pinfi_core::pocps::{ChainProver, Work};

    use super::*;

    #[test]
    fn prove_that_is_to_stop_is_none() {
        let challenge = Challenge { seed: B256::ZERO, work: Work::new(64, 2).unwrap() };
        let stop = Stop::default();
        stop.ask();
        assert!(prove(challenge, &stop).is_none());
    }

    #[test]
    fn prove_gives_what_one_thread_gives() {
        let challenge = Challenge { seed: B256::repeat_byte(3), work: Work::new(64, 4).unwrap() };
        let alone = ChainProver::new(challenge, Retain::ALL).step(u32::MAX).unwrap();
        let together = prove(challenge, &Stop::default()).unwrap();
        assert_eq!(together.root(), alone.root());
    }
}
