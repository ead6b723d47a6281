//! The same in a browser, in a dedicated worker, where the prover lives.
#![cfg(target_arch = "wasm32")]

mod common;

use pinfi_compute::Gpu;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

macro_rules! web {
    ($($name:ident)*) => {$(
        #[wasm_bindgen_test]
        async fn $name() {
            let gpu = Gpu::request().await.expect("a browser with WebGPU");
            common::$name(gpu).await;
        }
    )*};
}

web! {
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
