//! One chain computed by several workers, each the same rows of every state.
//!
//! What they say to each other is a whole state a round: a row of the next state needs all of the
//! one before. At n = 1 024 that is 4 MB for every 2 billion operations.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use alloy_primitives::B256;

use super::chain::expand_rows;
use super::gemm::{BAND, BAND_ROWS, next_rows};
use super::merkle::leaf;
use super::work::{Challenge, Work};

/// Computes its rows of every state, each from the whole state before.
#[derive(Clone, Debug)]
pub struct Share {
    challenge: Challenge,
    rows: Range<u32>,
    /// The columns of W that its rows need.
    w: Vec<u32>,
    x0: Vec<u32>,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// The first `done` of its rows of X_0 are there.
    Expand { done: usize },
    /// X_`state` is there for all it knows; the others' rows of it are awaited.
    Wait { state: u32 },
    /// X_k is there, and the first rows of X_{k+1}, as many as `next` holds.
    Round { k: u32, x: Vec<u32>, next: Vec<u32>, done: usize },
}

/// Some rows of a state, as one [`Share`] gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which state: 0 for X_0, the expansion.
    pub state: u32,
    /// The first of its rows.
    pub first: u32,
    /// The rows, n words each.
    pub words: Vec<u32>,
    /// The leaf of each row; none of X_0, which nobody commits to.
    pub leaves: Vec<B256>,
}

/// Why a share can't be computed or go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The rows are not one of the work's shares.
    #[error("rows {first} to {end} are no share of a matrix with side {n}")]
    BadRows {
        /// The first row.
        first: u32,
        /// The row after the last.
        end: u32,
        /// The matrix side.
        n: u32,
    },
    /// A whole state is n·n words.
    #[error("a state has {expected} words, not {found}")]
    BadState {
        /// n·n.
        expected: usize,
        /// The words given.
        found: usize,
    },
    /// It is no state that it waits for: it computes yet, or is past it, or there is none after it.
    #[error("no such state is awaited")]
    NotAwaited,
}

impl Work {
    /// Cuts the rows of a state into shares for `workers`, as even as bands of 8 rows allow; fewer
    /// than asked for where there are fewer bands.
    #[must_use]
    pub fn shares(self, workers: u32) -> Vec<Range<u32>> {
        let bands = (self.n() / BAND_ROWS).max(1);
        let workers = workers.clamp(1, bands);
        // Bands are at most 2^12, so their product with as many workers fits.
        let bound = |worker: u32| match worker {
            _ if worker == workers => self.n(),
            _ => bands * worker / workers * BAND_ROWS,
        };
        (0..workers).map(|worker| bound(worker)..bound(worker + 1)).collect()
    }
}

impl Share {
    /// Takes a share of a challenge: one of those that [`Work::shares`] gives. Nothing is computed
    /// yet, but 8·n bytes a row are allocated.
    ///
    /// # Errors
    /// [`ShareError::BadRows`] for rows that are no whole bands of the matrix.
    pub fn new(challenge: Challenge, rows: Range<u32>) -> Result<Self, ShareError> {
        let n = challenge.work.n();
        let band = BAND_ROWS.min(n);
        let is_whole = rows.start.is_multiple_of(band) && rows.end.is_multiple_of(band);
        if !is_whole || rows.is_empty() || rows.end > n {
            return Err(ShareError::BadRows { first: rows.start, end: rows.end, n });
        }
        let words = rows.len() * challenge.work.side();
        let stage = Stage::Expand { done: 0 };
        Ok(Self { challenge, rows, w: vec![0; words], x0: vec![0; words], stage })
    }

    /// Counts its rows.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        (self.rows.end - self.rows.start) as u64
    }

    /// Counts the rows that are done of the state it is at.
    #[must_use]
    pub const fn done(&self) -> u64 {
        match &self.stage {
            Stage::Wait { .. } => 0,
            Stage::Expand { done } | Stage::Round { done, .. } => *done as u64,
        }
    }

    /// Computes about `rows` more rows of the state it is at, 2·n² integer operations each and at
    /// least 8 of them, and gives them all when these were the last.
    pub fn step(&mut self, rows: u32) -> Option<Part> {
        let n = self.challenge.work.side();
        let count = self.rows.len();
        let most = (rows as usize).div_ceil(BAND).saturating_mul(BAND).max(BAND);
        match &mut self.stage {
            Stage::Expand { done } => {
                let until = count.min(done.saturating_add(most));
                let words = *done * n..until * n;
                // The rows are at most 2^15.
                let first = self.rows.start + u32::try_from(*done).unwrap_or(u32::MAX);
                let (x0, w) = (&mut self.x0[words.clone()], &mut self.w[words]);
                expand_rows(&self.challenge, first, x0, w);
                *done = until;
                if until < count {
                    return None;
                }
                self.stage = Stage::Wait { state: 0 };
                Some(self.part(0, self.x0.clone(), Vec::new()))
            }
            Stage::Wait { .. } => None,
            Stage::Round { k, x, next, done } => {
                let until = count.min(done.saturating_add(most));
                while *done < until {
                    let words = *done * n..(*done + BAND.min(n)) * n;
                    let (w, x0) = (&self.w[words.clone()], &self.x0[words.clone()]);
                    next_rows(n, *k, w, x, x0, &mut next[words]);
                    *done += BAND.min(n);
                }
                if until < count {
                    return None;
                }
                let (state, words) = (*k + 1, core::mem::take(next));
                self.stage = Stage::Wait { state };
                let leaves = words.chunks_exact(n).map(leaf).collect();
                Some(self.part(state, words, leaves))
            }
        }
    }

    fn part(&self, state: u32, words: Vec<u32>, leaves: Vec<B256>) -> Part {
        Part { state, first: self.rows.start, words, leaves }
    }

    /// Goes on with what follows X_`state`, now that all of its rows are there: the state that it gave its
    /// part of last, or a later one, which somebody else has computed.
    ///
    /// # Errors
    /// [`ShareError`], and it waits as before.
    pub fn advance(&mut self, state: u32, x: Vec<u32>) -> Result<(), ShareError> {
        let n = self.challenge.work.side();
        let Stage::Wait { state: own } = self.stage else { return Err(ShareError::NotAwaited) };
        if state < own || state >= self.challenge.work.rounds() {
            return Err(ShareError::NotAwaited);
        }
        if x.len() != n * n {
            return Err(ShareError::BadState { expected: n * n, found: x.len() });
        }
        let next = vec![0; self.x0.len()];
        self.stage = Stage::Round { k: state, x, next, done: 0 };
        Ok(())
    }
}
