// Expands the seed into a matrix: an invocation hashes seed ‖ be32(tag) ‖ be32(index) and keeps
// the digest as eight words.

@group(0) @binding(1) var<storage, read_write> matrix: array<vec4<u32>>;

fn swap_bytes(v: u32) -> u32 {
    return (v << 24u) | ((v & 0xff00u) << 8u) | ((v >> 8u) & 0xff00u) | (v >> 24u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let index = (params.first + group.x) * 64u + local;
    if (index >= params.n * params.n / 8u) {
        return;
    }
    var s: array<vec2<u32>, 25>;
    s[0] = params.seed[0].xy;
    s[1] = params.seed[0].zw;
    s[2] = params.seed[1].xy;
    s[3] = params.seed[1].zw;
    s[4] = vec2<u32>(swap_bytes(params.tag_or_round), swap_bytes(index));
    // Padding: after the 40 bytes a one, and the last bit of the block of 136.
    s[5] = vec2<u32>(1u, 0u);
    s[16] = vec2<u32>(0u, 0x80000000u);
    keccak_f(&s);
    matrix[index * 2u] = vec4<u32>(s[0], s[1]);
    matrix[index * 2u + 1u] = vec4<u32>(s[2], s[3]);
}
