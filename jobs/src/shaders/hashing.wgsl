// keccak256(nonce ‖ text) for the nonces of a segment, which a workgroup tries.

struct Params {
    low: u32, // the first nonce of this step
    high: u32,
    mask: u32, // the bits of the hash's first word that must be zero
    next: u32, // and of its second
    first: u32, // the first segment of this step
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> block: array<vec2<u32>, 17>;
@group(0) @binding(7) var<storage, read_write> findings: array<vec2<u32>>;

const LANES = 64u;
const SEGMENT = 4096u;

var<workgroup> least: atomic<u32>;
var<workgroup> found: atomic<u32>;

fn swapped(word: u32) -> u32 {
    return (word << 24u) | ((word & 0xff00u) << 8u) | ((word >> 8u) & 0xff00u) | (word >> 24u);
}

// The first two words of a nonce's hash, the greatest byte first.
fn hash(low: u32, high: u32) -> vec2<u32> {
    var state: array<vec2<u32>, 25>;
    for (var i = 1u; i < 17u; i++) {
        state[i] = block[i];
    }
    state[0] = vec2<u32>(swapped(high), swapped(low));
    keccak_f(&state);
    return vec2<u32>(swapped(state[0].x), swapped(state[0].y));
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    if (lane == 0u) {
        atomicStore(&least, 0xffffffffu);
        atomicStore(&found, 0xffffffffu);
    }
    workgroupBarrier();
    for (var place = lane; place < SEGMENT; place += LANES) {
        let low = params.low + group.x * SEGMENT + place;
        let high = params.high + select(0u, 1u, low < params.low);
        let words = hash(low, high);
        atomicMin(&least, words.x);
        if ((words.x & params.mask) == 0u && (words.y & params.next) == 0u) {
            atomicMin(&found, place);
        }
    }
    workgroupBarrier();
    if (lane == 0u) {
        findings[params.first + group.x] = vec2<u32>(atomicLoad(&least), atomicLoad(&found));
    }
}
