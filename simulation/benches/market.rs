//! What an hour of a market costs: `cargo bench -p pinfi-simulation --bench market`

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot set up has nothing to report")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pinfi_simulation::{RewardPolicy, Run, Scenario, Simulation};

/// Two days into the market, so that all roles are at work.
const BEGIN: usize = 48;
const HOURS: usize = 24;

fn day(c: &mut Criterion) {
    let mut group = c.benchmark_group("day");
    group.sample_size(10).throughput(Throughput::Elements(HOURS as u64));
    for agents in [1_000, 10_000] {
        let run = Run { agents, days: 365, seed: 1, policy: RewardPolicy::Fixed };
        let scenario = Scenario::named("steady").unwrap();
        let mut fixture = Simulation::new(scenario, run).unwrap();
        for _ in 0..BEGIN {
            fixture.step().unwrap();
        }
        group.bench_with_input(BenchmarkId::from_parameter(agents), &fixture, |b, fixture| {
            b.iter_batched(
                || fixture.clone(),
                |mut simulation| {
                    for _ in 0..HOURS {
                        simulation.step().unwrap();
                    }
                    simulation
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, day);
criterion_main!(benches);
