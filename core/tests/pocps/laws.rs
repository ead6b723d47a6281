//! What holds for every seed, beacon and size.

use pinfi_core::pocps::{OpenedRow, Response, Retain, RowId, verify};
use proptest::prelude::*;

use crate::support::{Forger, Q, beacon, challenge, honest, naive_states, prove};

/// Every word and every node of a response, each to be flipped in its turn.
fn flip(response: &mut Response, place: prop::sample::Index, bit: u32) {
    let opened = |row: &OpenedRow| row.row.len() + row.path.len() * 32;
    let lengths: Vec<usize> = response
        .openings
        .iter()
        .flat_map(|o| [o.state.as_ref().map_or(0, opened), opened(&o.next)])
        .collect();
    let mut at = place.index(lengths.iter().sum());
    for (index, length) in lengths.into_iter().enumerate() {
        if at >= length {
            at -= length;
            continue;
        }
        let opening = &mut response.openings[index / 2];
        let row = match (&mut opening.state, index % 2) {
            (Some(state), 0) => state,
            _ => &mut opening.next,
        };
        match at.checked_sub(row.row.len()) {
            None => row.row.0[at] ^= 1 << bit,
            Some(byte) => row.path[byte / 32][byte % 32] ^= 1 << (bit % 8),
        }
        return;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn law_fast_chain_equals_the_slow_one(seed: u64, side in 0u32..7, rounds in 0u32..4) {
        let challenge = challenge(1 << side, 1 << rounds, seed);
        let committed = prove(challenge, Retain::ALL, 8);
        for (state, rows) in (1..).zip(naive_states(&challenge)) {
            for (row, words) in (0..).zip(&rows) {
                prop_assert_eq!(committed.row(RowId { state, row }), Some(&words[..]));
            }
        }
    }

    #[test]
    fn law_an_honest_proof_passes(seed: u64, number: u64, side in 0u32..7, rounds in 0u32..4) {
        let challenge = challenge(1 << side, 1 << rounds, seed);
        let (beacon, response) = honest(challenge, number);
        prop_assert_eq!(verify(&challenge, beacon, Q, &response), Ok(()));
    }

    #[test]
    fn law_any_flipped_bit_is_rejected(
        seed: u64, number: u64, place: prop::sample::Index, bit in 0u32..32,
    ) {
        let challenge = challenge(16, 4, seed);
        let (beacon, mut response) = honest(challenge, number);
        flip(&mut response, place, bit);
        prop_assert!(verify(&challenge, beacon, Q, &response).is_err());
    }
}

/// A prover with a wrong fraction f of entries passes q samples with probability (1 − f)^q.
#[test]
fn law_detection_follows_the_wrong_fraction() {
    const BEACONS: u32 = 4_000;
    let challenge = challenge(8, 4, 11);
    for (wrong_rows, q) in [(1u32, 8u32), (4, 4), (8, 2), (8, 8)] {
        // Only the last state: nothing follows from it, so no other entry becomes wrong.
        let mut states = naive_states(&challenge);
        for row in states.last_mut().unwrap().iter_mut().take(wrong_rows as usize) {
            row.iter_mut().for_each(|word| *word ^= 0x8000_0000);
        }
        let forger = Forger::new(challenge, states);
        let passed = (0..BEACONS)
            .filter(|&number| {
                let beacon = beacon(u64::from(number));
                verify(&challenge, beacon, q, &forger.open(beacon, q)).is_ok()
            })
            .count();
        let fraction = f64::from(wrong_rows) / f64::from(8 * 4);
        let expected = (1.0 - fraction).powi(q.cast_signed());
        let observed = f64::from(u32::try_from(passed).unwrap()) / f64::from(BEACONS);
        let deviation = (expected * (1.0 - expected) / f64::from(BEACONS)).sqrt();
        assert!(
            (observed - expected).abs() < 4.0 * deviation,
            "{wrong_rows} wrong rows, {q} samples: passes {observed}, expected {expected}"
        );
    }
}
