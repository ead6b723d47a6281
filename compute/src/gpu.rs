//! The adapter and its device: asked for once, described in one place.

use pinfi_core::pocps::Work;
use serde::{Deserialize, Serialize};
use wgpu::{Device, Queue};

use crate::error::GpuError;
use crate::plan::{Plan, Refusal};

/// A device with its queue, and what is known of its adapter.
#[derive(Clone, Debug)]
pub struct Gpu {
    device: Device,
    queue: Queue,
    capabilities: Capabilities,
}

/// What an adapter says of itself; browsers mask most of it, so trust what is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// The adapter's name, or the empty text where it is masked.
    pub name: String,
    /// The interface it is driven by, such as `webgpu` or `vulkan`.
    pub backend: String,
    /// Whether it is a software adapter: right, but slow.
    pub is_fallback: bool,
    /// The largest buffer, in bytes.
    pub max_buffer_bytes: u64,
    /// The largest part of a buffer that a kernel can see, in bytes.
    pub max_binding_bytes: u64,
    /// The most invocations in a workgroup.
    pub max_workgroup_invocations: u32,
    /// The most workgroups along one dimension of a dispatch.
    pub max_workgroups: u32,
}

impl Gpu {
    /// Asks the host for its fastest adapter, and that for a device with the largest buffers
    /// that it gives. Works in a window, a worker and natively.
    ///
    /// # Errors
    /// [`GpuError`] where there is no adapter or it gives no device.
    pub async fn request() -> Result<Self, GpuError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|error| GpuError::NoAdapter { reason: error.to_string() })?;
        let info = adapter.get_info();
        let offered = adapter.limits();
        // The defaults are what the kernels are written for; only memory is asked in full, that of
        // workgroups too, as the largest tilings need more than the default.
        let required_limits = wgpu::Limits {
            max_buffer_size: offered.max_buffer_size,
            max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
            max_compute_workgroup_storage_size: offered.max_compute_workgroup_storage_size,
            ..wgpu::Limits::default().or_worse_values_from(&offered)
        };
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("pocps"),
            required_limits,
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(|error| {
            GpuError::NoDevice { adapter: info.name.clone(), reason: error.to_string() }
        })?;
        let capabilities = Capabilities::new(&info, &device.limits());
        Ok(Self { device, queue, capabilities })
    }

    /// Gives the device.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// Gives the device's queue.
    #[must_use]
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Describes the adapter.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Tells whether a pool's work fits this device, before anything is staked on it.
    ///
    /// # Errors
    /// [`Refusal`] with the reason and its numbers.
    pub fn fits(&self, work: Work) -> Result<(), Refusal> {
        Plan::new(work, &self.device.limits(), 0).map(|_| ())
    }
}

impl Capabilities {
    fn new(info: &wgpu::AdapterInfo, limits: &wgpu::Limits) -> Self {
        Self {
            name: info.name.clone(),
            backend: info.backend.to_str().into(),
            is_fallback: info.device_type == wgpu::DeviceType::Cpu,
            max_buffer_bytes: limits.max_buffer_size,
            max_binding_bytes: limits.max_storage_buffer_binding_size,
            max_workgroup_invocations: limits.max_compute_invocations_per_workgroup,
            max_workgroups: limits.max_compute_workgroups_per_dimension,
        }
    }
}
