//! Verdicts as files: what a verifier keeps of a game, and what anyone reads from it again.

use alloy_primitives::B256;
use pinfi_core::Error;
use pinfi_core::game::{GameFormat, GameTranscript, GameTranscriptError, ProofRecord, Verdict};
use pinfi_core::pocps::{Fault, Opening, Which};
use pinfi_core::scenario;
use pinfi_core::units::EpochId;

use crate::market::{Market, POOL};
use crate::table::{
    DISPUTE, FIRST, Q, accused, answer, challenge, committed, convict, honest, opening, prove,
    record, table,
};

const FAILED: &str = include_str!("../../../tests/vectors/transcripts/failed.json");
const PROVED: &str = include_str!("../../../tests/vectors/transcripts/proved.json");

/// What can be read from the ledger before its verdict: a verifier adds what was opened.
fn transcript(market: &Market, epoch: EpochId, verdict: Verdict) -> GameTranscript {
    let game = market.ledger.game();
    let committed = answer(market, FIRST, epoch);
    let randomness = game.epoch(POOL).unwrap().randomness;
    let proofs = committed.accusations.iter();
    GameTranscript {
        format: GameFormat::V1,
        inputs: market.ledger.seed_inputs(FIRST, epoch, randomness).unwrap(),
        params: market.ledger.pool(POOL).unwrap().params().pocps,
        root: committed.root,
        beacon: committed.beacon,
        openings: Vec::new(),
        proofs: proofs
            .map(|(sample, made)| ProofRecord {
                sample: *sample,
                beacon: made.beacon,
                opening: None,
            })
            .collect(),
        verdict,
        transaction: Some(B256::repeat_byte(0x77)),
    }
}

/// An accused commitment, with its transcript and the honest opening of sample 7.
fn game() -> (Market, EpochId, GameTranscript, Opening) {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    let beacon = accused(&mut market, epoch, 7);
    record(&mut market, FIRST, epoch, Q).unwrap();
    let kept = transcript(&market, epoch, Verdict::NotProved { sample: 7 });
    (market, epoch, kept, opening(&mut proof, beacon, 7))
}

fn opened(kept: &GameTranscript, opening: Opening, verdict: Verdict) -> GameTranscript {
    let mut kept = GameTranscript { verdict, ..kept.clone() };
    kept.proofs[0].opening = Some(opening);
    kept
}

fn replayed(kept: &GameTranscript) -> Result<String, String> {
    let json = serde_json::to_string(kept).unwrap();
    scenario::replay(&json).map(|summary| summary.to_string()).map_err(|error| error.to_string())
}

#[test]
fn check_of_another_verdict_is_refused() {
    let (_, _, kept, opening) = game();
    let claims = opened(&kept, opening, Verdict::NotProved { sample: 7 });
    let refused = GameTranscriptError::WrongVerdict { found: Verdict::Passed };
    assert_eq!(claims.check(), Err(refused));
    assert_eq!(replayed(&claims).unwrap_err(), "the transcript's own content gives Passed");
}

#[test]
fn check_of_parameters_that_no_pool_has_is_refused() {
    let (_, _, mut kept, _) = game();
    kept.params.n = 65;
    assert_eq!(kept.check(), Err(GameTranscriptError::BadParameter("n")));
}

#[test]
fn check_of_a_seed_made_of_something_else_fails_the_proof() {
    let (_, _, kept, opening) = game();
    let mut other = opened(&kept, opening, Verdict::Passed);
    other.inputs.randomness = B256::ZERO;
    let found = other.check().unwrap_err();
    let GameTranscriptError::WrongVerdict { found: Verdict::Failed(fault) } = found else {
        panic!("{found}")
    };
    assert!(matches!(fault, Fault::WrongEntry { s: 7, .. }), "{fault}");
}

#[test]
fn check_without_the_proof_that_the_beacon_asks_for_is_not_proved() {
    let (_, _, kept, _) = game();
    let proofs = Vec::new();
    let mut kept = GameTranscript { proofs, verdict: Verdict::Passed, ..kept };
    assert_eq!(kept.check(), Ok(Verdict::Passed), "this beacon does not ask");
    let asks = (0..).map(|n: u64| B256::from(alloy_primitives::U256::from(n)));
    let asks = asks.into_iter().find(|b| pinfi_core::pocps::is_proof_due(kept.root, *b, Q));
    kept.beacon = asks;
    assert_eq!(kept.judge(), Ok(Verdict::NotProved { sample: Q }));
}

#[test]
fn a_transcript_of_each_verdict_says_what_the_ledger_said() {
    let (market, epoch, kept, opening) = game();
    let mut silent = market.clone();
    silent.wait(DISPUTE);
    convict(&mut silent, FIRST, epoch, 7).unwrap();
    assert_eq!(
        replayed(&kept).unwrap(),
        "sample 7 was not proved; published: 0 openings where 32 are asked"
    );

    let mut proved = market.clone();
    prove(&mut proved, FIRST, epoch, 7, opening.clone()).unwrap();
    let mut published = opened(&kept, opening.clone(), Verdict::Passed);
    let beacon = kept.beacon.unwrap();
    published.openings = honest(challenge(&market, FIRST)).open(beacon, Q).openings;
    assert_eq!(
        replayed(&published).unwrap(),
        "the commitment passed; all published openings are right"
    );

    let mut wrong = opening;
    wrong.next.row.0[0] ^= 1;
    let mut failed = market;
    prove(&mut failed, FIRST, epoch, 7, wrong.clone()).unwrap();
    let fault = Fault::NotCommitted { s: 7, which: Which::Next };
    let failed = opened(&kept, wrong, Verdict::Failed(fault));
    assert_eq!(failed.check(), Ok(Verdict::Failed(fault)));
}

#[test]
fn a_malformed_proof_of_a_game_never_reaches_a_verdict() {
    let (mut market, epoch, _, mut opening) = game();
    opening.sample.i ^= 1;
    let refused = prove(&mut market, FIRST, epoch, 7, opening);
    assert!(matches!(refused, Err(Error::MalformedResponse(_))), "{refused:?}");
}

/// The kept files are of this very game: who changes the form or the rules finds out.
#[test]
fn the_kept_files_are_what_the_game_writes() {
    let (_, _, kept, opening) = game();
    let mut wrong = opening.clone();
    wrong.next.row.0[0] ^= 1;
    let fault = Fault::NotCommitted { s: 7, which: Which::Next };
    let failed = opened(&kept, wrong, Verdict::Failed(fault));
    let proved = opened(&kept, opening, Verdict::Passed);
    for (name, file, transcript) in [("failed", FAILED, failed), ("proved", PROVED, proved)] {
        let text = serde_json::to_string_pretty(&transcript).unwrap() + "\n";
        if std::env::var_os("PINFI_BLESS").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/transcripts");
            std::fs::write(format!("{folder}/{name}.json"), &text).unwrap();
        } else {
            assert_eq!(text, file, "{name}.json");
        }
        assert!(scenario::replay(&text).is_ok());
    }
}
