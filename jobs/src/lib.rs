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
//! | [`queue`] | the jobs of several clients in turn, each of them once |
//! | [`sign`] | who signs, behind a port |
//!
//! It has no I/O but the device's, and no keys: a wallet implements [`sign::Sign`].

pub mod chain;
pub mod check;
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
