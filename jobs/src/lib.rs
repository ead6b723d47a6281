//! What a client runs on a device that it rents: jobs, what a provider lets them do, how they run,
//! what is signed about them, and how a client checks what it got.
//!
//! | module | what lives there |
//! |---|---|
//! | [`spec`] | a job: a WGSL module with buffers and a plan, or one of the library's |
//! | [`limits`] | what a job may take of a device |
//! | [`library`] | the library's jobs, each with its shader and its twin on the CPU |
//! | [`validate`] | a module is judged, and its loops are given an end |
//! | [`run`] | the executor on a device and queue |
//! | [`chain`] | the hash chain over what a job gave, step by step |
//! | [`receipt`] | what a provider signs about a job that ran |
//! | [`check`] | computing a sample again, and the evidence for a complaint |
//! | [`file`](mod@file) | evidence as a file |
//! | [`queue`] | the jobs of several clients in turn, each of them once |
//! | [`sign`] | who signs, behind a port |
//!
//! ```
//! use alloy_primitives::B256;
//! use pinfi_jobs::check::{check_units, draw_units};
//! use pinfi_jobs::library::{HashSearch, Task};
//! use pinfi_jobs::limits::Limits;
//! use pinfi_jobs::run::{Cancel, Prepared, run};
//! use pinfi_jobs::spec::{Grain, Job, JobId, Work};
//!
//! # pollster::block_on(async {
//! # let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
//! # let adapter = instance.request_adapter(&Default::default()).await?;
//! # let (device, queue) = adapter.request_device(&Default::default()).await?;
//! let search = HashSearch { text: b"PinFi".to_vec(), start: 0, segments: 8, zero_bits: 12 };
//! let task = Task::HashSearch(search.clone());
//! let job = Job { id: JobId([7; 16]), grain: Grain::default(), work: Work::Library(task.clone()) };
//! let limits = Limits::DEFAULT.within(&device.limits());
//! let prepared = Prepared::new(&job, &limits)?;
//! let outcome = run(&device, &queue, &prepared, &Cancel::default(), |done| {
//!     println!("step {} of {}", done.partial.step + 1, done.steps);
//! })
//! .await?;
//! let seed = B256::repeat_byte(1); // Drawn once the provider has signed.
//! check_units(&task, &outcome.outputs, &draw_units(seed, search.segments, 2))?;
//! let found = search.findings(&outcome.outputs[0].bytes);
//! assert!(found.iter().any(|finding| finding.nonce.is_some()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! It has no I/O but the device's, and no keys: a wallet implements [`sign::Sign`].

pub mod chain;
pub mod check;
pub mod file;
pub mod library;
pub mod limits;
mod program;
pub mod queue;
pub mod receipt;
mod refusal;
pub mod run;
pub mod sign;
pub mod spec;
pub mod validate;

pub use refusal::Refusal;
