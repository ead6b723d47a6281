// C = A · B in tiles of 16 by 16; T is put before it.

struct Params {
    first: u32, // the first row of this step
    end: u32, // and the one after its last
    inner: u32,
    columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<T>;
@group(0) @binding(2) var<storage, read> b: array<T>;
@group(0) @binding(7) var<storage, read_write> c: array<T>;

const TILE = 16u;

var<workgroup> left: array<array<T, TILE>, TILE>;
var<workgroup> right: array<array<T, TILE>, TILE>;

@compute @workgroup_size(16, 16)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
) {
    let row = params.first + group.y * TILE + local.y;
    let column = group.x * TILE + local.x;
    var sum = T(0);
    for (var base = 0u; base < params.inner; base += TILE) {
        var x = T(0);
        if (row < params.end && base + local.x < params.inner) {
            x = a[row * params.inner + base + local.x];
        }
        left[local.y][local.x] = x;
        var y = T(0);
        if (column < params.columns && base + local.y < params.inner) {
            y = b[(base + local.y) * params.columns + column];
        }
        right[local.y][local.x] = y;
        workgroupBarrier();
        for (var k = 0u; k < TILE; k++) {
            sum += left[local.y][k] * right[k][local.x];
        }
        workgroupBarrier();
    }
    if (row < params.end && column < params.columns) {
        c[row * params.columns + column] = sum;
    }
}
