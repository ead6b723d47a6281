//! Proofs of computing power: the two phases, on the CPU and on the GPU.

mod cpu;
mod gpu;
mod task;

pub use cpu::CpuProof;
pub use gpu::{Gpu, GpuProof};
