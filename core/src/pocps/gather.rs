//! Puts together what several workers computed of one chain.

use alloc::boxed::Box;
use alloc::vec::Vec;

use alloy_primitives::B256;

use super::chain::Chain;
use super::checkpoint::Checkpoint;
use super::merkle::MerkleTree;
use super::prover::{Committed, Retain};
use super::share::Part;
use super::work::Challenge;

/// Gathers the parts of each state in turn, and commits to them after the last.
#[derive(Clone, Debug)]
pub struct Gathering {
    challenge: Challenge,
    next: u32,
    leaves: Vec<B256>,
    states: Option<Vec<Vec<u32>>>,
    /// Where to go on after X_0.
    ahead: Option<Checkpoint>,
}

/// What the parts of one state came to.
#[derive(Clone, Debug)]
pub enum Gathered {
    /// A whole state for each [`Share`](super::Share) to go on with.
    State {
        /// Its number.
        state: u32,
        /// n·n words.
        x: Vec<u32>,
    },
    /// It was the last.
    Committed(Box<Committed>),
}

/// Why some parts are not a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parts are not the rows of state {state} in their order: row {row} is not there")]
pub struct NotAState {
    /// The state that is to be gathered.
    pub state: u32,
    /// Its first row that is missing, or that has not its leaf.
    pub row: u32,
}

impl Gathering {
    /// Begins with X_0. States are kept until they are opened as a
    /// [`ChainProver`](super::ChainProver) keeps them; where they are not, opening computes the
    /// chain again, by one worker.
    #[must_use]
    pub fn new(challenge: Challenge, retain: Retain) -> Self {
        let states = retain.fits(&challenge).then(Vec::new);
        Self { challenge, next: 0, leaves: Vec::new(), states, ahead: None }
    }

    /// Begins with X_0 too, which each share needs, and goes on from a checkpoint after it. No state is
    /// kept, as in [`ChainProver::resume`](super::ChainProver::resume).
    #[must_use]
    pub fn resume(checkpoint: Checkpoint) -> Self {
        let gathering = Self::new(checkpoint.challenge(), Retain::NONE);
        Self { ahead: Some(checkpoint), ..gathering }
    }

    /// Copies what another prover could go on from, where `x` is the state that was gathered last. None
    /// before X_1 and after the last state.
    #[must_use]
    pub fn checkpoint(&self, x: &[u32]) -> Option<Checkpoint> {
        let state = self.next.checked_sub(1)?;
        Checkpoint::new(self.challenge, state, x.to_vec(), self.leaves.clone()).ok()
    }

    /// Takes all parts of the next state, in the order of their rows.
    ///
    /// # Errors
    /// [`NotAState`], and nothing is taken.
    pub fn gather(&mut self, parts: &[Part]) -> Result<Gathered, NotAState> {
        let (n, state) = (self.challenge.work.side(), self.next);
        let mut row = 0;
        for part in parts {
            let rows = part.words.len() / n;
            let leaves = if state == 0 { 0 } else { rows };
            let fits = part.state == state
                && part.first as usize == row
                && part.words.len() == rows * n
                && part.leaves.len() == leaves;
            if !fits {
                break;
            }
            row += rows;
        }
        if row != n || parts.iter().map(|part| part.words.len()).sum::<usize>() != n * n {
            return Err(NotAState { state, row: u32::try_from(row).unwrap_or(u32::MAX) });
        }
        if let Some(checkpoint) = self.ahead.take() {
            let state = checkpoint.state();
            let (x, leaves) = checkpoint.into_parts();
            (self.next, self.leaves) = (state + 1, leaves);
            return Ok(Gathered::State { state, x });
        }
        self.next += 1;
        self.leaves.extend(parts.iter().flat_map(|part| &part.leaves));
        let whole: Vec<u32> = parts.iter().flat_map(|part| &part.words).copied().collect();
        if let Some(states) = self.states.as_mut().filter(|_| state > 0) {
            states.push(whole.clone());
        }
        if state < self.challenge.work.rounds() {
            return Ok(Gathered::State { state, x: whole });
        }
        let leaves = core::mem::take(&mut self.leaves);
        let tree = MerkleTree::new(leaves).map_err(|_| NotAState { state, row: 0 })?;
        let chain = Chain::new(self.challenge);
        let committed = Committed::new(self.challenge, chain, tree, self.states.take());
        Ok(Gathered::Committed(Box::new(committed)))
    }
}
