//! What the ledger costs: a quote, a rental there and back, and time, with 1 to 100 000
//! live stakes. The cost must not grow with the stakes.
//!
//! `cargo bench -p pinfi-core --bench ledger`

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot set up has nothing to report"
)]

#[path = "../tests/ledger/market.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod market;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use market::{MINTER, Market, PIN, POOL, account, params};
use pinfi_core::Action;
use pinfi_core::units::{GpuSeconds, StakeId, Timestamp, Wei};

const SIZES: [u64; 3] = [1, 1_000, 100_000];

/// A pool without weight, with `stakes` live LPs whose expiries spread over the last 600 buckets of a term.
fn market_of(stakes: u64) -> Market {
    filled(Market::new(params(), 2), stakes)
}

/// The same with block rewards, and with a weight.
fn weighted_market_of(stakes: u64) -> Market {
    filled(Market::weighted(params(), 2), stakes)
}

fn filled(mut market: Market, stakes: u64) -> Market {
    let supply = Wei(1_000_000_000 * PIN);
    for n in 0..2 {
        market.act(MINTER, Action::Mint { to: account(n), amount: supply }).unwrap();
    }
    for n in 0..stakes {
        let expiry = market.boundary(720 - n % 600);
        market.provide(account(0), expiry).unwrap();
    }
    market
}

fn quote(c: &mut Criterion) {
    let market = market_of(1_000);
    let pool = market.ledger.pool(POOL).unwrap();
    let (reserves, fees) = (*pool.reserves(), pool.params().fees());
    let mut group = c.benchmark_group("quote");
    group.throughput(Throughput::Elements(1));
    group.bench_function("buy", |b| {
        let mut hours = 0;
        b.iter(|| {
            hours = (hours + 3_601) & 0xf_ffff;
            black_box(&reserves).quote_buy(fees, GpuSeconds(hours + 1))
        });
    });
    group.bench_function("sell", |b| {
        let mut hours = 0;
        b.iter(|| {
            hours = (hours + 3_601) & 0xf_ffff;
            black_box(&reserves).quote_sell(fees, GpuSeconds(hours + 1))
        });
    });
    group.finish();
}

fn rent_end(c: &mut Criterion) {
    rent_end_in(c, "rent_end", market_of);
    rent_end_in(c, "rent_end_weighted", weighted_market_of);
}

fn rent_end_in(c: &mut Criterion, name: &str, market_of: fn(u64) -> Market) {
    /// Pairs for which one copy of the market lasts: a second passes with each.
    const PAIRS: u64 = 20_000;
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(1));
    for stakes in SIZES {
        let fixture = market_of(stakes);
        group.bench_with_input(BenchmarkId::from_parameter(stakes), &fixture, |b, fixture| {
            b.iter_custom(|pairs| {
                let mut spent = Duration::ZERO;
                let mut left = pairs;
                while left > 0 {
                    let mut market = fixture.clone();
                    let count = left.min(PAIRS);
                    left -= count;
                    let begin = Instant::now();
                    for n in 0..count {
                        rent_and_end(&mut market, StakeId(n * 7_919 % stakes));
                    }
                    spent += begin.elapsed();
                }
                spent
            });
        });
    }
    group.finish();
}

fn rent_and_end(market: &mut Market, stake: StakeId) {
    market.wait(1);
    let until = market.boundary(2);
    let max_cost = Wei(u128::MAX);
    let rent = Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost };
    market.act(account(1), rent).unwrap();
    market.act(account(1), Action::EndRental { stake, min_out: Wei(0) }).unwrap();
}

fn advance(c: &mut Criterion) {
    let mut group = c.benchmark_group("advance");
    for (stakes, market_of, name) in SIZES.into_iter().flat_map(|stakes| {
        [(stakes, market_of as fn(u64) -> Market, ""), (stakes, weighted_market_of, ", weighted")]
    }) {
        let market = market_of(stakes);
        let pool = market.ledger.pool(POOL).unwrap();
        let soon = Timestamp(market.now.0 + 12);
        group.bench_with_input(
            BenchmarkId::new(format!("12 s{name}"), stakes),
            &soon,
            |b, &soon| {
                b.iter(|| black_box(pool).at(soon));
            },
        );
        let later = Timestamp(market.now.0 + 10 * 365 * 86_400);
        group.bench_with_input(
            BenchmarkId::new(format!("10 years{name}"), stakes),
            &later,
            |b, &later| {
                b.iter(|| black_box(pool).at(later));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, quote, rent_end, advance);
criterion_main!(benches);
