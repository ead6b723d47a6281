//! What a session over the network costs beside the same job run here: `cargo xtask bench jobs`.
//!
//! A relay, a provider and a client are in this program, in one thread but for the relay's and the
//! network's own, on one GPU. All goes through the relay, as in a browser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a study that cannot go on says so")]

#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/customer.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod customer;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/ends.rs"]
mod ends;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/jobs.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod jobs;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/stage.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod stage;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../../jobs/tests/common/wallet.rs"]
mod wallet;

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    stage::play(native::study());
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::rc::Rc;
    use std::time::{Duration, Instant};

    use pinfi_jobs::library::{HashSearch, Task};
    use pinfi_jobs::limits::Limits;
    use pinfi_jobs::run::Cancel;
    use pinfi_jobs::spec::{Grain, Job};
    use pinfi_session::follow::News;
    use pinfi_session::station::{Always, GpuMachine, Machine as _};

    use crate::customer::Customer;
    use crate::ends::relay;
    use crate::jobs::{library, module};
    use crate::stage::Provider;

    /// How often each is measured; the median is shown.
    const TIMES: u8 = 9;
    /// How long the job takes that local and remote are compared by.
    const LONG: Duration = Duration::from_secs(1);
    /// Words of a mebibyte.
    const MEBIBYTE: u32 = 1 << 18;

    pub(crate) async fn study() {
        let (_relay, url) = relay(0).await;
        let (machine, limits) =
            GpuMachine::request(Limits::DEFAULT, Rc::new(Always)).await.unwrap();
        println!("device: {}", machine.describe().0);
        let segments = calibrate(&machine, &limits).await;
        let (mut local, mut remote) = (Vec::new(), Vec::new());
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        for id in 0..TIMES {
            // In turns, as a machine gets warm.
            local.push(here(&machine, &limits, &search(id, segments)).await);
            remote.push(there(&mut customer, &search(id, segments)).await.1);
        }
        let (local, remote) = (median(local), median(remote));
        println!("a job of {segments} segments here: {:.1} ms", millis(local));
        println!("the same through a relay: {:.1} ms", millis(remote));
        println!("overhead: {:.1} %", (millis(remote) / millis(local) - 1.0) * 100.0);

        let mut firsts = Vec::new();
        for id in 100..100 + TIMES {
            firsts.push(there(&mut customer, &search(id, 1)).await.0);
        }
        println!("first result after submission: {:.1} ms", millis(median(firsts)));
        let mut dialled = Vec::new();
        for id in 120..120 + TIMES {
            let begun = Instant::now();
            customer.open().await.unwrap();
            there(&mut customer, &search(id, 1)).await;
            dialled.push(begun.elapsed());
        }
        println!("first result after dialling: {:.1} ms", millis(median(dialled)));
        let mut outputs = Vec::new();
        for id in 140..140 + TIMES {
            let job = module(id, "out[0] = 1u;", MEBIBYTE);
            let far = there(&mut customer, &job).await.1;
            outputs.push(far.saturating_sub(here(&machine, &limits, &job).await));
        }
        let took = median(outputs);
        println!(
            "a buffer of 1 MiB: {:.1} ms, {:.1} MiB/s",
            millis(took),
            1.0 / took.as_secs_f64()
        );
    }

    fn search(id: u8, segments: u32) -> Job {
        let task = HashSearch { text: vec![7], start: 0, segments, zero_bits: 60 };
        Job { grain: Grain::default(), ..library(id, Task::HashSearch(task)) }
    }

    /// Finds how many segments take long enough.
    async fn calibrate(machine: &GpuMachine, limits: &Limits) -> u32 {
        let mut segments = 64;
        loop {
            let took = here(machine, limits, &search(255, segments)).await;
            if took > LONG / 4 {
                let scale = LONG.as_secs_f64() / took.as_secs_f64();
                #[allow(clippy::cast_possible_truncation, reason = "some thousands")]
                return (f64::from(segments) * scale).round() as u32;
            }
            segments *= 2;
        }
    }

    async fn here(machine: &GpuMachine, limits: &Limits, job: &Job) -> Duration {
        let begun = Instant::now();
        machine.run(job, limits, &Cancel::default(), &mut |_| {}).await.unwrap();
        begun.elapsed()
    }

    /// Runs a job at the provider; gives when its first step and its end came.
    async fn there(customer: &mut Customer, job: &Job) -> (Duration, Duration) {
        let begun = Instant::now();
        customer.submit(job).await;
        customer.first_step().await;
        let first = begun.elapsed();
        let (_, _, news) = customer.end().await.unwrap();
        assert!(matches!(news, News::Done { .. }), "{news:?}");
        (first, begun.elapsed())
    }

    fn median(mut times: Vec<Duration>) -> Duration {
        times.sort();
        times[times.len() / 2]
    }

    fn millis(time: Duration) -> f64 {
        time.as_secs_f64() * 1e3
    }
}
