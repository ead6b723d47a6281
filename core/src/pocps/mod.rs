//! Proof-of-Computing-Power-Staking: the work, its commitment and the sampled check
//! (sections 5.1 and 5.2 of `docs/protocol.md`).
//!
//! A proof has two phases, because the places that are checked must not be known while the
//! work is done: the prover computes a chain of exact integer matrix products and commits to
//! every row of every state; only then is the beacon drawn, and it opens what the beacon asks.
//!
//! ```
//! use alloy_primitives::B256;
//! use pinfi_core::pocps::{Challenge, ChainProver, Retain, Work, verify};
//!
//! let challenge = Challenge { seed: B256::repeat_byte(7), work: Work::new(16, 4)? };
//! let mut prover = ChainProver::new(challenge, Retain::ALL);
//! let mut committed = loop {
//!     // A worker looks for messages between two steps.
//!     if let Some(committed) = prover.step(64) {
//!         break committed;
//!     }
//! };
//! let root = committed.root();
//! let beacon = B256::repeat_byte(9); // Drawn by the ledger once it has the root.
//! let response = committed.open(beacon, 32);
//! assert_eq!(response.root, root);
//! assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
//! # Ok::<(), pinfi_core::pocps::WorkError>(())
//! ```
//!
//! The many-party game of section 5.3 (epochs, accusations, bonds; `crate::game`) builds on
//! `verify_sample`: its `prove` is one call of it with a place drawn anew.

mod chain;
mod checkpoint;
mod expand;
mod gather;
mod gemm;
mod host;
mod merkle;
mod opening;
mod params;
mod prover;
mod sample;
mod seed;
mod share;
mod transcript;
mod vector;
mod verify;
mod work;

pub use chain::Progress;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use expand::{mix, round_term};
pub use gather::{Gathered, Gathering, NotAState};
pub use host::{BadIntensity, Intensity, Pace, Rhythm, WorkTooLarge};
pub use merkle::{MerkleTree, TreeError, fold_path, leaf};
pub use opening::{MissingRow, OpenedRow, Opening, Response, Row, respond};
pub use params::PocpsParams;
pub use prover::{ChainProver, Committed, Opener, Retain};
pub use sample::{RowId, Sample, draw, is_proof_due, rows_to_open};
pub use seed::SeedInputs;
pub use share::{Part, Share, ShareError};
pub use transcript::{Format, Origin, Outcome, Transcript, TranscriptError};
pub use verify::{Fault, Which, verify, verify_against, verify_sample};
pub use work::{Challenge, Work, WorkError};
