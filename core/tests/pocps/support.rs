//! The slow twin of the chain, written as the protocol's text has it, and provers that cheat.

use std::collections::BTreeMap;

use alloy_primitives::{B256, keccak256};
use pinfi_core::pocps::{
    ChainProver, Challenge, Committed, MerkleTree, Response, Retain, Row, RowId, Work, draw, leaf,
    mix, respond, round_term, rows_to_open,
};

pub(crate) const Q: u32 = 32;

pub(crate) fn challenge(n: u32, rounds: u32, seed: u64) -> Challenge {
    Challenge { seed: keccak256(seed.to_be_bytes()), work: Work::new(n, rounds).unwrap() }
}

pub(crate) fn beacon(number: u64) -> B256 {
    keccak256([b"beacon".as_slice(), &number.to_be_bytes()].concat())
}

/// The states X_1 to X_rounds, row by row.
pub(crate) type States = Vec<Vec<Vec<u32>>>;

pub(crate) fn naive_states(challenge: &Challenge) -> States {
    let n = challenge.work.n();
    let w: Vec<Vec<u32>> = (0..n).map(|c| challenge.w_column(c)).collect();
    let x0: Vec<Vec<u32>> = (0..n).map(|r| challenge.x0_row(r)).collect();
    let side = n as usize;
    let mut states = vec![x0.clone()];
    for k in 0..challenge.work.rounds() {
        let x = states.last().unwrap();
        let mut next = vec![vec![0u32; side]; side];
        for r in 0..side {
            for c in 0..side {
                let mut y = 0u32;
                for l in 0..side {
                    y = y.wrapping_add(x[c][l].wrapping_mul(w[r][l]));
                }
                next[r][c] = mix(y.wrapping_add(round_term(x0[r][c], k)));
            }
        }
        states.push(next);
    }
    states.remove(0);
    states
}

pub(crate) fn prove(challenge: Challenge, retain: Retain, step: u32) -> Committed {
    let mut prover = ChainProver::new(challenge, retain);
    loop {
        if let Some(committed) = prover.step(step) {
            return committed;
        }
    }
}

pub(crate) fn honest(challenge: Challenge, number: u64) -> (B256, Response) {
    let beacon = beacon(number);
    (beacon, prove(challenge, Retain::ALL, u32::MAX).open(beacon, Q))
}

/// Commits to any states whatever and opens them as an honest prover would.
pub(crate) struct Forger {
    pub(crate) challenge: Challenge,
    pub(crate) states: States,
    pub(crate) tree: MerkleTree,
}

impl Forger {
    pub(crate) fn new(challenge: Challenge, states: States) -> Self {
        let leaves = states.iter().flatten().map(|row| leaf(row)).collect();
        Self { challenge, states, tree: MerkleTree::new(leaves).unwrap() }
    }

    pub(crate) fn open(&self, beacon: B256, q: u32) -> Response {
        let work = self.challenge.work;
        let samples = draw(work, self.tree.root(), beacon, q);
        let row = |id: RowId| Row(self.states[id.state as usize - 1][id.row as usize].clone());
        let rows: BTreeMap<_, _> =
            rows_to_open(&samples).into_iter().map(|id| (id, row(id))).collect();
        respond(work, &self.tree, &samples, &rows).unwrap()
    }
}
