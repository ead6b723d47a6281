//! The GPU proves bit for bit what core does, on whatever adapter this machine has.
//!
//! Without any adapter these tests fail: a GPU prover that nobody ran proves nothing.
#![cfg(not(target_arch = "wasm32"))]
// Clippy knows the tests' own functions as tests, not the helpers beside them.
#![allow(clippy::panic, clippy::unwrap_used)]

mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};

use pinfi_compute::Gpu;

/// One device at a time: lavapipe takes every core, and a proof takes over its device.
static TURN: Mutex<()> = Mutex::new(());

fn gpu() -> (MutexGuard<'static, ()>, Gpu) {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let gpu = pollster::block_on(Gpu::request()).unwrap_or_else(|error| {
        panic!(
            "{error}. These tests need a GPU or the software adapter lavapipe: \
             apt-get install mesa-vulkan-drivers"
        )
    });
    (turn, gpu)
}

macro_rules! native {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            let (_turn, gpu) = gpu();
            pollster::block_on(common::$name(gpu));
        }
    )*};
}

native! {
    prove_refused_when_the_side_is_below_a_tile
    prove_refused_when_a_matrix_exceeds_the_limits
    prove_cancelled_before_it_begins
    prove_cancelled_while_it_runs
    prove_reports_a_lost_device
    prove_reports_an_error_of_the_device
    made_up_checkpoint_fails_when_it_is_opened
    checkpoints_are_what_core_has_there
    proof_cut_at_each_boundary_equals_core
    lost_device_without_a_checkpoint_begins_anew
    lost_device_goes_on_from_the_last_checkpoint
    open_reports_a_lost_device
    capabilities_describe_the_adapter
    prove_equals_core_at_64
    prove_equals_core_at_128
    prove_equals_core_at_256
    open_equals_core_when_no_state_is_kept
    open_again_after_a_cancel
    progress_reaches_its_total
    benchmark_measures_and_estimates
    every_tiling_equals_core
    tune_gives_a_tiling_that_fits_and_is_cancelled
}

/// A device that binds only two states of n = 128 at once, so that eight take four chunks.
async fn small_device() -> (wgpu::Device, wgpu::Queue) {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance.request_adapter(&Default::default()).await.unwrap();
    let required_limits =
        wgpu::Limits { max_storage_buffer_binding_size: 128 << 10, ..Default::default() };
    let descriptor = wgpu::DeviceDescriptor { required_limits, ..Default::default() };
    adapter.request_device(&descriptor).await.unwrap()
}

#[test]
fn prove_equals_core_when_the_states_take_several_chunks() {
    let (_turn, _) = gpu();
    pollster::block_on(async {
        let (device, queue) = small_device().await;
        for keep_bytes in [0, u64::MAX] {
            let options = pinfi_compute::Options { keep_bytes, ..Default::default() };
            common::device_equals_core(&device, &queue, 128, 8, &options).await;
        }
    });
}
