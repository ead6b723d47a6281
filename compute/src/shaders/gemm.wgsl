// One round: X_{k+1}[r][c] = mix(column r of W · row c of X_k + mix(X_0[r][c] + k·0x9e3779b9)).
//
// W is kept by columns, so both operands are rows along memory, and the transposition that the
// protocol asks for is only the order of the two: it costs nothing.
//
// A workgroup computes 64 × 64 entries, an invocation 8 × 8 of them in registers, for 16 words
// read 64 products: the fewer reads a product, the faster, up to the registers there are. Of both
// operands 64 rows × 16 words at a time are staged in workgroup memory, turned so that four rows
// are one vector. Whole vectors are stored: a store to one component may touch the others, which
// belong to other invocations.

@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<u32>;
@group(0) @binding(3) var<storage, read> x0: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> next: array<vec4<u32>>;

const TILE: u32 = 64u;
const DEPTH: u32 = 16u;
// Vectors of four rows in a tile, and those of them in its first half.
const QUADS: u32 = 16u;
const HALF: u32 = 8u;
const INVOCATIONS: u32 = 64u;

var<workgroup> w_tile: array<array<vec4<u32>, QUADS>, DEPTH>;
var<workgroup> x_tile: array<array<vec4<u32>, QUADS>, DEPTH>;

fn mix4(v: vec4<u32>) -> vec4<u32> {
    var z = v;
    z ^= z >> vec4<u32>(16u);
    z *= 0x7feb352du;
    z ^= z >> vec4<u32>(15u);
    z *= 0x846ca68bu;
    z ^= z >> vec4<u32>(16u);
    return z;
}

fn four_of_w(at: u32) -> vec4<u32> {
    let n = params.n;
    return vec4<u32>(w[at], w[at + n], w[at + 2u * n], w[at + 3u * n]);
}

fn four_of_x(at: u32) -> vec4<u32> {
    let n = params.n;
    return vec4<u32>(x[at], x[at + n], x[at + 2u * n], x[at + 3u * n]);
}

fn store(at: u32, y: vec4<u32>) {
    next[at] = mix4(y + mix4(x0[at] + vec4<u32>(params.tag_or_round)));
}

@compute @workgroup_size(8, 8)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let n = params.n;
    let tiles = n / TILE;
    let tile = params.first + group.x;
    let row = (tile / tiles) * TILE;
    let column = (tile % tiles) * TILE;

    // y{r}_{c}: row r of the eight, the first or the second four columns.
    var y0_0 = vec4<u32>();
    var y0_1 = vec4<u32>();
    var y1_0 = vec4<u32>();
    var y1_1 = vec4<u32>();
    var y2_0 = vec4<u32>();
    var y2_1 = vec4<u32>();
    var y3_0 = vec4<u32>();
    var y3_1 = vec4<u32>();
    var y4_0 = vec4<u32>();
    var y4_1 = vec4<u32>();
    var y5_0 = vec4<u32>();
    var y5_1 = vec4<u32>();
    var y6_0 = vec4<u32>();
    var y6_1 = vec4<u32>();
    var y7_0 = vec4<u32>();
    var y7_1 = vec4<u32>();

    for (var depth = 0u; depth < n; depth += DEPTH) {
        for (var i = index; i < DEPTH * QUADS; i += INVOCATIONS) {
            let word = i % DEPTH;
            let quad = i / DEPTH;
            let start = quad * 4u * n + depth + word;
            w_tile[word][quad] = four_of_w(row * n + start);
            x_tile[word][quad] = four_of_x(column * n + start);
        }
        workgroupBarrier();
        for (var l = 0u; l < DEPTH; l++) {
            let a0 = w_tile[l][local.y];
            let a1 = w_tile[l][local.y + HALF];
            let b0 = x_tile[l][local.x];
            let b1 = x_tile[l][local.x + HALF];
            y0_0 += a0.x * b0;
            y0_1 += a0.x * b1;
            y1_0 += a0.y * b0;
            y1_1 += a0.y * b1;
            y2_0 += a0.z * b0;
            y2_1 += a0.z * b1;
            y3_0 += a0.w * b0;
            y3_1 += a0.w * b1;
            y4_0 += a1.x * b0;
            y4_1 += a1.x * b1;
            y5_0 += a1.y * b0;
            y5_1 += a1.y * b1;
            y6_0 += a1.z * b0;
            y6_1 += a1.z * b1;
            y7_0 += a1.w * b0;
            y7_1 += a1.w * b1;
        }
        workgroupBarrier();
    }

    // Four rows from here, and four in the lower half of the tile; likewise the columns.
    let stride = n / 4u;
    let upper = (row + local.y * 4u) * stride + column / 4u + local.x;
    let lower = upper + TILE / 2u * stride;
    store(upper, y0_0);
    store(upper + HALF, y0_1);
    store(upper + stride, y1_0);
    store(upper + stride + HALF, y1_1);
    store(upper + 2u * stride, y2_0);
    store(upper + 2u * stride + HALF, y2_1);
    store(upper + 3u * stride, y3_0);
    store(upper + 3u * stride + HALF, y3_1);
    store(lower, y4_0);
    store(lower + HALF, y4_1);
    store(lower + stride, y5_0);
    store(lower + stride + HALF, y5_1);
    store(lower + 2u * stride, y6_0);
    store(lower + 2u * stride + HALF, y6_1);
    store(lower + 3u * stride, y7_0);
    store(lower + 3u * stride + HALF, y7_1);
}
