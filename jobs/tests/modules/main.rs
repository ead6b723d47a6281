//! What becomes of a client's own WGSL: refused, run, or ended.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod judged;
mod run;

use common::{input, module};
use pinfi_jobs::spec::Module;

const DOUBLE: &str = "
@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read_write> b: array<u32>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    b[id.x] = 2u * a[id.x];
}";

/// What all endless modules begin with.
const OUTPUT: &str = "@group(0) @binding(1) var<storage, read_write> b: array<u32>;\n";

fn double() -> Module {
    let mut module = module(DOUBLE, 8, 2);
    module.buffers.push(input(0, &[1, 2, 3, 4, 5, 6, 7, 8]));
    module
}

fn main_of(body: &str) -> String {
    format!("{OUTPUT}@compute @workgroup_size(1) fn main() {{ {body} }}")
}
