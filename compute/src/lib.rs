//! Proofs of computing power on the GPU, by wgpu.
