//! Every task of the library gives on a device what its twin on the CPU computes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{gpu, library};
use pinfi_jobs::Refusal;
use pinfi_jobs::library::{
    Activation, Averaging, Filter, HashSearch, ImageFilter, Layer, MatrixProduct, MonteCarlo,
    Payoff, Perceptron, Scalar, Task, from_f32, from_u32, to_u32,
};
use pinfi_jobs::limits::{Limits, OutOfBounds, Parameter, Quantity};
use pinfi_jobs::run::Cancel;
use pinfi_jobs::spec::{Grain, Job};

/// Numbers without a pattern: a linear congruence, its upper bits.
fn noise(count: usize) -> Vec<u32> {
    let mut state = 12_345_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 32).unwrap()
    };
    (0..count).map(|_| next()).collect()
}

/// Floats from −1 to 1.
fn floats(count: usize) -> Vec<f32> {
    noise(count).into_iter().map(|word| (word >> 8) as f32 / 8_388_608.0 - 1.0).collect()
}

/// Runs a task at a fine and at a coarse grain and compares all units with the twin.
fn equals_twin(name: &str, task: Task) -> Vec<u8> {
    let gpu = gpu();
    let shape = task.shape().unwrap();
    let length = usize::try_from(shape.unit_bytes).unwrap();
    let mut results = Vec::new();
    for grain in [Grain(0), Grain::default()] {
        let job = Job { grain, ..library(task.clone()) };
        let mut seen = Vec::new();
        let outcome = gpu
            .watch(&job, &Limits::DEFAULT, &Cancel::default(), |done| {
                assert_eq!(done.partial.step, seen.len() as u64, "{name}: steps in their order");
                seen.push(done.partial.pieces[0].bytes.clone());
            })
            .unwrap();
        let output = outcome.outputs[0].bytes.clone();
        if grain == Grain(0) {
            assert_eq!(seen.len(), shape.units as usize, "{name}: a unit a step");
        }
        assert_eq!(seen.concat(), output, "{name}: the parts are the whole");
        for unit in 0..shape.units {
            let bytes = &output[unit as usize * length..][..length];
            let compared = task.twin(unit).unwrap().compare(bytes);
            assert_eq!(compared, Ok(()), "{name}: unit {unit}");
        }
        results.push(output);
    }
    assert_eq!(results[0], results[1], "{name}: the grain changes nothing");
    results.remove(0)
}

fn product(scalar: Scalar, rows: u32, inner: u32, columns: u32) -> MatrixProduct {
    let (a, b) = ((rows * inner) as usize, (inner * columns) as usize);
    let write = |count| match scalar {
        Scalar::U32 => from_u32(&noise(count)),
        Scalar::F32 => from_f32(&floats(count)),
    };
    MatrixProduct { scalar, rows, inner, columns, a: write(a), b: write(b) }
}

fn image(width: u32, height: u32, filter: Filter) -> ImageFilter {
    let pixels = from_u32(&noise((width * height) as usize));
    ImageFilter { width, height, pixels, filter }
}

fn option(payoff: Payoff, averaging: Averaging) -> MonteCarlo {
    MonteCarlo {
        payoff,
        averaging,
        spot: 100.0,
        strike: 105.0,
        rate: 0.05,
        volatility: 0.2,
        years: 1.0,
        moments: 13,
        paths: 128,
        lanes: 70,
        seed: 0xdead_beef_0123_4567,
    }
}

fn network() -> Perceptron {
    let layers = [(100, Activation::Relu), (70, Activation::Sigmoid), (10, Activation::Identity)];
    let layers = layers.map(|(neurons, activation)| Layer { neurons, activation }).to_vec();
    let count = 785 * 100 + 101 * 70 + 71 * 10;
    let weights = from_f32(&floats(count).iter().map(|weight| weight / 8.0).collect::<Vec<_>>());
    Perceptron { inputs: 784, layers, weights, items: 9, batch: from_f32(&floats(784 * 9)) }
}

fn out_of_bounds(task: Task) -> OutOfBounds {
    match task.shape().unwrap_err() {
        Refusal::OutOfBounds(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn shape_rejects_parameters_beyond_their_bounds() {
    let cases = [
        (
            Task::MatrixProduct(MatrixProduct { rows: 0, ..product(Scalar::U32, 1, 1, 1) }),
            Parameter::Rows,
        ),
        (
            Task::MatrixProduct(MatrixProduct { inner: 1 << 16, ..product(Scalar::U32, 1, 1, 1) }),
            Parameter::Inner,
        ),
        (
            Task::ImageFilter(ImageFilter { height: 0, ..image(1, 1, Filter::Sobel) }),
            Parameter::Height,
        ),
        (Task::ImageFilter(image(1, 1, Filter::BoxBlur { radius: 17 })), Parameter::Radius),
        (
            Task::ImageFilter(image(
                1,
                1,
                Filter::Convolution { radius: 0, weights: vec![1], divisor: 0, bias: 0 },
            )),
            Parameter::Divisor,
        ),
        (
            Task::ImageFilter(image(
                1,
                1,
                Filter::Convolution { radius: 0, weights: vec![i32::MIN], divisor: 1, bias: 0 },
            )),
            Parameter::FilterWeight,
        ),
        (
            Task::MonteCarlo(MonteCarlo { paths: 0, ..option(Payoff::Call, Averaging::Last) }),
            Parameter::Paths,
        ),
        (Task::Perceptron(Perceptron { layers: vec![], ..network() }), Parameter::Layers),
        (
            Task::HashSearch(HashSearch {
                text: vec![],
                start: u64::MAX - 4096,
                segments: 2,
                zero_bits: 1,
            }),
            Parameter::Segments,
        ),
        (
            Task::HashSearch(HashSearch {
                text: vec![0; 121],
                start: 0,
                segments: 2,
                zero_bits: 1,
            }),
            Parameter::PrefixBytes,
        ),
    ];
    for (task, parameter) in cases {
        assert_eq!(out_of_bounds(task).quantity, Quantity::Parameter(parameter));
    }
}

#[test]
fn shape_rejects_another_length_than_the_parameters_say() {
    let short = MatrixProduct { a: vec![0; 12], ..product(Scalar::F32, 2, 2, 2) };
    let error = Task::MatrixProduct(short).shape().unwrap_err();
    assert_eq!(error, Refusal::Contents { binding: 1, bytes: 12, needed: 16 });
    let few = Filter::Convolution { radius: 1, weights: vec![1; 8], divisor: 1, bias: 0 };
    let error = Task::ImageFilter(image(2, 2, few)).shape().unwrap_err();
    assert_eq!(error, Refusal::Contents { binding: 2, bytes: 32, needed: 36 });
    let short = Perceptron { weights: vec![0; 4], ..network() };
    assert!(matches!(
        Task::Perceptron(short).shape().unwrap_err(),
        Refusal::Contents { binding: 1, bytes: 4, .. }
    ));
}

#[test]
fn shape_rejects_floats_that_are_no_prices() {
    let base = option(Payoff::Call, Averaging::Last);
    for wrong in [
        MonteCarlo { spot: f32::NAN, ..base },
        MonteCarlo { strike: 0.0, ..base },
        MonteCarlo { rate: f32::INFINITY, ..base },
        MonteCarlo { years: -1.0, ..base },
        MonteCarlo { volatility: 2.1, ..base },
    ] {
        let error = Task::MonteCarlo(wrong).shape().unwrap_err();
        assert!(matches!(error, Refusal::Parameter { .. }), "{error}");
    }
}

#[test]
fn twin_rejects_a_unit_that_is_not_there() {
    let task = Task::MatrixProduct(product(Scalar::U32, 3, 2, 2));
    assert_eq!(task.twin(3).unwrap_err(), Refusal::NoUnit { unit: 3, units: 3 });
}

#[test]
fn matrix_product_of_integers_equals_its_twin() {
    let task = product(Scalar::U32, 37, 50, 41);
    let output = to_u32(&equals_twin("integers", Task::MatrixProduct(task)));
    assert_eq!(output.len(), 37 * 41);
    let identity = MatrixProduct {
        scalar: Scalar::U32,
        rows: 2,
        inner: 2,
        columns: 3,
        a: from_u32(&[1, 2, 3, u32::MAX]),
        b: from_u32(&[1, 2, 3, 4, 5, 6]),
    };
    let output = to_u32(&equals_twin("by hand", Task::MatrixProduct(identity)));
    assert_eq!(output, [9, 12, 15, u32::MAX, 1, 3], "modulo 2³²");
}

#[test]
fn matrix_product_of_floats_is_near_its_twin() {
    equals_twin("floats", Task::MatrixProduct(product(Scalar::F32, 33, 300, 20)));
}

#[test]
fn image_filters_equal_their_twins() {
    let weights = (-12..13).collect();
    let filters = [
        Filter::Convolution { radius: 2, weights, divisor: 7, bias: -3 },
        Filter::BoxBlur { radius: 3 },
        Filter::Sobel,
    ];
    for filter in filters {
        equals_twin("image", Task::ImageFilter(image(71, 19, filter)));
    }
    let identity = Filter::Convolution { radius: 0, weights: vec![1], divisor: 1, bias: 0 };
    let same = image(9, 5, identity);
    assert_eq!(equals_twin("identity", Task::ImageFilter(same.clone())), same.pixels);
}

#[test]
fn monte_carlo_is_near_its_twin() {
    for payoff in [Payoff::Call, Payoff::Put] {
        for averaging in [Averaging::Last, Averaging::Mean] {
            equals_twin("option", Task::MonteCarlo(option(payoff, averaging)));
        }
    }
}

#[test]
fn monte_carlo_prices_a_european_call_as_black_and_scholes_do() {
    let task =
        MonteCarlo { moments: 1, paths: 256, lanes: 1024, ..option(Payoff::Call, Averaging::Last) };
    let output = equals_twin("call", Task::MonteCarlo(task));
    let estimate = task.estimate(&output).unwrap();
    // S = 100, K = 105, r = 5 %, σ = 20 %, T = 1.
    let off = (estimate.price - 8.021_352).abs();
    assert!(off < 4.0 * estimate.standard_error, "{estimate:?}");
    assert_eq!(estimate.paths, 1 << 18);
    assert!(estimate.standard_error < 0.05, "{estimate:?}");
}

#[test]
fn perceptron_is_near_its_twin() {
    equals_twin("network", Task::Perceptron(network()));
}

#[test]
fn hash_search_equals_its_twin_and_keccak() {
    // Across the border of the nonce's lower word.
    let start = (1_u64 << 32) - 4096 - 100;
    let task = HashSearch { text: b"PinFi".to_vec(), start, segments: 5, zero_bits: 12 };
    let output = equals_twin("search", Task::HashSearch(task.clone()));
    let findings = task.findings(&output);
    assert_eq!(findings.len(), 5);
    let found: Vec<_> = findings.iter().filter_map(|finding| finding.nonce).collect();
    assert!(!found.is_empty(), "20 480 nonces for 12 bits");
    for nonce in found {
        let hash = alloy_primitives::keccak256([&nonce.to_be_bytes()[..], b"PinFi"].concat());
        assert!(hash[0] == 0 && hash[1] < 16, "{hash}");
    }
}

#[test]
fn sources_are_valid_on_every_device() {
    let tasks = [
        Task::MatrixProduct(product(Scalar::U32, 1, 1, 1)),
        Task::MatrixProduct(product(Scalar::F32, 1, 1, 1)),
        Task::ImageFilter(image(1, 1, Filter::Sobel)),
        Task::MonteCarlo(option(Payoff::Call, Averaging::Last)),
        Task::Perceptron(network()),
        Task::HashSearch(HashSearch { text: vec![], start: 0, segments: 1, zero_bits: 1 }),
    ];
    for task in tasks {
        let source = task.source();
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)));
        let flags = naga::valid::ValidationFlags::all();
        let mut validator = naga::valid::Validator::new(flags, naga::valid::Capabilities::empty());
        let info = validator.validate(&module);
        assert!(info.is_ok(), "{:?}", info.err());
    }
}
