//! The compute pipelines and what a dispatch of them is told.

use wgpu::{BindGroup, BindingResource, Buffer, Device};

use crate::error::ProveError;
use crate::tiling::Tiling;

const EXPAND: &str = concat!(
    include_str!("shaders/params.wgsl"),
    include_str!("shaders/keccak.wgsl"),
    include_str!("shaders/expand.wgsl"),
);
const LEAF: &str = concat!(
    include_str!("shaders/params.wgsl"),
    include_str!("shaders/keccak.wgsl"),
    include_str!("shaders/leaf.wgsl"),
);

/// Gives the kernels by name, as they are given to the device: the product in each of its tilings.
#[must_use]
pub fn shaders() -> Vec<(String, String)> {
    let hashing = [("expand", EXPAND), ("leaf", LEAF)];
    let hashing = hashing.map(|(name, source)| (name.to_owned(), source.to_owned()));
    let product = |tiling: Tiling| (format!("gemm {tiling:?}"), tiling.source());
    hashing.into_iter().chain(Tiling::ALL.map(product)).collect()
}

/// Dispatches in one submission: so many sets of parameters are written at once.
pub(crate) const SLOTS: u32 = 64;
/// The distance of two sets of parameters: the largest alignment that WebGPU may ask for.
pub(crate) const SLOT_BYTES: u32 = 256;
const PARAMS_BYTES: u64 = 48;

/// What one dispatch is told, see `shaders/params.wgsl`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Params {
    pub(crate) seed: [u8; 32],
    pub(crate) n: u32,
    pub(crate) first: u32,
    pub(crate) tag_or_round: u32,
    pub(crate) rows: u32,
}

impl Params {
    /// Appends the parameters, filled up to a slot.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let end = out.len() + SLOT_BYTES as usize;
        out.extend_from_slice(&self.seed);
        for word in [self.n, self.first, self.tag_or_round, self.rows] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out.resize(end, 0);
    }
}

/// One pipeline and the layout of its buffers.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
}

/// The three kernels and their parameters.
#[derive(Clone, Debug)]
pub(crate) struct Kernels {
    pub(crate) expand: Kernel,
    pub(crate) gemm: Kernel,
    pub(crate) leaf: Kernel,
    pub(crate) params: Buffer,
    /// How the product is cut.
    pub(crate) tiling: Tiling,
}

/// How a kernel uses a buffer.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    Read,
    Write,
}

/// What the product is bound to: W, X_k, X_0 and X_{k+1}.
pub(crate) const PRODUCT: [Use; 4] = [Use::Read, Use::Read, Use::Read, Use::Write];

impl Kernels {
    /// Compiles the kernels.
    pub(crate) async fn new(device: &Device, tiling: Tiling) -> Result<Self, ProveError> {
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let kernels = Self {
            tiling,
            expand: Kernel::new(device, ("expand", EXPAND), &[Use::Write]),
            gemm: Kernel::new(device, ("gemm", &tiling.source()), &PRODUCT),
            leaf: Kernel::new(device, ("leaf", LEAF), &[Use::Read, Use::Write]),
            params: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("params"),
                size: u64::from(SLOTS * SLOT_BYTES),
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
        };
        match scope.pop().await {
            None => Ok(kernels),
            Some(error) => Err(ProveError::Device { reason: error.to_string() }),
        }
    }

    /// Compiles the product anew. What is bound to it stays bound: its layout is the same.
    pub(crate) fn cut(&mut self, device: &Device, tiling: Tiling) {
        self.gemm = Kernel::new(device, ("gemm", &tiling.source()), &PRODUCT);
        self.tiling = tiling;
    }

    /// Binds the parameters and some buffers to a kernel.
    pub(crate) fn bind(&self, device: &Device, kernel: &Kernel, buffers: &[&Buffer]) -> BindGroup {
        let params = BindingResource::Buffer(wgpu::BufferBinding {
            buffer: &self.params,
            offset: 0,
            size: wgpu::BufferSize::new(PARAMS_BYTES),
        });
        let resources =
            [params].into_iter().chain(buffers.iter().map(|buffer| buffer.as_entire_binding()));
        let entries: Vec<_> = (0..)
            .zip(resources)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &kernel.layout,
            entries: &entries,
        })
    }
}

impl Kernel {
    pub(crate) fn new(device: &Device, (name, source): (&str, &str), uses: &[Use]) -> Self {
        let label = Some(name);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label,
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let params = wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: true,
            min_binding_size: wgpu::BufferSize::new(PARAMS_BYTES),
        };
        let storage = uses.iter().map(|usage| wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: matches!(usage, Use::Read) },
            has_dynamic_offset: false,
            min_binding_size: None,
        });
        let entries: Vec<_> = (0..)
            .zip([params].into_iter().chain(storage))
            .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty,
                count: None,
            })
            .collect();
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label,
            entries: &entries,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(&layout)],
            ..Default::default()
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some("main"),
            // Every word of workgroup memory is written before it is read.
            compilation_options: wgpu::PipelineCompilationOptions {
                zero_initialize_workgroup_memory: false,
                ..Default::default()
            },
            cache: None,
        });
        Self { pipeline, layout }
    }
}
