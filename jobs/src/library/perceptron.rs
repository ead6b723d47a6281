//! The answers of a small neural network to a batch.

use serde::{Deserialize, Serialize};

use super::twin::{LEAST, ROUNDING};
use super::words::f32_at;
use super::{Kernel, Near, Shape, Twin, parameters, sent, within};
use crate::limits::Parameter;
use crate::program::{Launch, Slot};
use crate::refusal::Refusal;

const SHADER: &str = include_str!("../shaders/perceptron.wgsl");
/// Neurons that a workgroup computes.
const TILE: u32 = 64;
/// The most items along y of a dispatch.
const MOST_AT_ONCE: u32 = 4096;
const MOST_LAYERS: u64 = 16;
const MOST_NEURONS: u64 = 1 << 13;
const MOST_ITEMS: u64 = 1 << 20;
/// The greatest relative error of a sigmoid beside that of its argument, in roundings: `exp` has
/// 3 + 2 |x| units of the last place in WGSL, and |x| is at most 88 before it ends.
const SIGMOID_ROUNDINGS: f64 = 512.0;

/// A network of fully connected layers. The answers to one item of the batch are a unit.
///
/// An answer's tolerance follows from the weights: what the roundings of a layer can amount to
/// is carried through the next ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Perceptron {
    /// Numbers that an item has, 1 to 2¹³.
    pub inputs: u32,
    /// The layers, 1 to 16.
    pub layers: Vec<Layer>,
    /// For each layer the weights of each neuron one after another, then the biases, as floats,
    /// little-endian.
    #[serde(with = "serde_bytes")]
    pub weights: Vec<u8>,
    /// Items of the batch, 1 to 2²⁰.
    pub items: u32,
    /// The items one after another, as floats, little-endian.
    #[serde(with = "serde_bytes")]
    pub batch: Vec<u8>,
}

/// A layer of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// How many neurons it has, 1 to 2¹³.
    pub neurons: u32,
    /// What becomes of each one's sum.
    pub activation: Activation,
}

/// What becomes of a neuron's sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// It stays.
    Identity,
    /// It is zero where it is negative.
    Relu,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
}

impl Activation {
    fn apply(self, sum: Near) -> Near {
        match self {
            Self::Identity => sum,
            // No two numbers are further apart after it than before.
            Self::Relu => Near { value: sum.value.max(0.0), ..sum },
            Self::Sigmoid => {
                let value = 1.0 / (1.0 + (-sum.value).exp());
                // Its slope is a quarter at most.
                let tolerance = sum.tolerance / 4.0 + SIGMOID_ROUNDINGS * ROUNDING * value + LEAST;
                Near { value, tolerance }
            }
        }
    }
}

impl Perceptron {
    /// Gives each layer with its number of inputs and the place of its weights.
    fn layers(&self) -> impl Iterator<Item = (u32, u32, Layer)> {
        self.layers.iter().scan((self.inputs, 0), |(inputs, place), layer| {
            let found = (*inputs, *place, *layer);
            *place += (*inputs + 1) * layer.neurons;
            *inputs = layer.neurons;
            Some(found)
        })
    }

    fn widest(&self) -> u32 {
        self.layers.iter().map(|layer| layer.neurons).max().unwrap_or(0)
    }

    fn outputs(&self) -> u32 {
        self.layers.last().map_or(0, |layer| layer.neurons)
    }

    /// Gives the number of weights and biases.
    fn weight_count(&self) -> u64 {
        self.layers()
            .map(|(inputs, _, layer)| (u64::from(inputs) + 1) * u64::from(layer.neurons))
            .sum()
    }

    fn neuron(&self, inputs: &[Near], place: u32, layer: Layer, neuron: u32) -> Near {
        let count = inputs.len();
        let first = place as usize + neuron as usize * count;
        let bias = place as usize + layer.neurons as usize * count + neuron as usize;
        let bias = f32_at(&self.weights, bias);
        let mut sum = Near { value: bias, tolerance: 0.0 };
        let mut size = bias.abs();
        for (index, input) in inputs.iter().enumerate() {
            let weight = f32_at(&self.weights, first + index);
            sum.value += weight * input.value;
            sum.tolerance += weight.abs() * input.tolerance;
            size += weight.abs() * (input.value.abs() + input.tolerance);
        }
        sum.tolerance += (count as f64 + 2.0) * (2.0 * ROUNDING * size + LEAST);
        layer.activation.apply(sum.sized(size))
    }
}

impl Kernel for Perceptron {
    fn check(&self) -> Result<(), Refusal> {
        within(Parameter::Neurons, self.inputs, 1..=MOST_NEURONS)?;
        within(Parameter::Layers, self.layers.len() as u64, 1..=MOST_LAYERS)?;
        for layer in &self.layers {
            within(Parameter::Neurons, layer.neurons, 1..=MOST_NEURONS)?;
        }
        within(Parameter::Items, self.items, 1..=MOST_ITEMS)?;
        sent(1, &self.weights, self.weight_count() * 4)?;
        sent(2, &self.batch, u64::from(self.items) * u64::from(self.inputs) * 4)
    }

    fn shape(&self) -> Shape {
        Shape {
            units: self.items,
            unit_bytes: u64::from(self.outputs()) * 4,
            operations: self.weight_count() * 2,
        }
    }

    fn units_at_once(&self) -> u32 {
        MOST_AT_ONCE
    }

    fn source(&self) -> String {
        SHADER.into()
    }

    fn slots(&self, units: u32) -> Vec<Slot<'_>> {
        // What a layer gives lies beside what it takes; the first takes the batch.
        let between = u64::from(units) * u64::from(self.widest()) * 2 * 4;
        vec![
            Slot::filled(1, &self.weights[..]),
            Slot::filled(2, &self.batch[..]),
            Slot::empty(3, between, false),
        ]
    }

    fn launches(&self, first: u32, count: u32) -> Vec<Launch<'static>> {
        let last = self.layers.len() - 1;
        let half = count * self.widest();
        let launch = |(index, (inputs, place, layer)): (usize, (u32, u32, Layer))| {
            let halves = if index % 2 == 0 { [half, 0] } else { [0, half] };
            let words = [
                inputs,
                layer.neurons,
                place,
                layer.activation as u32,
                first,
                u32::from(index == 0),
                u32::from(index == last),
                halves[0],
                halves[1],
            ];
            let groups = [layer.neurons.div_ceil(TILE), count, 1];
            Launch { entry: "main", groups, parameters: parameters(&words) }
        };
        self.layers().enumerate().map(launch).collect()
    }

    fn twin(&self, unit: u32) -> Twin {
        let inputs = self.inputs as usize;
        let first = unit as usize * inputs;
        let item = (first..first + inputs)
            .map(|index| Near { value: f32_at(&self.batch, index), tolerance: 0.0 })
            .collect::<Vec<_>>();
        let answers = self.layers().fold(item, |inputs, (_, place, layer)| {
            (0..layer.neurons).map(|neuron| self.neuron(&inputs, place, layer, neuron)).collect()
        });
        Twin::Near(answers)
    }
}
