// One round: X_{k+1}[r][c] = mix(column r of W · row c of X_k + mix(X_0[r][c] + k·0x9e3779b9)).
//
// W is kept by columns, so both operands are rows along memory, and the transposition that the
// protocol asks for is only the order of the two: it costs nothing.
//
// A workgroup of SIDE × SIDE invocations computes a square of entries, an invocation as many of
// them as its registers hold: the fewer reads a product, the faster, up to the registers there
// are. Of both operands DEPTH words of each row at a time are staged in workgroup memory, turned
// so that four rows are one vector. Whole vectors are stored: a store to one component may touch
// the others, which belong to other invocations.
//
// How large all that is, the host decides (`tiling.rs`): it puts lines in place of each mark.

@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<u32>;
@group(0) @binding(3) var<storage, read> x0: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> next: array<vec4<u32>>;

//CONSTANTS
// Vectors of four rows in a tile.
const QUADS: u32 = SIDE * QUADS_EACH;
const TILE: u32 = 4u * QUADS;
const INVOCATIONS: u32 = SIDE * SIDE;

var<workgroup> w_tile: array<array<vec4<u32>, QUADS + PADDING>, DEPTH>;
var<workgroup> x_tile: array<array<vec4<u32>, QUADS + PADDING>, DEPTH>;

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

@compute @workgroup_size(SIDE, SIDE)
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

    // y{r}_{c}: row r of this invocation's, its vector c of four columns.
//BEGIN

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
//LOADS
//STEP
        }
        workgroupBarrier();
    }

    // Four rows from here, and the next four SIDE vectors of rows below; likewise the columns.
    let stride = n / 4u;
    let first = (row + local.y * 4u) * stride + column / 4u + local.x;
//END
}
