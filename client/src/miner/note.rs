//! What a prover tells beside its answers.

use serde::{Deserialize, Serialize};

/// Something that happened on a proof's way, for people to read afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// It went on where it was cut off.
    Resumed {
        /// How many rounds were done.
        state: u32,
        /// How many there are.
        rounds: u32,
    },
    /// What was kept to go on from is of no use.
    SetAside {
        /// The cause's stable name.
        code: String,
        /// The cause in words.
        message: String,
    },
    /// What it could go on from could not be kept: cut off, it begins anew.
    Unkept {
        /// The cause's stable name.
        code: String,
        /// The cause in words.
        message: String,
    },
    /// The GPU was lost on the way.
    DeviceLost {
        /// What the host says.
        reason: String,
    },
}
