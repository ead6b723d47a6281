//! How a job ends that does not end well, and what it leaves behind.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Gpu, gpu, job, library, module, once, words};
use pinfi_jobs::chain::{Chain, output_hash};
use pinfi_jobs::library::{HashSearch, Task};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::run::{Cancel, Prepared, RunError};
use pinfi_jobs::spec::{Dispatch, Grain, Job, Module, Work};

const COUNT: &str = "
@group(0) @binding(1) var<storage, read_write> b: array<u32>;
@compute @workgroup_size(1) fn main() { b[0] += 1u; }";

/// Adds one in each of some steps.
fn count(steps: u32) -> Job {
    let plan = vec![Dispatch { repeat: steps, shows: vec![1], ..once("main", 1) }];
    job(Work::Module(Module { plan, ..module(COUNT, 1, 1) }))
}

fn is_good(gpu: &Gpu) {
    let outcome = gpu.run(&count(3), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&outcome.outputs, 1), [3], "the device is as good as before");
}

#[test]
fn run_cancelled_before_it_begins() {
    let gpu = gpu();
    let cancel = Cancel::default();
    cancel.cancel();
    assert!(cancel.is_cancelled());
    let result = gpu.watch(&count(2), &Limits::DEFAULT, &cancel, |_| panic!("a step"));
    assert_eq!(result, Err(RunError::Cancelled { step: 0 }));
    is_good(&gpu);
}

#[test]
fn run_cancelled_while_it_runs() {
    let gpu = gpu();
    let cancel = Cancel::default();
    let mut seen = 0;
    let result = gpu.watch(&count(100), &Limits::DEFAULT, &cancel, |_| {
        seen += 1;
        if seen == 3 {
            cancel.cancel();
        }
    });
    assert_eq!((result, seen), (Err(RunError::Cancelled { step: 3 }), 3));
    is_good(&gpu);
}

#[test]
fn run_reports_a_lost_device() {
    let lost = gpu();
    let device = lost.device.clone();
    let result = lost.watch(&count(100), &Limits::DEFAULT, &Cancel::default(), |done| {
        if done.partial.step == 1 {
            device.destroy();
        }
    });
    let error = result.unwrap_err();
    assert!(matches!(error, RunError::DeviceLost { .. }), "{error:?}");
    assert!(!error.leaves_device());
    let again = lost.run(&count(1), &Limits::DEFAULT).unwrap_err();
    assert!(matches!(again, RunError::DeviceLost { .. }), "{again:?}");
    drop(lost);
    is_good(&gpu());
}

#[test]
fn run_gives_up_a_step_that_takes_too_long() {
    let stuck = gpu();
    let source = "
        @group(0) @binding(1) var<storage, read_write> b: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
            var x = id.x;
            for (var i = 0u; i < 1000000u; i++) { x = x * 1664525u + 1013904223u; }
            b[0] = x;
        }";
    let limits = Limits { step_millis: 20, dispatch_operations: u64::MAX, ..Limits::DEFAULT };
    let began = std::time::Instant::now();
    let result = stuck.run(&job(Work::Module(module(source, 1, 256))), &limits);
    let took = began.elapsed();
    let error = result.unwrap_err();
    assert_eq!(error, RunError::Stuck { step: 0, millis: 20 });
    assert!(!error.leaves_device());
    assert!(took.as_millis() < 3_000, "given up in time: {took:?}");
    drop(stuck);
    is_good(&gpu());
}

#[test]
fn run_ends_when_the_time_of_all_steps_is_up() {
    let gpu = gpu();
    let limits = Limits { total_millis: 100, ..Limits::DEFAULT };
    let result = gpu.run(&count(50_000), &limits);
    let Err(RunError::OutOfTime { step, millis: 100 }) = result else { panic!("{result:?}") };
    assert!(step > 0, "it had begun");
    is_good(&gpu);
}

#[test]
fn run_reports_what_the_device_does_not_take() {
    let gpu = gpu();
    let most = gpu.device.limits().max_storage_buffer_binding_size;
    let limits = Limits {
        buffer_bytes: u64::MAX,
        total_bytes: u64::MAX,
        output_bytes: u64::MAX,
        ..Limits::DEFAULT
    };
    let words = u32::try_from(most / 4 + 1).unwrap();
    let error = gpu.run(&job(Work::Module(module(COUNT, words, 1))), &limits).unwrap_err();
    assert!(matches!(error, RunError::Device { .. }), "{error:?}");
    // Within what the device has, it is refused before.
    let within = limits.within(&gpu.device.limits());
    let job = job(Work::Module(module(COUNT, words, 1)));
    assert!(Prepared::new(&job, &within).is_err());
    is_good(&gpu);
}

#[test]
fn run_tells_of_each_step_and_chains_them() {
    let gpu = gpu();
    let job = count(5);
    let mut chain = Chain::new(job.hash());
    let mut values = Vec::new();
    let outcome = gpu
        .watch(&job, &Limits::DEFAULT, &Cancel::default(), |done| {
            chain.extend(&done.partial).unwrap();
            values.push(done.partial.pieces[0].bytes[0]);
            assert!(!done.took.is_zero());
        })
        .unwrap();
    assert_eq!(values, [1, 2, 3, 4, 5]);
    assert_eq!(outcome.chain, chain.finish(&outcome.outputs));
    assert!(!outcome.busy.is_zero());
    let other = gpu.run(&count(5), &Limits::DEFAULT).unwrap();
    assert_eq!(
        (other.chain, output_hash(&other.outputs)),
        (outcome.chain, output_hash(&outcome.outputs))
    );
}

#[test]
fn run_cuts_a_library_job_by_its_grain() {
    let gpu = gpu();
    let search = HashSearch { text: vec![1], start: 0, segments: 16, zero_bits: 64 };
    let steps = |grain| {
        let job = Job { grain: Grain(grain), ..library(Task::HashSearch(search.clone())) };
        let mut steps = 0;
        gpu.watch(&job, &Limits::DEFAULT, &Cancel::default(), |_| steps += 1).unwrap();
        steps
    };
    // A segment has 2²⁴ operations.
    assert_eq!([steps(20), steps(24), steps(26), steps(40)], [16, 16, 4, 1]);
    let job = Job { grain: Grain(41), ..library(Task::HashSearch(search)) };
    assert!(Prepared::new(&job, &Limits::DEFAULT).is_err());
}

#[test]
fn run_leaves_no_buffer_behind() {
    let (turn, instance) =
        (gpu(), wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle()));
    pollster::block_on(async {
        let adapter = instance.request_adapter(&Default::default()).await.unwrap();
        let (device, queue) = adapter.request_device(&Default::default()).await.unwrap();
        let held = || {
            device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
            let report = instance.generate_report().unwrap();
            let hub = report.hub_report();
            (
                hub.buffers.num_allocated,
                hub.compute_pipelines.num_allocated,
                hub.bind_groups.num_allocated,
            )
        };
        let job = count(4);
        let prepared = Prepared::new(&job, &Limits::DEFAULT).unwrap();
        let cancel = Cancel::default();
        let run = || pinfi_jobs::run::run(&device, &queue, &prepared, &cancel, |_| {});
        run().await.unwrap();
        let before = held();
        for _ in 0..20 {
            run().await.unwrap();
        }
        cancel.cancel();
        run().await.unwrap_err();
        assert_eq!(held(), before);
        assert_eq!(before.0, 0, "no buffer of a job that has ended");
    });
    drop(turn);
}
