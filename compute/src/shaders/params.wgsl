// What one dispatch is told; the same for all kernels.
struct Params {
    // The seed, 32 bytes as little-endian words.
    seed: array<vec4<u32>, 2>,
    // The matrix side.
    n: u32,
    // The first workgroup of this dispatch: a kernel's work is cut into several.
    first: u32,
    // expand: the tag of the matrix; gemm: k · 0x9e3779b9.
    tag_or_round: u32,
    // leaf: how many rows there are.
    rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
