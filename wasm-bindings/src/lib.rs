//! The PinFi core for JavaScript: thin exports, with a typed wrapper above them in `js/`.
//!
//! Whole quantities cross as `bigint`, refusals as an `Error` with a stable `code`.

mod error;
mod pool;
mod transcript;

pub use pool::Pool;
pub use transcript::verify_transcript;
