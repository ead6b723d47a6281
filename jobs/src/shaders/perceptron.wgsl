// One layer of a network for some items of a batch: an invocation is a neuron of an item.

struct Params {
    inputs: u32,
    neurons: u32,
    place: u32, // of the layer's weights
    activation: u32, // 0 identity, 1 rectifier, 2 sigmoid
    first: u32, // the first item of this step
    takes_batch: u32, // whether it is the first layer
    gives_answers: u32, // whether it is the last
    taken: u32, // where the layer before put what it gave
    given: u32, // where this layer puts it
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> batch: array<f32>;
@group(0) @binding(3) var<storage, read_write> between: array<f32>;
@group(0) @binding(7) var<storage, read_write> answers: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let neuron = id.x;
    let item = id.y;
    if (neuron >= params.neurons) {
        return;
    }
    var sum = weights[params.place + params.neurons * params.inputs + neuron];
    let own = params.place + neuron * params.inputs;
    if (params.takes_batch == 1u) {
        let own_input = (params.first + item) * params.inputs;
        for (var i = 0u; i < params.inputs; i++) {
            sum += weights[own + i] * batch[own_input + i];
        }
    } else {
        let own_input = params.taken + item * params.inputs;
        for (var i = 0u; i < params.inputs; i++) {
            sum += weights[own + i] * between[own_input + i];
        }
    }
    if (params.activation == 1u) {
        sum = max(sum, 0.0);
    } else if (params.activation == 2u) {
        sum = 1.0 / (1.0 + exp(-sum));
    }
    if (params.gives_answers == 1u) {
        answers[(params.first + item) * params.neurons + neuron] = sum;
    } else {
        between[params.given + item * params.neurons + neuron] = sum;
    }
}
