//! What a job may take of a provider's device. Everything is checked before anything runs.

use serde::{Deserialize, Serialize};
use web_time::Duration;

/// Mesa's GPU in software ends a shader's loops after 65 535 iterations and says nothing of it, so what it
/// gave would pass for a result.
const SOFTWARE_ITERATIONS: u32 = 1 << 15;

/// The most that a job may take. A provider lowers what its device does not bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a module's source.
    pub source_bytes: u64,
    /// Buffers that a module binds. WebGPU has eight storage buffers, of which one is ours.
    pub buffers: u32,
    /// Bytes of one buffer.
    pub buffer_bytes: u64,
    /// Bytes of all buffers of a job, those for reading back with them.
    pub total_bytes: u64,
    /// Bytes that a job gives, each time that an output is sent counted.
    pub output_bytes: u64,
    /// Steps of a job.
    pub steps: u64,
    /// Workgroups of a dispatch along one dimension.
    pub groups: u32,
    /// Invocations of a workgroup.
    pub group_invocations: u32,
    /// Bytes of `var<workgroup>`.
    pub group_bytes: u64,
    /// Bytes of `var<private>` and of the variables of functions, counted at each call.
    pub private_bytes: u64,
    /// Statements and expressions of an entry point, those of a function counted at each call:
    /// what a driver compiles that inlines all of them.
    pub weight: u64,
    /// Iterations of an invocation's loops together.
    pub iterations: u32,
    /// Operations of a dispatch: invocations, times the weight, times the iterations. Where
    /// they would be more, there are fewer iterations.
    pub dispatch_operations: u64,
    /// Time of one step; after it the device counts as lost.
    pub step_millis: u64,
    /// Time of all steps.
    pub total_millis: u64,
}

impl Limits {
    /// What a common GPU bears while its owner works with it.
    pub const DEFAULT: Self = Self {
        source_bytes: 64 << 10,
        buffers: 7,
        buffer_bytes: 128 << 20,
        total_bytes: 512 << 20,
        output_bytes: 128 << 20,
        steps: 1 << 16,
        groups: 65_535,
        group_invocations: 256,
        group_bytes: 16 << 10,
        private_bytes: 8 << 10,
        weight: 1 << 14,
        iterations: 1 << 20,
        dispatch_operations: 1 << 42,
        step_millis: 5_000,
        total_millis: 3_600_000,
    };

    /// Gives the time of one step.
    #[must_use]
    pub const fn step_time(&self) -> Duration {
        Duration::from_millis(self.step_millis)
    }

    /// Gives the time of all steps.
    #[must_use]
    pub const fn total_time(&self) -> Duration {
        Duration::from_millis(self.total_millis)
    }

    /// Lowers the limits to what a GPU in software does rightly.
    #[must_use]
    pub fn on_software(self) -> Self {
        Self { iterations: self.iterations.min(SOFTWARE_ITERATIONS), ..self }
    }

    /// Lowers the limits to what a device has.
    #[must_use]
    pub fn within(self, device: &wgpu::Limits) -> Self {
        let storage = device.max_storage_buffers_per_shader_stage.saturating_sub(1);
        Self {
            buffers: self.buffers.min(storage),
            buffer_bytes: self
                .buffer_bytes
                .min(device.max_buffer_size)
                .min(device.max_storage_buffer_binding_size),
            groups: self.groups.min(device.max_compute_workgroups_per_dimension),
            group_invocations: self
                .group_invocations
                .min(device.max_compute_invocations_per_workgroup),
            group_bytes: self.group_bytes.min(device.max_compute_workgroup_storage_size.into()),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What of a job is limited, named in [`OutOfBounds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    /// Bytes of source.
    SourceBytes,
    /// How deep a source is nested.
    Nesting,
    /// Buffers.
    Buffers,
    /// Bytes of one buffer.
    BufferBytes,
    /// Bytes of a uniform buffer.
    UniformBytes,
    /// Bytes of all buffers.
    TotalBytes,
    /// Bytes of all results.
    OutputBytes,
    /// Steps.
    Steps,
    /// Workgroups along a dimension.
    Groups,
    /// Invocations of a workgroup.
    GroupInvocations,
    /// Bytes of workgroup memory.
    GroupBytes,
    /// Bytes of private memory.
    PrivateBytes,
    /// Bytes of one value that is no buffer.
    ValueBytes,
    /// Statements and expressions, inlined.
    Weight,
    /// Operations of a dispatch with one iteration of each loop.
    DispatchOperations,
    /// The grain of a library job.
    Grain,
    /// A parameter of a library job, by the name of its field.
    Parameter(Parameter),
}

/// A parameter of a library job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Parameter {
    /// Rows of a product.
    Rows,
    /// Columns of the first factor and rows of the second.
    Inner,
    /// Columns of a product.
    Columns,
    /// Pixels along x.
    Width,
    /// Pixels along y.
    Height,
    /// The radius of a filter.
    Radius,
    /// The magnitude of a filter's weight.
    FilterWeight,
    /// What a filter's sum is divided by.
    Divisor,
    /// The magnitude of what is added after the division.
    Bias,
    /// Lanes of a simulation, each of which is a unit of the result.
    Lanes,
    /// Paths of a lane.
    Paths,
    /// Moments of a path.
    Moments,
    /// Layers of a network.
    Layers,
    /// Neurons of a layer.
    Neurons,
    /// Items of a batch.
    Items,
    /// Bytes of the text before the nonce.
    PrefixBytes,
    /// Segments of nonces.
    Segments,
    /// Bits that must be zero.
    ZeroBits,
}

/// A job asks for more, or for less, than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{quantity:?} is {value}, allowed are {least} to {most}")]
pub struct OutOfBounds {
    /// What is limited.
    pub quantity: Quantity,
    /// What is asked for.
    pub value: u64,
    /// The least that is allowed.
    pub least: u64,
    /// The most that is allowed.
    pub most: u64,
}

/// Sees that a value is within its bounds.
///
/// # Errors
/// [`OutOfBounds`] with all that was compared.
pub(crate) fn bound(
    quantity: Quantity,
    value: impl Into<u64>,
    bounds: core::ops::RangeInclusive<u64>,
) -> Result<(), OutOfBounds> {
    let value = value.into();
    if bounds.contains(&value) {
        return Ok(());
    }
    Err(OutOfBounds { quantity, value, least: *bounds.start(), most: *bounds.end() })
}
