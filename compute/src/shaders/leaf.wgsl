// Hashes rows: an invocation absorbs one row of n words, 136 bytes at a time.

@group(0) @binding(1) var<storage, read> states: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> leaves: array<vec4<u32>>;

// One lane of the padded row. A power of two of words never fills the last block of 34, so the
// padding always begins inside it, and n is even, so it begins at a lane.
fn lane(row: u32, lanes: u32, at: u32) -> vec2<u32> {
    if (at < lanes) {
        return states[row * lanes + at];
    }
    return vec2<u32>(select(0u, 1u, at == lanes), 0u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let row = (params.first + group.x) * 64u + local;
    if (row >= params.rows) {
        return;
    }
    let lanes = params.n / 2u;
    let last = lanes / 17u;
    var s: array<vec2<u32>, 25>;
    for (var block = 0u; block <= last; block++) {
        let at = block * 17u;
        s[0] ^= lane(row, lanes, at + 0u);
        s[1] ^= lane(row, lanes, at + 1u);
        s[2] ^= lane(row, lanes, at + 2u);
        s[3] ^= lane(row, lanes, at + 3u);
        s[4] ^= lane(row, lanes, at + 4u);
        s[5] ^= lane(row, lanes, at + 5u);
        s[6] ^= lane(row, lanes, at + 6u);
        s[7] ^= lane(row, lanes, at + 7u);
        s[8] ^= lane(row, lanes, at + 8u);
        s[9] ^= lane(row, lanes, at + 9u);
        s[10] ^= lane(row, lanes, at + 10u);
        s[11] ^= lane(row, lanes, at + 11u);
        s[12] ^= lane(row, lanes, at + 12u);
        s[13] ^= lane(row, lanes, at + 13u);
        s[14] ^= lane(row, lanes, at + 14u);
        s[15] ^= lane(row, lanes, at + 15u);
        s[16] ^= lane(row, lanes, at + 16u);
        if (block == last) {
            s[16] ^= vec2<u32>(0u, 0x80000000u);
        }
        keccak_f(&s);
    }
    leaves[row * 2u] = vec4<u32>(s[0], s[1]);
    leaves[row * 2u + 1u] = vec4<u32>(s[2], s[3]);
}
