// The round of gemm.wgsl as one would first write it, to measure that against: an invocation
// computes one entry, and reads both rows from memory for it.

@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<u32>;
@group(0) @binding(3) var<storage, read> x0: array<u32>;
@group(0) @binding(4) var<storage, read_write> next: array<u32>;

fn mix(v: u32) -> u32 {
    var z = v;
    z ^= z >> 16u;
    z *= 0x7feb352du;
    z ^= z >> 15u;
    z *= 0x846ca68bu;
    z ^= z >> 16u;
    return z;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let n = params.n;
    let at = (params.first + group.x) * 64u + local;
    let row = (at / n) * n;
    let column = (at % n) * n;
    var y = 0u;
    for (var l = 0u; l < n; l++) {
        y += w[row + l] * x[column + l];
    }
    next[at] = mix(y + mix(x0[at] + params.tag_or_round));
}
