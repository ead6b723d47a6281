//! Whether a challenge fits a device, and how its memory is laid out.

use pinfi_core::pocps::Work;

/// The least side of a matrix: that of the smallest tile of the product.
pub(crate) const LEAST_SIDE: u32 = 64;
/// Invocations in one workgroup, and rows or blocks that it hashes.
pub(crate) const HASH_GROUP: u32 = 64;
/// The most a chunk of states takes, so that one allocation is not the whole memory.
const CHUNK_BYTES: u64 = 64 << 20;
/// A digest in bytes.
pub(crate) const LEAF_BYTES: u64 = 32;

/// Why a challenge cannot be worked on with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The matrices are smaller than one tile of the kernel.
    #[error("a matrix side of {n} is below the kernel's tile of {least}")]
    SideTooSmall {
        /// The side asked for.
        n: u32,
        /// The least that the kernel computes.
        least: u32,
    },
    /// One matrix is larger than what the device can bind to a kernel.
    #[error("a matrix takes {needed} bytes, the device binds at most {limit}")]
    BindingTooLarge {
        /// Bytes of one matrix.
        needed: u64,
        /// The device's limit in bytes.
        limit: u64,
    },
    /// One matrix is larger than any buffer of the device.
    #[error("a matrix takes {needed} bytes, the device's buffers at most {limit}")]
    BufferTooLarge {
        /// Bytes of one matrix.
        needed: u64,
        /// The device's limit in bytes.
        limit: u64,
    },
    /// The kernels need larger workgroups than the device has.
    #[error("the kernels need {needed} invocations in a workgroup, the device has {limit}")]
    WorkgroupTooLarge {
        /// Invocations of the largest workgroup.
        needed: u32,
        /// The device's limit.
        limit: u32,
    },
    /// The device has not enough free memory.
    #[error("the device has no {needed} bytes of memory free")]
    OutOfMemory {
        /// Bytes that were asked for.
        needed: u64,
    },
}

/// The layout of one proof in device memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) work: Work,
    /// States in one chunk; they are hashed together.
    pub(crate) chunk_states: u32,
    /// Whether every state is kept, in as many chunks as that takes.
    pub(crate) keep: bool,
}

impl Plan {
    /// Checks the work against a device's limits and lays it out.
    pub(crate) fn new(work: Work, limits: &wgpu::Limits, keep_bytes: u64) -> Result<Self, Refusal> {
        if work.n() < LEAST_SIDE {
            return Err(Refusal::SideTooSmall { n: work.n(), least: LEAST_SIDE });
        }
        let needed = HASH_GROUP;
        let limit =
            limits.max_compute_invocations_per_workgroup.min(limits.max_compute_workgroup_size_x);
        if limit < needed {
            return Err(Refusal::WorkgroupTooLarge { needed, limit });
        }
        let state = work.state_bytes();
        if state > limits.max_storage_buffer_binding_size {
            let limit = limits.max_storage_buffer_binding_size;
            return Err(Refusal::BindingTooLarge { needed: state, limit });
        }
        if state > limits.max_buffer_size {
            return Err(Refusal::BufferTooLarge { needed: state, limit: limits.max_buffer_size });
        }
        let chunk =
            CHUNK_BYTES.min(limits.max_storage_buffer_binding_size).min(limits.max_buffer_size);
        let fitting = u32::try_from((chunk / state).max(1)).unwrap_or(u32::MAX);
        let keep = u64::from(work.rounds()) * state <= keep_bytes;
        Ok(Self { work, chunk_states: fitting.min(work.rounds()), keep })
    }

    /// Counts the chunks that are allocated: all, or one to be filled while another is hashed.
    pub(crate) fn chunks(&self) -> u32 {
        let all = self.work.rounds().div_ceil(self.chunk_states);
        if self.keep { all } else { all.min(2) }
    }

    /// Gives the place of a chunk among those that are allocated.
    pub(crate) fn place(&self, index: u32) -> usize {
        (index % self.chunks()) as usize
    }

    /// Gives the size of one chunk in bytes.
    pub(crate) fn chunk_bytes(&self) -> u64 {
        u64::from(self.chunk_states) * self.work.state_bytes()
    }

    /// Gives the size of a chunk's leaves in bytes.
    pub(crate) fn leaves_bytes(&self) -> u64 {
        u64::from(self.chunk_states) * u64::from(self.work.n()) * LEAF_BYTES
    }

    /// Gives what the proof takes on the device in bytes.
    pub(crate) fn total_bytes(&self) -> u64 {
        4 * self.work.state_bytes()
            + u64::from(self.chunks()) * self.chunk_bytes()
            + 2 * self.leaves_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> wgpu::Limits {
        wgpu::Limits {
            max_storage_buffer_binding_size: 1 << 20,
            max_buffer_size: 1 << 20,
            ..Default::default()
        }
    }

    fn work(n: u32, rounds: u32) -> Work {
        Work::new(n, rounds).unwrap()
    }

    #[test]
    fn plan_refused_when_the_side_is_below_a_tile() {
        let refusal = Plan::new(work(32, 2), &limits(), 0).unwrap_err();
        assert_eq!(refusal, Refusal::SideTooSmall { n: 32, least: 64 });
    }

    #[test]
    fn plan_refused_when_a_matrix_cannot_be_bound() {
        let refusal = Plan::new(work(1024, 2), &limits(), 0).unwrap_err();
        assert_eq!(refusal, Refusal::BindingTooLarge { needed: 4 << 20, limit: 1 << 20 });
        assert_eq!(
            refusal.to_string(),
            "a matrix takes 4194304 bytes, the device binds at most 1048576"
        );
    }

    #[test]
    fn plan_refused_when_a_matrix_is_no_buffer() {
        let limits = wgpu::Limits { max_storage_buffer_binding_size: 1 << 30, ..limits() };
        let refusal = Plan::new(work(1024, 2), &limits, 0).unwrap_err();
        assert_eq!(refusal, Refusal::BufferTooLarge { needed: 4 << 20, limit: 1 << 20 });
    }

    #[test]
    fn plan_refused_when_workgroups_are_small() {
        let limits = wgpu::Limits { max_compute_invocations_per_workgroup: 32, ..limits() };
        let refusal = Plan::new(work(64, 2), &limits, 0).unwrap_err();
        assert_eq!(refusal, Refusal::WorkgroupTooLarge { needed: 64, limit: 32 });
    }

    #[test]
    fn plan_keeps_states_when_they_fit() {
        let state = 256 * 256 * 4;
        let kept = Plan::new(work(256, 16), &limits(), 16 * state).unwrap();
        assert_eq!((kept.chunk_states, kept.chunks(), kept.keep), (4, 4, true));
        let not_kept = Plan::new(work(256, 16), &limits(), 16 * state - 1).unwrap();
        assert_eq!((not_kept.chunk_states, not_kept.chunks(), not_kept.keep), (4, 2, false));
        assert_eq!(kept.total_bytes() - not_kept.total_bytes(), 8 * state);
        assert_eq!([0, 1, 2, 3].map(|index| kept.place(index)), [0, 1, 2, 3]);
        assert_eq!([0, 1, 2, 3].map(|index| not_kept.place(index)), [0, 1, 0, 1]);
    }
}
