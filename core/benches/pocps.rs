//! Proofs on the CPU: the whole chain, and the check of one sample.

use std::hint::black_box;

use alloy_primitives::B256;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pinfi_core::pocps::{
    ChainProver, Challenge, Committed, Fault, MerkleTree, Opening, Retain, Row, RowId, Sample,
    Work, leaf, respond, verify_sample,
};

const BEACON: B256 = B256::repeat_byte(9);

fn challenge(n: u32, rounds: u32) -> Challenge {
    let work = Work::new(n, rounds).expect("a power of two");
    Challenge { seed: B256::repeat_byte(7), work }
}

fn commit(challenge: Challenge) -> Committed {
    ChainProver::new(challenge, Retain::NONE).finish()
}

fn chain(c: &mut Criterion) {
    let mut group = c.benchmark_group("pocps/cpu_chain");
    group.sample_size(10);
    for (n, rounds) in [(256, 8), (1024, 1)] {
        let challenge = challenge(n, rounds);
        group.throughput(Throughput::Elements(challenge.work.operations()));
        group.bench_function(BenchmarkId::from_parameter(format!("n={n},rounds={rounds}")), |b| {
            b.iter(|| commit(black_box(challenge)).root());
        });
    }
    group.finish();
}

/// An opening that fails in the last comparison, after all of the work of a check: every row is
/// the same, so no chain of 4096 needs to be computed for the bench.
fn opening(challenge: Challenge) -> (B256, u32, Opening) {
    let work = challenge.work;
    let row = Row(challenge.x0_row(0));
    let leaves = vec![leaf(&row); work.leaves() as usize];
    let tree = MerkleTree::new(leaves).expect("a power of two");
    let root = tree.root();
    let (s, sample) = (0..)
        .map(|s| (s, Sample::draw(work, root, BEACON, s)))
        .find(|(_, sample)| sample.k > 0)
        .expect("half of the samples");
    let ids: [RowId; 2] = [sample.state_row().expect("k is above 0"), sample.next_row()];
    let rows = ids.map(|id| (id, row.clone())).into();
    let response = respond(work, &tree, &[sample], &rows).expect("both rows are there");
    (root, s, response.openings.into_iter().next().expect("one opening"))
}

fn check(c: &mut Criterion) {
    let mut group = c.benchmark_group("pocps/verify_sample");
    for n in [256, 1024, 4096] {
        let challenge = challenge(n, 16);
        let (root, s, opening) = opening(challenge);
        let verdict = verify_sample(&challenge, root, BEACON, s, &opening);
        assert!(matches!(verdict, Err(Fault::WrongEntry { .. })), "{verdict:?}");
        group.bench_function(BenchmarkId::from_parameter(format!("n={n}")), |b| {
            b.iter(|| verify_sample(black_box(&challenge), root, BEACON, s, black_box(&opening)));
        });
    }
    group.finish();
}

criterion_group!(benches, chain, check);
criterion_main!(benches);
