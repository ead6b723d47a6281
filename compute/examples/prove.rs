//! Proves on this machine's GPU and checks the proof: `prove [n] [rounds]`.

use std::error::Error;
use std::time::Instant;

use alloy_primitives::B256;
use pinfi_compute::{Gpu, Options, benchmark, prove};
use pinfi_core::pocps::{Challenge, Work, verify};

const SAMPLES: u32 = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse());
    let n = numbers.next().transpose()?.unwrap_or(256);
    let rounds = numbers.next().transpose()?.unwrap_or(16);
    pollster::block_on(run(Work::new(n, rounds)?))
}

async fn run(work: Work) -> Result<(), Box<dyn Error>> {
    let gpu = Gpu::request().await?;
    let (device, queue) = (gpu.device(), gpu.queue());
    println!("{:#?}", gpu.capabilities());
    gpu.fits(work)?;

    let options = Options::default();
    let speed = benchmark(device, queue, &options, |_| {}).await?;
    println!(
        "{:.2} G integer operations/s, {:.2} M hashes/s",
        speed.operations_per_second / 1e9,
        speed.hashes_per_second / 1e6
    );
    println!("estimate for n = {}, {} rounds: {:?}", work.n(), work.rounds(), speed.estimate(work));

    let challenge = Challenge { seed: B256::repeat_byte(7), work };
    let mut reports = 0;
    let mut longest = std::time::Duration::ZERO;
    let start = Instant::now();
    let mut last = start;
    let mut committed = prove(device, queue, challenge, &options, |_| {
        reports += 1;
        longest = longest.max(last.elapsed());
        last = Instant::now();
    })
    .await?;
    println!(
        "committed in {:?}, {reports} submissions, the longest {longest:?}: {}",
        start.elapsed(),
        committed.root()
    );

    let beacon = B256::repeat_byte(9);
    let start = Instant::now();
    let response = committed.open(beacon, SAMPLES, |_| {}).await?;
    println!("opened in {:?}", start.elapsed());
    verify(&challenge, beacon, SAMPLES, &response)?;
    println!("the proof passes");
    Ok(())
}
