//! Memory of a device.

use std::ops::Deref;

use wgpu::{Buffer, BufferDescriptor, BufferUsages, Device};

/// A buffer whose memory is given back as soon as it is dropped: a browser would do so only when
/// it collects garbage, which it does not know to be gigabytes.
#[derive(Debug)]
pub struct Held(Buffer);

impl Deref for Held {
    type Target = Buffer;

    fn deref(&self) -> &Buffer {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // What was submitted before still sees it.
        self.0.destroy();
    }
}

/// Allocates `size` bytes. A want of memory is told to the error scope around it.
#[must_use]
pub fn allocate(device: &Device, size: u64, usage: BufferUsages) -> Held {
    Held(device.create_buffer(&BufferDescriptor {
        label: None,
        size,
        usage,
        mapped_at_creation: false,
    }))
}
