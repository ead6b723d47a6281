//! The transcript that the JavaScript tests check is one that the core records.

use alloy_primitives::B256;
use pinfi_core::pocps::{ChainProver, Challenge, Origin, Retain, Transcript, Work};

const KEPT: &str = include_str!("transcript.json");

#[test]
fn transcript_kept_is_what_the_core_records() {
    let seed = B256::repeat_byte(0x51);
    let beacon = B256::repeat_byte(0xbe);
    let work = Work::new(16, 4).unwrap();
    let mut prover = ChainProver::new(Challenge { seed, work }, Retain::ALL);
    let mut committed = loop {
        if let Some(committed) = prover.step(64) {
            break committed;
        }
    };
    let response = committed.open(beacon, 4);
    let root = response.root;
    let recorded = Transcript::record(Origin::Seed(seed), work, 4, root, beacon, response);
    let kept: Transcript = serde_json::from_str(KEPT).unwrap();
    assert_eq!(kept, recorded);
}
