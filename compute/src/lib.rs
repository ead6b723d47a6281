//! Proofs of computing power on the GPU, by wgpu: one code for WebGPU in a browser, window or
//! worker, and for Vulkan, Metal and DX12.
//!
//! A proof has two phases, as in [`pinfi_core::pocps`]: [`prove`] computes the chain and gives
//! its root; once the ledger has drawn the beacon, [`Committed::open`] opens what it asks. Both
//! report progress, can be cancelled, and never occupy the device for long at a time.
//!
//! ```
//! use alloy_primitives::B256;
//! use pinfi_compute::{Gpu, Options, prove};
//! use pinfi_core::pocps::{Challenge, Work, verify};
//!
//! # pollster::block_on(async {
//! let gpu = Gpu::request().await?;
//! let challenge = Challenge { seed: B256::repeat_byte(7), work: Work::new(64, 4)? };
//! let options = Options::default();
//! let mut committed =
//!     prove(gpu.device(), gpu.queue(), challenge, &options, |_progress| {}).await?;
//! let root = committed.root(); // To the ledger, which then draws the beacon.
//! let beacon = B256::repeat_byte(9);
//! let response = committed.open(beacon, 32, |_progress| {}).await?;
//! assert_eq!(response.root, root);
//! assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod benchmark;
mod chain;
mod commit;
mod control;
mod error;
mod gpu;
mod hashing;
mod held;
mod kernels;
mod machine;
mod memory;
mod pace;
mod plan;
mod prover;
mod study;
mod tiling;
mod tune;
mod watch;
mod yardstick;

pub use benchmark::{Benchmark, benchmark};
pub use control::{Cancel, Observer, Options, Progress, Start};
pub use error::{DeviceFault, GpuError, ProveError};
pub use gpu::{Capabilities, Gpu};
pub use held::{Held, allocate};
pub use kernels::shaders;
pub use plan::Refusal;
pub use prover::{Committed, prove, prove_observed, prove_recovering};
pub use study::{Study, study};
pub use tiling::Tiling;
pub use tune::tune;
pub use watch::Watch;
pub use yardstick::yardsticks;
