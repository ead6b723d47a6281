//! The jobs that the tests send.

use pinfi_jobs::library::{
    Activation, Averaging, Filter, HashSearch, ImageFilter, Layer, MatrixProduct, MonteCarlo,
    Payoff, Perceptron, Scalar, Task, from_f32, from_u32,
};
use pinfi_jobs::spec::{Buffer, Dispatch, Element, Grain, Job, JobId, Module, Role, Work};

pub(crate) fn library(id: u8, task: Task) -> Job {
    Job { id: JobId([id; 16]), grain: Grain(0), work: Work::Library(task) }
}

/// A job of twelve steps.
pub(crate) fn product(id: u8) -> Job {
    library(id, Task::MatrixProduct(product_task()))
}

fn product_task() -> MatrixProduct {
    MatrixProduct {
        scalar: Scalar::U32,
        rows: 12,
        inner: 8,
        columns: 6,
        a: from_u32(&(0..96).collect::<Vec<_>>()),
        b: from_u32(&(0..48).collect::<Vec<_>>()),
    }
}

/// A job of 4096 steps.
pub(crate) fn long(id: u8) -> Job {
    let search = HashSearch { text: b"long".to_vec(), start: 0, segments: 4_096, zero_bits: 60 };
    library(id, Task::HashSearch(search))
}

/// One of each kind.
pub(crate) fn each() -> [Task; 5] {
    let floats = |count: u32| from_f32(&(0..count).map(|it| it as f32 / 64.0).collect::<Vec<_>>());
    [
        Task::MatrixProduct(product_task()),
        Task::ImageFilter(ImageFilter {
            width: 6,
            height: 5,
            pixels: from_u32(&(0..30).collect::<Vec<_>>()),
            filter: Filter::Sobel,
        }),
        Task::MonteCarlo(MonteCarlo {
            payoff: Payoff::Call,
            averaging: Averaging::Last,
            spot: 100.0,
            strike: 105.0,
            rate: 0.05,
            volatility: 0.2,
            years: 1.0,
            moments: 3,
            paths: 16,
            lanes: 8,
            seed: 1,
        }),
        Task::Perceptron(Perceptron {
            inputs: 4,
            layers: vec![Layer { neurons: 3, activation: Activation::Relu }],
            weights: floats(15),
            items: 2,
            batch: floats(8),
        }),
        Task::HashSearch(HashSearch { text: vec![1], start: 0, segments: 2, zero_bits: 12 }),
    ]
}

/// A module with one word of output.
pub(crate) fn module(id: u8, body: &str, words: u32) -> Job {
    let source = format!(
        "@group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(1) fn main() {{ {body} }}"
    );
    let out = Buffer {
        binding: 0,
        element: Element::U32,
        words,
        role: Role::Output,
        contents: Vec::new(),
    };
    let once = Dispatch { entry: "main".to_owned(), groups: [1; 3], repeat: 1, shows: Vec::new() };
    let module = Module { source, buffers: vec![out], plan: vec![once] };
    Job { id: JobId([id; 16]), grain: Grain::default(), work: Work::Module(module) }
}
