// Filters over an image of RGBA, four bytes in a word, the red one lowest.

struct Params {
    width: u32,
    height: u32,
    first: u32, // the first line of this step
    kind: u32, // 0 convolution, 1 box blur, 2 Sobel
    radius: u32,
    divisor: u32,
    bias: i32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<i32>;
@group(0) @binding(7) var<storage, read_write> filtered: array<u32>;

// A pixel, or the border's nearest where there is none.
fn at(x: i32, y: i32) -> vec4<i32> {
    let column = clamp(x, 0, i32(params.width) - 1);
    let line = clamp(y, 0, i32(params.height) - 1);
    let pixel = pixels[u32(line) * params.width + u32(column)];
    let channels = vec4<u32>(pixel, pixel >> 8u, pixel >> 16u, pixel >> 24u);
    return vec4<i32>(channels & vec4<u32>(255u));
}

fn brightness(x: i32, y: i32) -> i32 {
    let pixel = at(x, y);
    return (77 * pixel.r + 150 * pixel.g + 29 * pixel.b) >> 8u;
}

fn weighted(x: i32, y: i32) -> vec4<i32> {
    let radius = i32(params.radius);
    var sum = vec4<i32>(0);
    var next = 0u;
    for (var dy = -radius; dy <= radius; dy++) {
        for (var dx = -radius; dx <= radius; dx++) {
            sum += weights[next] * at(x + dx, y + dy);
            next++;
        }
    }
    let colour = sum / vec4<i32>(i32(params.divisor)) + vec4<i32>(params.bias);
    return vec4<i32>(colour.rgb, at(x, y).a);
}

fn blurred(x: i32, y: i32) -> vec4<i32> {
    let radius = i32(params.radius);
    var sum = vec4<i32>(0);
    for (var dy = -radius; dy <= radius; dy++) {
        for (var dx = -radius; dx <= radius; dx++) {
            sum += at(x + dx, y + dy);
        }
    }
    let side = 2 * radius + 1;
    let area = vec4<i32>(side * side);
    return (sum + area / 2) / area;
}

fn gradient(x: i32, y: i32) -> vec4<i32> {
    let gx = brightness(x + 1, y - 1) + 2 * brightness(x + 1, y) + brightness(x + 1, y + 1)
        - brightness(x - 1, y - 1) - 2 * brightness(x - 1, y) - brightness(x - 1, y + 1);
    let gy = brightness(x - 1, y + 1) + 2 * brightness(x, y + 1) + brightness(x + 1, y + 1)
        - brightness(x - 1, y - 1) - 2 * brightness(x, y - 1) - brightness(x + 1, y - 1);
    return vec4<i32>(vec3<i32>(abs(gx) + abs(gy)), at(x, y).a);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= params.width) {
        return;
    }
    let line = params.first + id.y;
    let x = i32(id.x);
    let y = i32(line);
    var colour: vec4<i32>;
    switch (params.kind) {
        case 0u: { colour = weighted(x, y); }
        case 1u: { colour = blurred(x, y); }
        default: { colour = gradient(x, y); }
    }
    let bytes = vec4<u32>(clamp(colour, vec4<i32>(0), vec4<i32>(255)));
    filtered[line * params.width + id.x] =
        bytes.r | (bytes.g << 8u) | (bytes.b << 16u) | (bytes.a << 24u);
}
