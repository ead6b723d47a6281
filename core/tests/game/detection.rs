//! How often provers that do not do all of the work are found out: by simulation, against what
//! PROTOCOL 5.2 states.

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, mix, round_term, verify};

use crate::provers::{Forger, States, beacon, challenge, naive_states};

const N: u32 = 16;
const ROUNDS: u32 = 8;
const BEACONS: u32 = 1_500;

/// The share of beacons under which a forger passes q samples.
fn passes(forger: &Forger, q: u32) -> f64 {
    let passed = (0..BEACONS).filter(|&number| {
        let beacon: B256 = beacon(u64::from(number));
        verify(&forger.challenge, beacon, q, &forger.open(beacon, q)).is_ok()
    });
    f64::from(u32::try_from(passed.count()).unwrap()) / f64::from(BEACONS)
}

/// Four standard deviations of such a share.
fn tolerance(expected: f64) -> f64 {
    4.0 * (expected * (1.0 - expected) / f64::from(BEACONS)).sqrt()
}

/// Computes on from a state, from round `k` on, as an honest prover would.
fn go_on(challenge: &Challenge, states: &mut States, k: u32) {
    for k in k..ROUNDS {
        let x = states[k as usize - 1].clone();
        let next = &mut states[k as usize];
        for r in 0..N {
            let column = challenge.w_column(r);
            for c in 0..N {
                let product = x[c as usize]
                    .iter()
                    .zip(&column)
                    .fold(0u32, |sum, (a, b)| sum.wrapping_add(a.wrapping_mul(*b)));
                let term = round_term(challenge.x0_entry(r, c), k);
                next[r as usize][c as usize] = mix(product.wrapping_add(term));
            }
        }
    }
}

/// Defence: every entry is as likely to be sampled as any other.
#[test]
fn attack_garbage_rows() {
    let challenge = challenge(N, ROUNDS, 5);
    for (garbage, q) in [(1usize, 32u32), (4, 16), (16, 32)] {
        let mut states = naive_states(&challenge);
        // The last state: nothing follows from it, so that no other entry is wrong.
        for row in states.last_mut().unwrap().iter_mut().take(garbage) {
            row.iter_mut().for_each(|word| *word = !*word);
        }
        let f = garbage as f64 / f64::from(N * ROUNDS);
        let expected = (1.0 - f).powi(q.cast_signed());
        let observed = passes(&Forger::new(challenge, states), q);
        let off = (observed - expected).abs();
        assert!(off < tolerance(expected), "{garbage} rows: {observed}, expected {expected}");
    }
}

/// Defence: X0 comes in again each round, so that a forged state makes one product free and not all
/// that follow; and the check is of single entries, so that one wrong transition is always seen.
#[test]
fn attack_a_forged_low_rank_or_zero_state_in_mid_chain() {
    let challenge = challenge(N, ROUNDS, 6);
    let forged_at = 4;
    let zero: fn(u32, u32) -> u32 = |_, _| 0;
    let rank_one: fn(u32, u32) -> u32 = |r, c| (r + 1).wrapping_mul(2 * c + 1);
    for (name, forge) in [("zero", zero), ("low rank", rank_one)] {
        let mut states = naive_states(&challenge);
        for (r, row) in (0..).zip(&mut states[forged_at - 1]) {
            for (c, word) in (0..).zip(row) {
                *word = forge(r, c);
            }
        }
        go_on(&challenge, &mut states, 4);
        // The product after the forged state is free for who made it; the one after that is not:
        // its operand is of full rank again.
        assert!(rank_mod_2(&states[forged_at]) + 4 > N as usize, "{name}: full but for chance");
        let forger = Forger::new(challenge, states);
        // Skipped: the product before and the one after, two of eight. The first transition is wrong
        // in all but a few entries.
        for q in [8u32, 16] {
            let skipped = 2.0 / f64::from(ROUNDS);
            let bound = (1.0 - skipped / 3.0).powi(q.cast_signed());
            let expected = (1.0 - 1.0 / f64::from(ROUNDS)).powi(q.cast_signed());
            let observed = passes(&forger, q);
            assert!((observed - expected).abs() < tolerance(expected) + 0.01, "{name}: {observed}");
            assert!(observed < bound + tolerance(bound), "{name}: {observed} over {bound}");
        }
    }
}

/// The rank of a state's lowest bits: of a random one, N but for two or three.
fn rank_mod_2(state: &[Vec<u32>]) -> usize {
    let mut rows: Vec<u32> =
        state.iter().map(|row| row.iter().fold(0, |bits, word| bits << 1 | word & 1)).collect();
    let mut rank = 0;
    for bit in 0..N {
        let Some(pivot) = (rank..rows.len()).find(|&r| rows[r] >> bit & 1 == 1) else { continue };
        rows.swap(rank, pivot);
        let top = rows[rank];
        for row in rows.iter_mut().skip(rank + 1).filter(|row| **row >> bit & 1 == 1) {
            *row ^= top;
        }
        rank += 1;
    }
    rank
}
