//! The seed's encoding and the wire forms.

use alloy_primitives::{Address, B256, U256, keccak256};
use pinfi_core::pocps::{
    Format, Origin, Response, Row, SeedInputs, Transcript, Work, mix, round_term,
};

use crate::support::{Q, challenge, honest};

fn inputs() -> SeedInputs {
    SeedInputs {
        chain_id: U256::from(31_337),
        contract: Address::repeat_byte(0xaa),
        stake: U256::from(5),
        provider: Address::repeat_byte(0xbb),
        epoch: U256::from(77),
        randomness: B256::repeat_byte(0xcc),
    }
}

#[test]
fn row_refused_when_bytes_are_no_whole_words() {
    assert!(serde_json::from_str::<Row>("\"0x010203\"").is_err());
    assert!(postcard::from_bytes::<Row>(&[3, 1, 2, 3]).is_err());
}

#[test]
fn work_refused_when_the_wire_says_no_power_of_two() {
    assert!(serde_json::from_str::<Work>("{\"n\": 9, \"rounds\": 2}").is_err());
    assert!(postcard::from_bytes::<Work>(&[8, 3]).is_err());
}

#[test]
fn transcript_refused_when_the_form_is_unknown() {
    assert!(serde_json::from_str::<Format>("\"PinFi.PoCPS.transcript.v0\"").is_err());
}

#[test]
fn seed_is_the_hash_of_the_abi_encoding() {
    // abi.encode: seven words, the first the offset of the string's length and bytes.
    let word = |n: u64| B256::from(U256::from(n));
    let mut text = [0; 32];
    text[..14].copy_from_slice(b"PinFi.PoCPS.v1");
    let words = [
        word(7 * 32),
        word(31_337),
        Address::repeat_byte(0xaa).into_word(),
        word(5),
        Address::repeat_byte(0xbb).into_word(),
        word(77),
        B256::repeat_byte(0xcc),
        word(14),
        B256::from(text),
    ];
    assert_eq!(inputs().seed(), keccak256(words.concat()));
}

#[test]
fn seed_differs_when_any_input_does() {
    let base = inputs();
    let one = U256::from(1);
    let others = [
        SeedInputs { chain_id: one, ..base },
        SeedInputs { contract: Address::ZERO, ..base },
        SeedInputs { stake: one, ..base },
        SeedInputs { provider: Address::ZERO, ..base },
        SeedInputs { epoch: one, ..base },
        SeedInputs { randomness: B256::ZERO, ..base },
    ];
    for other in others {
        assert_ne!(other.seed(), base.seed(), "{other:?}");
    }
}

#[test]
fn mix_is_the_stated_sequence() {
    let stated = |mut z: u32| {
        z ^= z >> 16;
        z = z.wrapping_mul(0x7feb_352d);
        z ^= z >> 15;
        z = z.wrapping_mul(0x846c_a68b);
        z ^ (z >> 16)
    };
    for z in [0, 1, 0xffff, 0x1_0000, u32::MAX] {
        assert_eq!(mix(z), stated(z));
        assert_eq!(round_term(z, 3), stated(z.wrapping_add(0x9e37_79b9_u32.wrapping_mul(3))));
    }
}

#[test]
fn entries_equal_their_rows_and_columns() {
    for n in [2, 4, 8, 32] {
        let challenge = challenge(n, 2, 4);
        for r in 0..n {
            for (c, word) in (0..).zip(challenge.x0_row(r)) {
                assert_eq!(challenge.x0_entry(r, c), word, "({r}, {c}) at n = {n}");
            }
        }
        assert_ne!(challenge.x0_row(1), challenge.w_column(1));
    }
}

#[test]
fn response_survives_the_wire_compactly() {
    let (_, response) = honest(challenge(64, 4, 1), 1);
    let bytes = postcard::to_allocvec(&response).unwrap();
    assert_eq!(postcard::from_bytes::<Response>(&bytes).unwrap(), response);
    let rows = response.openings.iter().map(|o| 1 + usize::from(o.state.is_some())).sum::<usize>();
    // A row of 64 words, a path of 8 nodes, and at most 24 bytes of lengths and places.
    let bound = 34 + rows * (64 * 4 + 8 * 33 + 24);
    assert!(bytes.len() <= bound, "{} bytes, bound {bound}", bytes.len());
}

#[test]
fn transcript_survives_json_and_checks_again() {
    let origin = Origin::Inputs(inputs());
    let work = Work::new(16, 2).unwrap();
    let challenge = pinfi_core::pocps::Challenge { seed: origin.seed(), work };
    let (beacon, response) = honest(challenge, 3);
    let transcript = Transcript::record(origin, work, Q, response.root, beacon, response.clone());
    let json = serde_json::to_string(&transcript).unwrap();
    assert!(json.contains("PinFi.PoCPS.transcript.v1"));
    let read: Transcript = serde_json::from_str(&json).unwrap();
    assert_eq!(read, transcript);
    assert_eq!(read.check(), Ok(transcript.outcome));
}
