//! Measures how well the kernels use this machine's GPU: `gpu [n…]`, the sides of the matrices.

use std::error::Error;

use pinfi_compute::{Gpu, Options, study, tune};
use pinfi_core::pocps::Work;

/// As in the pools: enough that the expansion does not weigh.
const ROUNDS: u32 = 64;
const SIDES: [u32; 3] = [256, 512, 1024];

fn main() -> Result<(), Box<dyn Error>> {
    let sides: Result<Vec<u32>, _> = std::env::args().skip(1).map(|text| text.parse()).collect();
    let sides = match sides? {
        none if none.is_empty() => SIDES.to_vec(),
        sides => sides,
    };
    pollster::block_on(run(&sides))
}

async fn run(sides: &[u32]) -> Result<(), Box<dyn Error>> {
    let gpu = Gpu::request().await?;
    println!("{:#?}", gpu.capabilities());
    let tiling = tune(gpu.device(), gpu.queue(), &Options::default()).await?;
    println!("{tiling:?}: tiles of {}, {} invocations", tiling.tile(), tiling.invocations());
    let options = Options { tiling, ..Options::default() };
    println!("G integer operations/s; time of a commitment over {ROUNDS} rounds");
    println!(
        "{:>6} {:>9} {:>9} {:>9} {:>8} {:>8} {:>10} {:>9} {:>9} {:>9}",
        "n",
        "peak",
        "product",
        "naive",
        "of peak",
        "× naive",
        "expansion",
        "products",
        "hashing",
        "products"
    );
    for &n in sides {
        let work = Work::new(n, ROUNDS)?;
        let of = study(gpu.device(), gpu.queue(), work, &options, |_| {}).await?;
        println!(
            "{n:>6} {:>9.2} {:>9.2} {:>9.2} {:>7.1}% {:>8.2} {:>9.3}s {:>8.3}s {:>8.3}s {:>8.1}%",
            of.peak / 1e9,
            of.product / 1e9,
            of.naive / 1e9,
            of.of_peak() * 100.0,
            of.over_naive(),
            of.expansion_secs,
            of.products_secs,
            of.hashing_secs,
            of.products_share() * 100.0
        );
    }
    Ok(())
}
