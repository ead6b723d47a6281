//! The ledger that is rebuilt from logs alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::rc::Rc;
use std::{env, fs};

use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use pinfi_core::units::{GpuSeconds, Wei};
use pinfi_core::{Action, Event};
use pinfi_differential::abi::Pin;
use pinfi_differential::random::{self, Fresh, account};
use pinfi_differential::twin::Twin;
use pinfi_evm::call::{market_call, multicall};
use pinfi_evm::{AddressBook, Block, BlockLogs, Call, Gap, PlacedLog, ReadModel};

use support::{ANY, POOL, act, boundary, market, provide, stake};

const LIVES: u64 = 40;

fn model(twin: &Twin) -> ReadModel {
    ReadModel::new(Rc::new(twin.at.book())).unwrap()
}

/// A market in which a device was put into the pool and one was rented out.
fn lived() -> Twin {
    let mut twin = market();
    let stake = provide(&mut twin, account(0), 100);
    provide(&mut twin, account(1), 80);
    let until = boundary(&twin, 10);
    act(
        &mut twin,
        account(2),
        Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY },
    );
    twin
}

/// Sends a transaction that the core is not told of, and gives its logs as the next block's.
fn send(twin: &mut Twin, from: Address, call: Call) -> BlockLogs {
    let receipt = twin.chain.send(from, call.to, call.data).unwrap();
    let number = twin.log.len() as u64 + 1;
    let hash = B256::with_last_byte(u8::try_from(number).unwrap());
    let time = pinfi_core::units::Timestamp(twin.chain.now());
    let logs = receipt.logs.into_iter().map(|log| PlacedLog { transaction: hash, log });
    let block = BlockLogs { block: Block { number, hash, time }, logs: logs.collect() };
    twin.log.push(block.clone());
    block
}

fn pin(twin: &Twin, call: &impl SolCall) -> Call {
    Call { to: twin.at.pin, data: call.abi_encode().into() }
}

#[test]
fn take_of_blocks_out_of_order_is_refused() {
    let twin = lived();
    let mut model = model(&twin);
    let mut blocks = twin.log.clone();
    blocks.swap(1, 2);
    assert_eq!(model.take(&blocks), Err(Gap::Order { number: 2, last: 3 }));
    assert_eq!(model.state().next, 0, "nothing is taken of what is refused");
    model.take(&twin.log).unwrap();
    let last = twin.log.len() as u64;
    assert_eq!(model.take(&twin.log[..1]), Err(Gap::Order { number: 1, last }));
}

#[test]
fn take_with_any_log_missing_is_refused() {
    let twin = lived();
    let mut whole = model(&twin);
    whole.take(&twin.log).unwrap();
    let ours = [twin.at.market, twin.at.pin];
    let mut left_out = 0;
    for block in 0..twin.log.len() {
        for place in 0..twin.log[block].logs.len() {
            let mut blocks = twin.log.clone();
            let gone = blocks[block].logs.remove(place).log;
            let mut model = model(&twin);
            let taken = model.take(&blocks);
            if !ours.contains(&gone.address) || gone.topics()[0] == approval() {
                assert!(taken.is_ok(), "a log of no interest: {gone:?}");
                continue;
            }
            left_out += 1;
            let same = taken.is_ok() && model.state().ledger == whole.state().ledger;
            assert!(!same, "{gone:?} is not missed");
        }
    }
    assert!(left_out > 10, "only {left_out}");
}

fn approval() -> B256 {
    alloy_primitives::keccak256("Approval(address,address,uint256)")
}

#[test]
fn take_of_a_log_that_its_contract_never_writes_is_unreadable() {
    let twin = lived();
    for address in [twin.at.market, twin.at.pin] {
        let mut blocks = twin.log.clone();
        let mut logs = blocks.iter_mut().flat_map(|block| &mut block.logs);
        let log = &mut logs.find(|log| log.log.address == address).unwrap().log;
        log.data = alloy_primitives::LogData::new_unchecked(vec![B256::ZERO], [1, 2].into());
        assert!(matches!(model(&twin).take(&blocks), Err(Gap::Unreadable(_))), "{address}");
    }
}

#[test]
fn take_of_another_number_than_the_cores_is_unlike() {
    let twin = lived();
    let mut blocks = twin.log.clone();
    let last = blocks.last_mut().unwrap();
    let bought = last.logs.iter_mut().find(|log| log.log.address == twin.at.market).unwrap();
    let mut data = bought.log.data.data.to_vec();
    // The fee's last byte.
    data[95] ^= 1;
    bought.log.data.data = data.into();
    assert!(matches!(model(&twin).take(&blocks), Err(Gap::Unlike { .. })));
}

#[test]
fn resume_of_another_deployments_snapshot_is_none() {
    let twin = lived();
    let other = AddressBook { chain_id: 7, ..twin.at.book() };
    assert!(ReadModel::resume(Rc::new(other), model(&twin).state().clone()).is_none());
}

#[test]
fn step_back_to_a_block_that_was_not_kept_changes_nothing() {
    let twin = lived();
    let mut model = model(&twin);
    model.take(&twin.log).unwrap();
    model.keep();
    let before = model.state().clone();
    assert!(!model.step_back(B256::repeat_byte(9)));
    assert_eq!(*model.state(), before);
}

#[test]
fn take_of_payments_by_hand() {
    let mut twin = lived();
    let (from, to) = (account(0), account(3));
    let had = twin.ledger.accounts().balance(from).0;
    let minted = twin.ledger.accounts().minted().0;
    let market = twin.at.market;
    for (to, amount) in [(to, 5), (market, 7), (to, 0), (from, 11)] {
        let call = pin(&twin, &Pin::transferCall { to, amount: U256::from(amount) });
        send(&mut twin, from, call);
    }
    let call = pin(&twin, &Pin::burnCall { amount: U256::from(13) });
    send(&mut twin, from, call);
    let approve = pin(&twin, &Pin::approveCall { spender: to, amount: U256::from(17) });
    send(&mut twin, from, approve);
    let pull = pin(&twin, &Pin::transferFromCall { from, to, amount: U256::from(17) });
    send(&mut twin, to, pull);

    let mut model = model(&twin);
    model.take(&twin.log).unwrap();
    let ledger = &model.state().ledger;
    assert_eq!(ledger.accounts().balance(from).0, had - 5 - 7 - 13 - 17);
    assert_eq!(ledger.accounts().balance(market).0, 7, "lost, and the market holds it");
    assert_eq!(model.state().burned_by_hand, Wei(13));
    let burned = ledger.accounts().burned().0 + 13;
    let supply = twin.read().unwrap().supply;
    assert_eq!(U256::from(minted - burned), supply);
}

#[test]
fn take_of_several_deeds_in_one_transaction() {
    let mut twin = lived();
    let expiry = boundary(&twin, 90);
    let certificate = twin.ledger.certificates().last().unwrap().0.0 + 1;
    let next = twin.ledger.stakes().last().unwrap().0.0 + 1;
    let gs = GpuSeconds(expiry.0 - twin.chain.now());
    let stake = pinfi_core::units::StakeId(next);
    let certificate = pinfi_core::units::CertificateId(certificate);
    let actions = [
        Action::Burn { pool: POOL, gs },
        Action::Stake { certificate, expiry, max_fee: ANY },
        Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: ANY },
    ];
    let call = multicall(&twin.at.contracts(), actions.iter().map(|a| market_call(a).unwrap()));
    let block = send(&mut twin, account(1), call);
    let mut model = model(&twin);
    let happened = model.take(&twin.log).unwrap();
    let last: Vec<_> = happened.iter().filter(|one| one.block == block.block.number).collect();
    assert_eq!(last.len(), 3);
    assert!(matches!(last[2].events[..], [Event::LiquidityAdded { .. }]));
    let record = model.state().ledger.stake_of(stake).unwrap();
    assert!(record.position().is_some());
}

/// The logs and the times of their blocks are all that an indexer needs, and it may go back.
#[test]
fn law_logs_alone_rebuild_the_state() {
    let fresh = Fresh::new().unwrap();
    for seed in 0..LIVES {
        let mut twin = fresh.of_seed(seed).clone();
        random::live(&mut twin, 4_000 + seed, |_, _, _| {});
        let mut model = model(&twin);
        let mut seen = 0;
        let (first, rest) = twin.log.split_at(twin.log.len() / 2);
        for block in first {
            seen += model.take(std::slice::from_ref(block)).unwrap().len();
        }
        model.keep();
        let fork = model.state().clone();
        seen += model.take(rest).unwrap().len();
        assert_eq!(seen as u64, model.state().next);
        let end = model.state().clone();
        assert!(model.step_back(fork.block.unwrap().hash));
        assert_eq!(*model.state(), fork, "seed {seed}");
        model.take(rest).unwrap();
        assert_eq!(*model.state(), end, "seed {seed}: the same way leads to the same end");
        assert_eq!(*model.state().ledger, twin.ledger, "seed {seed}");
    }
}

#[test]
fn interfaces_are_the_compilers() {
    for name in ["PinFi", "Pin", "Rewards", "IGame", "Game", "StakeToken", "RentalToken"] {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let kept = format!("{root}/evm/abi/{name}.json");
        let compiled = fs::read_to_string(format!("{root}/contracts/out/abi/{name}.json")).unwrap();
        if env::var_os("PINFI_BLESS").is_some() {
            fs::write(&kept, &compiled).unwrap();
        }
        assert!(
            fs::read_to_string(&kept).unwrap() == compiled,
            "evm/abi/{name}.json is not what solc gives; if that is meant, accept it with --bless"
        );
    }
}

#[test]
fn take_of_hours_given_on() {
    let mut twin = market();
    let held = stake(&mut twin, account(0), 50);
    act(&mut twin, account(0), Action::TransferHours { stake: held, to: account(1) });
    let mut model = model(&twin);
    model.take(&twin.log).unwrap();
    assert_eq!(model.state().ledger.stake_of(held).unwrap().hours_holder, account(1));
}
