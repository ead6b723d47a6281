// One round: X_{k+1}[r][c] = mix(column r of W · row c of X_k + mix(X_0[r][c] + k·0x9e3779b9)).
//
// W is kept by columns, so both operands are rows along memory, and the transposition that the
// protocol asks for is only the order of the two: it costs nothing.
//
// A workgroup computes 64 × 64 entries, an invocation 4 × 4 of them in registers. Of both
// operands 64 rows × 16 words at a time are staged in workgroup memory, turned so that the
// four rows of an invocation are one vector. Whole vectors are stored: a store to one component
// may touch the others, which belong to other invocations.

@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<u32>;
@group(0) @binding(3) var<storage, read> x0: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> next: array<vec4<u32>>;

const TILE: u32 = 64u;
const DEPTH: u32 = 16u;

var<workgroup> w_tile: array<array<vec4<u32>, 16>, 16>;
var<workgroup> x_tile: array<array<vec4<u32>, 16>, 16>;

fn mix4(v: vec4<u32>) -> vec4<u32> {
    var z = v;
    z ^= z >> vec4<u32>(16u);
    z *= 0x7feb352du;
    z ^= z >> vec4<u32>(15u);
    z *= 0x846ca68bu;
    z ^= z >> vec4<u32>(16u);
    return z;
}

fn rows_of_w(at: u32) -> vec4<u32> {
    let n = params.n;
    return vec4<u32>(w[at], w[at + n], w[at + 2u * n], w[at + 3u * n]);
}

fn rows_of_x(at: u32) -> vec4<u32> {
    let n = params.n;
    return vec4<u32>(x[at], x[at + n], x[at + 2u * n], x[at + 3u * n]);
}

@compute @workgroup_size(16, 16)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let tiles = params.n / TILE;
    let tile = params.first + group.x;
    let row = (tile / tiles) * TILE;
    let column = (tile % tiles) * TILE;

    // What this invocation stages: one word of four rows of each operand.
    let word = index % DEPTH;
    let quad = index / DEPTH;
    let w_base = (row + quad * 4u) * params.n + word;
    let x_base = (column + quad * 4u) * params.n + word;

    var y0 = vec4<u32>();
    var y1 = vec4<u32>();
    var y2 = vec4<u32>();
    var y3 = vec4<u32>();
    for (var depth = 0u; depth < params.n; depth += DEPTH) {
        w_tile[word][quad] = rows_of_w(w_base + depth);
        x_tile[word][quad] = rows_of_x(x_base + depth);
        workgroupBarrier();
        for (var l = 0u; l < DEPTH; l++) {
            let a = w_tile[l][local.y];
            let b = x_tile[l][local.x];
            y0 += a.x * b;
            y1 += a.y * b;
            y2 += a.z * b;
            y3 += a.w * b;
        }
        workgroupBarrier();
    }

    let stride = params.n / 4u;
    let round = vec4<u32>(params.tag_or_round);
    let at = (row + local.y * 4u) * stride + column / 4u + local.x;
    next[at] = mix4(y0 + mix4(x0[at] + round));
    next[at + stride] = mix4(y1 + mix4(x0[at + stride] + round));
    next[at + 2u * stride] = mix4(y2 + mix4(x0[at + 2u * stride] + round));
    next[at + 3u * stride] = mix4(y3 + mix4(x0[at + 3u * stride] + round));
}
