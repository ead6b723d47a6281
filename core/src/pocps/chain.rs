//! The chain of states on the CPU, computed a few rows at a time.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::gemm::{BAND, next_rows};
use super::work::Challenge;

/// How far a prover is, in rows; rows of the expansion count like rows of the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// The states X_k and X_{k+1}, and how much of the latter is there.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    challenge: Challenge,
    /// W by columns: its transpose.
    w: Vec<u32>,
    x0: Vec<u32>,
    current: Vec<u32>,
    next: Vec<u32>,
    stage: Stage,
    /// A state to go on from once W and X_0 are there, with its number.
    ahead: Option<(u32, Vec<u32>)>,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The first `rows` rows of X_0 and columns of W are there.
    Expand { rows: usize },
    /// X_k is there, and the first `rows` rows of X_{k+1}.
    Round { k: u32, rows: usize },
    /// X_rounds is there.
    Done,
}

/// What one advance brought.
pub(crate) enum Advanced<'a> {
    /// Rows `range` of X_`state`; `complete` gives the whole state when these were its last.
    Rows { state: u32, range: Range<usize>, rows: &'a [u32], complete: Option<&'a [u32]> },
    /// A part of the expansion.
    Expansion,
    /// Nothing: the chain is done.
    End,
}

impl Chain {
    /// Takes a challenge; the first advance allocates the matrices.
    pub(crate) const fn new(challenge: Challenge) -> Self {
        Self {
            challenge,
            w: Vec::new(),
            x0: Vec::new(),
            current: Vec::new(),
            next: Vec::new(),
            stage: Stage::Expand { rows: 0 },
            ahead: None,
        }
    }

    /// Takes a challenge, and X_`state`, n·n words, to go on from; it is trusted.
    pub(crate) fn ahead(challenge: Challenge, state: u32, x: Vec<u32>) -> Self {
        Self { ahead: Some((state, x)), ..Self::new(challenge) }
    }

    fn allocate(&mut self) {
        let words = self.challenge.work.side() * self.challenge.work.side();
        for matrix in [&mut self.w, &mut self.x0, &mut self.current, &mut self.next] {
            *matrix = vec![0; words];
        }
    }

    /// Gives the matrices away and leaves a chain that is done.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            challenge: self.challenge,
            w: core::mem::take(&mut self.w),
            x0: core::mem::take(&mut self.x0),
            current: core::mem::take(&mut self.current),
            next: core::mem::take(&mut self.next),
            stage: core::mem::replace(&mut self.stage, Stage::Done),
            ahead: self.ahead.take(),
        }
    }

    /// Goes back to X_0, which is kept.
    pub(crate) fn rewind(&mut self) {
        if !matches!(self.stage, Stage::Expand { .. }) {
            self.start();
        }
    }

    /// Gives the last whole state after X_0 that is there, with its number; none after the last round.
    pub(crate) fn complete(&self) -> Option<(u32, &[u32])> {
        match self.stage {
            Stage::Round { k, .. } if k > 0 => Some((k, &self.current)),
            _ => None,
        }
    }

    fn start(&mut self) {
        let k = match self.ahead.take() {
            Some((state, x)) => {
                self.current = x;
                state
            }
            None => {
                self.current.copy_from_slice(&self.x0);
                0
            }
        };
        self.stage = Stage::Round { k, rows: 0 };
    }

    /// Advances by one band of rows.
    pub(crate) fn advance(&mut self) -> Advanced<'_> {
        let n = self.challenge.work.side();
        let band = BAND.min(n);
        match self.stage {
            Stage::Expand { rows } => {
                if rows == 0 {
                    self.allocate();
                }
                let words = rows * n..(rows + band) * n;
                let (x0, w) = (&mut self.x0[words.clone()], &mut self.w[words]);
                // A side fits 32 bits.
                expand_rows(&self.challenge, u32::try_from(rows).unwrap_or(u32::MAX), x0, w);
                if rows + band == n {
                    self.start();
                } else {
                    self.stage = Stage::Expand { rows: rows + band };
                }
                Advanced::Expansion
            }
            Stage::Round { k, rows } => {
                let range = rows..rows + band;
                let words = range.start * n..range.end * n;
                let (w, x0) = (&self.w[words.clone()], &self.x0[words.clone()]);
                next_rows(n, k, w, &self.current, x0, &mut self.next[words.clone()]);
                if range.end < n {
                    self.stage = Stage::Round { k, rows: range.end };
                    let rows = &self.next[words];
                    return Advanced::Rows { state: k + 1, range, rows, complete: None };
                }
                core::mem::swap(&mut self.current, &mut self.next);
                self.stage = if k + 1 == self.challenge.work.rounds() {
                    Stage::Done
                } else {
                    Stage::Round { k: k + 1, rows: 0 }
                };
                let rows = &self.current[words];
                Advanced::Rows { state: k + 1, range, rows, complete: Some(&self.current) }
            }
            Stage::Done => Advanced::End,
        }
    }

    pub(crate) fn progress(&self) -> Progress {
        let n = self.challenge.work.side();
        let total = (1 + u64::from(self.challenge.work.rounds())) * n as u64;
        let done = match self.stage {
            Stage::Expand { rows } => rows as u64,
            Stage::Round { k, rows } => (1 + u64::from(k)) * n as u64 + rows as u64,
            Stage::Done => total,
        };
        Progress { done, total }
    }
}

/// Fills rows of X_0, from the row `first` on, and the columns of W with the same numbers.
pub(crate) fn expand_rows(challenge: &Challenge, first: u32, x0: &mut [u32], w: &mut [u32]) {
    let n = challenge.work.side();
    let columns = w.chunks_exact_mut(n);
    for (index, (row, column)) in (first..).zip(x0.chunks_exact_mut(n).zip(columns)) {
        challenge.fill_x0_row(index, row);
        challenge.fill_w_column(index, column);
    }
}
