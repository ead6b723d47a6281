//! The prover on the CPU: commits, and once there is a beacon, opens.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use alloy_primitives::B256;

use super::chain::{Advanced, Chain, Progress};
use super::checkpoint::Checkpoint;
use super::merkle::{MerkleTree, leaf};
use super::opening::{Response, Row, respond};
use super::sample::{RowId, Sample, draw, rows_to_open};
use super::work::Challenge;

/// How much memory a prover may spend on keeping the states until they are opened.
///
/// Where they don't fit, nothing is kept and opening computes the chain a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retain {
    /// The limit in bytes, beside the four matrices of the work itself.
    pub bytes: u64,
}

impl Retain {
    /// Keeps every state.
    pub const ALL: Self = Self { bytes: u64::MAX };
    /// Keeps no state.
    pub const NONE: Self = Self { bytes: 0 };

    pub(crate) const fn fits(self, challenge: &Challenge) -> bool {
        let states = challenge.work.rounds() as u64;
        challenge.work.state_bytes().saturating_mul(states) <= self.bytes
    }
}

/// The first phase: computes the chain a few rows at a time and commits to it.
///
/// Dropping it between two steps cancels the work.
#[derive(Clone, Debug)]
pub struct ChainProver {
    challenge: Challenge,
    chain: Chain,
    leaves: Vec<B256>,
    /// X_1 on, where they are kept.
    states: Option<Vec<Vec<u32>>>,
}

impl ChainProver {
    /// Takes a challenge; nothing is computed yet. The first step allocates 16·n² bytes.
    #[must_use]
    pub fn new(challenge: Challenge, retain: Retain) -> Self {
        let states = retain.fits(&challenge).then(Vec::new);
        Self { challenge, chain: Chain::new(challenge), leaves: Vec::new(), states }
    }

    /// Goes on from a checkpoint. The states before it are not there, so none is kept and opening
    /// computes the chain again.
    #[must_use]
    pub fn resume(checkpoint: Checkpoint) -> Self {
        let (challenge, state) = (checkpoint.challenge(), checkpoint.state());
        let (x, leaves) = checkpoint.into_parts();
        Self { challenge, chain: Chain::ahead(challenge, state, x), leaves, states: None }
    }

    /// Copies what another prover could go on from: the last whole state. None before the first and
    /// after the last.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let (state, x) = self.chain.complete()?;
        let leaves = self.leaves.get(..state as usize * self.challenge.work.side())?;
        Checkpoint::new(self.challenge, state, x.to_vec(), leaves.to_vec()).ok()
    }

    /// Gives the rows done and in all.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.chain.progress()
    }

    /// Computes the whole chain on this thread.
    #[must_use]
    pub fn finish(mut self) -> Committed {
        loop {
            if let Some(committed) = self.step(u32::MAX) {
                return committed;
            }
        }
    }

    /// Computes about `rows` more rows, 2·n² integer operations each and at least 8 of them, and
    /// gives the commitment when these were the last. Further steps give none.
    pub fn step(&mut self, rows: u32) -> Option<Committed> {
        let n = self.challenge.work.side();
        let until = self.progress().done.saturating_add(u64::from(rows.max(1)));
        while self.progress().done < until {
            match self.chain.advance() {
                Advanced::Expansion => {}
                Advanced::End => return None,
                Advanced::Rows { rows, complete, .. } => {
                    self.leaves.extend(rows.chunks_exact(n).map(leaf));
                    let Some(state) = complete else { continue };
                    if let Some(states) = &mut self.states {
                        states.push(state.to_vec());
                    }
                }
            }
            if let Some(committed) = self.commit() {
                return Some(committed);
            }
        }
        None
    }

    fn commit(&mut self) -> Option<Committed> {
        let Progress { done, total } = self.progress();
        if done < total {
            return None;
        }
        let tree = MerkleTree::new(core::mem::take(&mut self.leaves)).ok()?;
        let states = self.states.take();
        Some(Committed::new(self.challenge, self.chain.take(), tree, states))
    }
}

/// Between the phases: the chain is computed, its root can be committed.
#[derive(Clone, Debug)]
pub struct Committed {
    challenge: Challenge,
    chain: Chain,
    tree: MerkleTree,
    states: Option<Vec<Vec<u32>>>,
}

impl Committed {
    pub(crate) const fn new(
        challenge: Challenge,
        chain: Chain,
        tree: MerkleTree,
        states: Option<Vec<Vec<u32>>>,
    ) -> Self {
        Self { challenge, chain, tree, states }
    }

    /// Gives the challenge that was worked on.
    #[must_use]
    pub const fn challenge(&self) -> Challenge {
        self.challenge
    }

    /// Gives the root to commit to.
    #[must_use]
    pub const fn root(&self) -> B256 {
        self.tree.root()
    }

    /// Gives a row of a state, n words; none where the states were not kept.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<&[u32]> {
        let n = self.challenge.work.side();
        let state = self.states.as_ref()?.get(id.state.checked_sub(1)? as usize)?;
        state.chunks_exact(n).nth(id.row as usize)
    }

    /// Begins the second phase: the opening of the `q` samples that the beacon draws.
    #[must_use]
    pub fn opener(&mut self, beacon: B256, q: u32) -> Opener<'_> {
        self.opener_of(draw(self.challenge.work, self.tree.root(), beacon, q))
    }

    /// Begins the opening of the one sample `s` that a beacon draws, as an accusation asks for it.
    #[must_use]
    pub fn sample_opener(&mut self, beacon: B256, s: u32) -> Opener<'_> {
        self.opener_of(vec![Sample::draw(self.challenge.work, self.tree.root(), beacon, s)])
    }

    fn opener_of(&mut self, samples: Vec<Sample>) -> Opener<'_> {
        let wanted = rows_to_open(&samples);
        let kept = |id: &RowId| Some((*id, Row(self.row(*id)?.to_vec())));
        let rows = wanted.iter().filter_map(kept).collect();
        self.chain.rewind();
        Opener { committed: self, samples, wanted, rows }
    }

    /// Opens the `q` samples that the beacon draws, in one go.
    #[must_use]
    pub fn open(&mut self, beacon: B256, q: u32) -> Response {
        let mut opener = self.opener(beacon, q);
        loop {
            if let Some(response) = opener.step(u32::MAX) {
                return response;
            }
        }
    }
}

/// The second phase: finds the rows to open, computing the chain again where it was not kept.
///
/// Dropping it between two steps cancels the work; the commitment can be opened anew.
#[derive(Debug)]
pub struct Opener<'a> {
    committed: &'a mut Committed,
    samples: Vec<Sample>,
    wanted: BTreeSet<RowId>,
    rows: BTreeMap<RowId, Row>,
}

impl Opener<'_> {
    /// Gives the rows done and in all; all at once where the states were kept.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let Progress { done, total } = self.committed.chain.progress();
        let done = if self.rows.len() == self.wanted.len() { total } else { done };
        Progress { done, total }
    }

    /// Computes about `rows` more rows and gives the response when nothing is missing any more.
    pub fn step(&mut self, rows: u32) -> Option<Response> {
        let n = self.committed.challenge.work.side();
        let chain = &mut self.committed.chain;
        let until = chain.progress().done.saturating_add(u64::from(rows.max(1)));
        while self.rows.len() < self.wanted.len() && chain.progress().done < until {
            if let Advanced::Rows { state, range, rows, .. } = chain.advance() {
                for (row, words) in (0..).skip(range.start).zip(rows.chunks_exact(n)) {
                    let id = RowId { state, row };
                    if self.wanted.contains(&id) {
                        self.rows.insert(id, Row(words.to_vec()));
                    }
                }
            }
        }
        let Committed { challenge, tree, .. } = &*self.committed;
        respond(challenge.work, tree, &self.samples, &self.rows).ok()
    }
}
