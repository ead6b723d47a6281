//! The pipelines of a job and what is bound to them.

use std::collections::BTreeMap;

use wgpu::{BindGroup, BindingType, BufferBindingType, ComputePipeline, Device, ErrorFilter};

use super::error::RunError;
use super::memory::Memory;
use crate::program::{Access, PARAMETER_BYTES, Program};
use crate::validate::RESERVED_BINDING;

/// A job's entry points, compiled, and its buffers, bound.
#[derive(Debug)]
pub(super) struct Kernels<'job> {
    pub(super) pipelines: BTreeMap<&'job str, ComputePipeline>,
    pub(super) bound: BindGroup,
}

impl<'job> Kernels<'job> {
    /// Compiles what the steps launch.
    pub(super) async fn new(
        device: &Device,
        program: &Program<'job>,
        memory: &Memory,
    ) -> Result<Self, RunError> {
        let scope = device.push_error_scope(ErrorFilter::Validation);
        let inner = device.push_error_scope(ErrorFilter::Internal);
        let kernels = Self::compile(device, program, memory);
        // Scopes are popped in the other order, and both before anything is said.
        let internal = inner.pop().await;
        match scope.pop().await.or(internal) {
            None => Ok(kernels),
            Some(error) => Err(RunError::Device { reason: error.to_string() }),
        }
    }

    fn compile(device: &Device, program: &Program<'job>, memory: &Memory) -> Self {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("job"),
            source: wgpu::ShaderSource::Wgsl((&*program.source).into()),
        });
        let layout = layout(device, program);
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("job"),
            bind_group_layouts: &[Some(&layout)],
            ..Default::default()
        });
        let mut pipelines = BTreeMap::new();
        for launch in program.steps.iter().flat_map(|step| &step.launches) {
            pipelines.entry(launch.entry).or_insert_with(|| {
                device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                    label: Some("job"),
                    layout: Some(&pipeline_layout),
                    module: &module,
                    entry_point: Some(launch.entry),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    cache: None,
                })
            });
        }
        let bound = bind(device, &layout, memory);
        Self { pipelines, bound }
    }
}

fn layout(device: &Device, program: &Program<'_>) -> wgpu::BindGroupLayout {
    let entry = |binding, ty, has_dynamic_offset, least| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: BindingType::Buffer {
            ty,
            has_dynamic_offset,
            min_binding_size: wgpu::BufferSize::new(least),
        },
        count: None,
    };
    let slots = program.slots.iter().map(|slot| {
        let ty = match slot.access {
            Access::Read => BufferBindingType::Storage { read_only: true },
            Access::Write => BufferBindingType::Storage { read_only: false },
            Access::Uniform => BufferBindingType::Uniform,
        };
        entry(slot.binding, ty, false, 0)
    });
    let parameters = program
        .has_parameters
        .then(|| entry(0, BufferBindingType::Uniform, true, PARAMETER_BYTES as u64));
    let flag = program.iterations.map(|_| {
        entry(RESERVED_BINDING, BufferBindingType::Storage { read_only: false }, false, 4)
    });
    let entries: Vec<_> = parameters.into_iter().chain(slots).chain(flag).collect();
    let descriptor = wgpu::BindGroupLayoutDescriptor { label: Some("job"), entries: &entries };
    device.create_bind_group_layout(&descriptor)
}

fn bind(device: &Device, layout: &wgpu::BindGroupLayout, memory: &Memory) -> BindGroup {
    let slots = memory.slots.iter().map(|(binding, buffer)| wgpu::BindGroupEntry {
        binding: *binding,
        resource: buffer.as_entire_binding(),
    });
    let parameters = memory.parameters.iter().map(|buffer| wgpu::BindGroupEntry {
        binding: 0,
        resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer,
            offset: 0,
            size: wgpu::BufferSize::new(PARAMETER_BYTES as u64),
        }),
    });
    let flag = memory.flag.iter().map(|buffer| wgpu::BindGroupEntry {
        binding: RESERVED_BINDING,
        resource: buffer.as_entire_binding(),
    });
    let entries: Vec<_> = parameters.chain(slots).chain(flag).collect();
    let descriptor = wgpu::BindGroupDescriptor { label: Some("job"), layout, entries: &entries };
    device.create_bind_group(&descriptor)
}
