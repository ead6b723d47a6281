//! A client's own WGSL with its buffers and the plan of its dispatches.

use serde::{Deserialize, Serialize};

/// A compute module of WGSL. All its buffers are in `@group(0)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// The WGSL.
    pub source: String,
    /// The buffers that it binds.
    pub buffers: Vec<Buffer>,
    /// What is dispatched, in this order.
    pub plan: Vec<Dispatch>,
}

/// A buffer of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buffer {
    /// Its `@binding`, below [`RESERVED_BINDING`](crate::validate::RESERVED_BINDING).
    pub binding: u32,
    /// What its words are.
    pub element: Element,
    /// Its length in words of four bytes.
    pub words: u32,
    /// What it is for, which is also how the module may access it.
    pub role: Role,
    /// Its words, little-endian: all of them for an input or a uniform, none for others, which
    /// begin as zeros.
    #[serde(with = "serde_bytes")]
    pub contents: Vec<u8>,
}

impl Buffer {
    /// Gives the length in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        u64::from(self.words) * 4
    }
}

/// What the words of a buffer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Element {
    /// `u32`, and its vectors and atomics.
    U32,
    /// `i32`, and its vectors and atomics.
    I32,
    /// `f32`, and its vectors and matrices.
    F32,
    /// A struct that mixes them.
    Mixed,
}

/// What a buffer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// `var<storage, read>`, filled by the client.
    Input,
    /// `var<storage, read_write>`, given back to the client.
    Output,
    /// `var<storage, read_write>`, given to nobody.
    Scratch,
    /// `var<uniform>`, filled by the client.
    Uniform,
}

impl Role {
    /// Tells whether the client fills it.
    #[must_use]
    pub const fn is_filled(self) -> bool {
        matches!(self, Self::Input | Self::Uniform)
    }
}

/// A dispatch of a module, as many times as is said: each time is a step of the job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The entry point.
    pub entry: String,
    /// Workgroups along x, y and z, at least one each.
    pub groups: [u32; 3],
    /// How often, at least once.
    pub repeat: u32,
    /// The outputs to send after each time, by binding. All outputs come after the last step.
    pub shows: Vec<u32>,
}
