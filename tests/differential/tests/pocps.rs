//! The proof's libraries against the vectors and the core.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use pinfi_core::pocps::{
    ChainProver, Challenge, Fault, OpenedRow, Opening, Retain, Row, SeedInputs, Work, draw,
    verify_sample,
};
use pinfi_differential::abi::{PoCPSHarness as Harness, Verify};
use pinfi_differential::chain::Chain;
use pinfi_differential::deployment::{DEPLOYER, code};
use serde_json::Value;

const FILE: &str = include_str!("../../vectors/pocps.json");

struct Contract {
    chain: Chain,
    at: Address,
}

impl Contract {
    fn new() -> Self {
        let mut chain = Chain::default();
        let code = code("PoCPSHarness", &[]).unwrap();
        let at = chain.deploy(DEPLOYER, code.into()).unwrap();
        Self { chain, at }
    }

    fn call<C: SolCall>(&mut self, call: &C) -> C::Return {
        let output = self.chain.view(self.at, call.abi_encode().into()).unwrap();
        C::abi_decode_returns(&output).unwrap()
    }

    /// The fault's number, as the core's [`number`].
    fn verify(&mut self, of: &Challenge, root: B256, beacon: B256, s: u32, o: &Opening) -> u8 {
        let bytes = |row: &Row| Bytes::from_iter(row.iter().flat_map(|word| word.to_le_bytes()));
        let state = o.state.as_ref();
        let call = Harness::verifySampleCall {
            challenge: Verify::Challenge {
                seed: of.seed,
                n: of.work.n(),
                rounds: of.work.rounds(),
            },
            root,
            beacon,
            s,
            opening: Verify::Opening {
                state: state.map(|opened| bytes(&opened.row)).unwrap_or_default(),
                statePath: state.map(|opened| opened.path.clone()).unwrap_or_default(),
                next: bytes(&o.next.row),
                nextPath: o.next.path.clone(),
            },
        };
        self.call(&call)
    }
}

fn number(result: Result<(), Fault>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(Fault::MissingState { .. }) => 1,
        Err(Fault::UnexpectedState { .. }) => 2,
        Err(Fault::RowLength { .. }) => 3,
        Err(Fault::PathLength { .. }) => 4,
        Err(Fault::NotCommitted { .. }) => 5,
        Err(Fault::WrongEntry { .. }) => 6,
        Err(other) => panic!("not of one opening: {other}"),
    }
}

fn vectors() -> Vec<(Value, Challenge)> {
    let file: Vec<Value> = serde_json::from_str(FILE).unwrap();
    file.into_iter()
        .map(|vector| {
            let size = |name: &str| u32::try_from(vector[name].as_u64().unwrap()).unwrap();
            let work = Work::new(size("n"), size("rounds")).unwrap();
            let seed = vector["seed"].as_str().unwrap().parse().unwrap();
            (vector, Challenge { seed, work })
        })
        .collect()
}

#[test]
fn seed_equals_the_core() {
    let mut contract = Contract::new();
    let inputs = SeedInputs {
        chain_id: U256::from(1),
        contract: Address::repeat_byte(3),
        stake: U256::from(77),
        provider: Address::repeat_byte(9),
        epoch: U256::from(12_345),
        randomness: B256::repeat_byte(0xab),
    };
    let call = Harness::seedCall {
        market: inputs.contract,
        stake: inputs.stake,
        provider: inputs.provider,
        epoch: inputs.epoch,
        randomness: inputs.randomness,
    };
    assert_eq!(contract.call(&call), inputs.seed());
}

#[test]
fn expansion_equals_the_vectors() {
    let mut contract = Contract::new();
    for (vector, challenge) in vectors() {
        for (tag, field) in [(0, "x0_first_row"), (1, "wt_first_row")] {
            let stated = vector[field].as_array().unwrap();
            for (place, word) in stated.iter().enumerate() {
                let call = Harness::expandBlockCall {
                    seed_: challenge.seed,
                    tag: U256::from(tag),
                    index: U256::from(place / 8),
                };
                let lanes: U256 = contract.call(&call);
                let found: U256 = (lanes >> (224 - 32 * (place % 8))) & U256::from(u32::MAX);
                assert_eq!(found, U256::from(word.as_u64().unwrap()), "{field} {place}");
            }
        }
    }
}

#[test]
fn samples_and_openings_equal_the_vectors_and_faults_the_core() {
    let mut contract = Contract::new();
    let mut faults = std::collections::BTreeSet::new();
    for (vector, challenge) in vectors() {
        let (Some(beacon), Some(stated)) =
            (vector["beacon"].as_str(), vector["samples"].as_array())
        else {
            continue;
        };
        let beacon: B256 = beacon.parse().unwrap();
        let mut committed = ChainProver::new(challenge, Retain::ALL).finish();
        let root = committed.root();
        assert_eq!(vector["root"].as_str().unwrap(), root.to_string());
        let q = u32::try_from(stated.len()).unwrap();
        let response = committed.open(beacon, q);
        let samples = draw(challenge.work, root, beacon, q);
        for ((s, opening), (sample, stated)) in
            (0..).zip(&response.openings).zip(samples.iter().zip(stated))
        {
            let (n, rounds) = (challenge.work.n(), challenge.work.rounds());
            let drawn = contract.call(&Harness::drawCall { n, rounds, root, beacon, s });
            assert_eq!((drawn.k, drawn.i, drawn.j), (sample.k, sample.i, sample.j));
            let stated: Vec<_> =
                stated.as_array().unwrap().iter().map(|x| x.as_u64().unwrap()).collect();
            assert_eq!(stated, [drawn.k, drawn.i, drawn.j].map(u64::from));

            assert_eq!(contract.verify(&challenge, root, beacon, s, opening), 0, "honest");
            for spoiled in spoiled(opening) {
                let expected = number(verify_sample(&challenge, root, beacon, s, &spoiled));
                let found = contract.verify(&challenge, root, beacon, s, &spoiled);
                assert_eq!(found, expected, "{spoiled:?}");
                faults.insert(found);
            }
            // Another seed: both rows are committed, and the entry is none of this work's.
            let other = Challenge { seed: B256::repeat_byte(7), ..challenge };
            let expected = number(verify_sample(&other, root, beacon, s, opening));
            assert_eq!(contract.verify(&other, root, beacon, s, opening), expected);
            faults.insert(expected);
        }
    }
    assert_eq!(faults.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
}

/// An opening spoiled in every way that it can be.
fn spoiled(opening: &Opening) -> Vec<Opening> {
    let mut all = Vec::new();
    let mut spoil = |change: &dyn Fn(&mut Opening)| {
        let mut spoiled = opening.clone();
        change(&mut spoiled);
        all.push(spoiled);
    };
    spoil(&|o| o.next.row.0[0] ^= 1);
    spoil(&|o| o.next.row.0.push(0));
    spoil(&|o| o.next.row.0.truncate(1));
    spoil(&|o| o.next.path[0].0[31] ^= 1);
    spoil(&|o| o.next.path.push(B256::ZERO));
    spoil(&|o| o.next.path.truncate(1));
    if opening.state.is_some() {
        let mut spoil_state = |change: &dyn Fn(&mut OpenedRow)| {
            spoil(&|o| o.state.iter_mut().for_each(change));
        };
        spoil_state(&|state| state.row.0[1] ^= 1);
        spoil_state(&|state| state.row.0.truncate(1));
        spoil_state(&|state| state.path.truncate(1));
        spoil(&|o| o.state = None);
    } else {
        spoil(&|o| o.state = Some(o.next.clone()));
    }
    all
}
