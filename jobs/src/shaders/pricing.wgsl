// Paths of a geometric Brownian motion: an invocation is a lane, which simulates some of them.

struct Params {
    key: vec2<u32>,
    first: u32, // the first lane of this step
    end: u32, // and the one after its last
    paths: u32,
    moments: u32,
    is_put: u32,
    is_mean: u32, // whether the mean of a path counts, and not its last price
    spot: f32,
    strike: f32,
    drift: f32, // of a moment
    spread: f32, // and its volatility
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(7) var<storage, read_write> sums: array<vec2<f32>>;

// The upper half of a product: WGSL has no u64.
fn high_product(a: u32, b: u32) -> u32 {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let middle = a1 * b0 + ((a0 * b0) >> 16u);
    let carried = a0 * b1 + (middle & 0xffffu);
    return a1 * b1 + (middle >> 16u) + (carried >> 16u);
}

// Philox 4×32 with ten rounds.
fn philox(start: vec4<u32>) -> vec4<u32> {
    var counter = start;
    var key = params.key;
    for (var round = 0u; round < 10u; round++) {
        let first = 0xd2511f53u * counter.x;
        let first_high = high_product(0xd2511f53u, counter.x);
        let second = 0xcd9e8d57u * counter.z;
        let second_high = high_product(0xcd9e8d57u, counter.z);
        counter = vec4<u32>(
            second_high ^ counter.y ^ key.x,
            second,
            first_high ^ counter.w ^ key.y,
            first,
        );
        key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
    }
    return counter;
}

// Wichura's AS 241 (PPND7), of 2^23 places that are symmetric.
fn normal(word: u32) -> f32 {
    let place = word >> 9u;
    let is_low = place < 0x400000u;
    let mirrored = select(0x7fffffu - place, place, is_low);
    let share = (f32(mirrored) + 0.5) * 0x1p-23f;
    let from_middle = 0.5 - share;
    var size: f32;
    if (from_middle <= 0.425) {
        let r = 0.180625 - from_middle * from_middle;
        let above = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
        let below = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0;
        size = from_middle * above / below;
    } else {
        let r = sqrt(-log(share)) - 1.6;
        let above = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777;
        let below = (0.12021132975 * r + 0.73700164250) * r + 1.0;
        size = above / below;
    }
    return select(size, -size, is_low);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let lane = params.first + id.x;
    if (lane >= params.end) {
        return;
    }
    var sum = 0.0;
    var squares = 0.0;
    for (var path = 0u; path < params.paths; path++) {
        var logarithm = 0.0;
        var last = 0.0;
        var total = 0.0;
        for (var moment = 0u; moment < params.moments; moment += 4u) {
            let draws = philox(vec4<u32>(moment / 4u, path, lane, 0u));
            for (var next = 0u; next < min(4u, params.moments - moment); next++) {
                logarithm += params.drift + params.spread * normal(draws[next]);
                last = params.spot * exp(logarithm);
                total += last;
            }
        }
        let price = select(last, total / f32(params.moments), params.is_mean == 1u);
        let gain = max(select(price - params.strike, params.strike - price, params.is_put == 1u), 0.0);
        sum += gain;
        squares += gain * gain;
    }
    sums[lane] = vec2<f32>(sum, squares);
}
