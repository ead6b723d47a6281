//! Contracts that call back. What is done in a callback comes to what is done after it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{Timestamp, Wei};
use pinfi_core::{Action, Context};
use pinfi_differential::abi::{ReentrantGame, ReentrantReceiver, StakeToken};
use pinfi_differential::deployment::{Cast, DEPLOYER, MINTER, code};
use pinfi_differential::life::Step;
use pinfi_differential::random::account;
use pinfi_differential::translate;
use pinfi_differential::twin::Twin;
use support::{ANY, PIN, POOL, act, boundary, market, opened, params, provide, stake};

/// The data of the market's call for an action.
fn data(twin: &Twin, action: &Action) -> Bytes {
    let deed = Deed::Act(action.clone());
    let step = Step { wait: 0, sender: Address::ZERO, deed, by_token: false };
    translate::call(&twin.at, &twin.ledger, &step).unwrap().1
}

fn in_core(twin: &mut Twin, sender: Address, action: &Action) -> bool {
    let now = Timestamp(twin.chain.now());
    twin.ledger.apply(action, &Context { sender, now, randomness: B256::ZERO }).is_ok()
}

/// Sends token `id` safely to a receiver that does `inside` before it takes it, and does the same
/// one after the other on the core.
fn send_safely(twin: &mut Twin, token: Address, id: u64, first: &Action, inside: &[Action]) -> u64 {
    let code = code("ReentrantReceiver", &[]).unwrap();
    let receiver = twin.chain.deploy(DEPLOYER, code.into()).unwrap();
    twin.watch(receiver);
    act(twin, MINTER, Action::Mint { to: receiver, amount: Wei(1_000_000 * PIN) });
    let first = match *first {
        Action::TransferHours { stake, .. } => Action::TransferHours { stake, to: receiver },
        Action::TransferRental { stake, .. } => Action::TransferRental { stake, to: receiver },
        ref other => panic!("{other:?} sends no token"),
    };
    let calls = inside.iter().map(|action| data(twin, action)).collect();
    let (pin, market) = (twin.at.pin, twin.at.market);
    let prepare = ReentrantReceiver::prepareCall { pin, market_: market, calls_: calls };
    twin.chain.send(account(3), receiver, prepare.abi_encode().into()).unwrap();

    let owner = account(0);
    let call =
        StakeToken::safeTransferFrom_0Call { from: owner, to: receiver, tokenId: U256::from(id) };
    twin.chain.send(owner, token, call.abi_encode().into()).unwrap();
    assert!(in_core(twin, owner, &first), "{first:?}");
    let done = inside.iter().filter(|action| in_core(twin, receiver, action)).count() as u64;

    let call = ReentrantReceiver::acceptedCall {}.abi_encode();
    let accepted = U256::from_be_slice(&twin.chain.view(receiver, call.into()).unwrap());
    assert_eq!(accepted, U256::from(done), "calls accepted in the callback");
    twin.compare().unwrap();
    done
}

#[test]
fn a_receiver_of_hours_gains_nothing_by_calling_back() {
    for (number, expected) in [(0, 1), (1, 1), (2, 0), (3, 2)] {
        let mut twin = market();
        provide(&mut twin, account(1), 100);
        let held = stake(&mut twin, account(0), 40);
        let back = Action::TransferHours { stake: held, to: account(0) };
        let sell = Action::Sell { stake: held, min_out: Wei(0) };
        let join = Action::AddLiquidity { stake: held, min_tokens: Wei(0), max_tokens: ANY };
        let until = boundary(&twin, 10);
        let rent = Action::Rent { pool: POOL, stakes: vec![held], until, max_cost: ANY };
        let inside = match number {
            0 => vec![sell.clone(), sell, back.clone()],
            1 => vec![back.clone(), sell, join],
            2 => vec![join, Action::Collect { stake: held }, Action::Settle { stake: held }],
            _ => vec![sell, rent],
        };
        let (token, id) = (twin.at.hours_token, held.0);
        let done = send_safely(&mut twin, token, id, &back, &inside);
        assert_eq!(done, expected, "list {number}");
    }
}

#[test]
fn a_receiver_of_a_rental_gains_nothing_by_calling_back() {
    for (number, expected) in [(0, 1), (1, 2), (2, 2)] {
        let mut twin = market();
        let device = provide(&mut twin, account(1), 100);
        let until = boundary(&twin, 10);
        let rent = Action::Rent { pool: POOL, stakes: vec![device], until, max_cost: ANY };
        act(&mut twin, account(0), rent.clone());
        let end = Action::EndRental { stake: device, min_out: Wei(0) };
        let until = boundary(&twin, 20);
        let extend = Action::Extend { stake: device, until, max_cost: ANY };
        let pass = Action::TransferRental { stake: device, to: account(2) };
        let inside = match number {
            0 => vec![end.clone(), end, extend],
            1 => vec![rent, extend, pass.clone()],
            _ => vec![end, rent],
        };
        let token = twin.at.rental_token;
        let done = send_safely(&mut twin, token, 0, &pass, &inside);
        assert_eq!(done, expected, "list {number}");
    }
}

#[test]
fn a_game_gains_nothing_by_calling_back() {
    let cast = Cast { game: "ReentrantGame", ..Cast::default() };
    let mut twin = opened(Twin::with_cast(cast).unwrap(), params());
    let first = provide(&mut twin, account(0), 40);
    let second = provide(&mut twin, account(1), 80);
    let verdict = |stake: u64, passed| {
        pinfi_differential::abi::PinFi::verdictCall {
            id: stake,
            passed,
            epoch: 0,
            spent: 0,
            accuser: Address::ZERO,
        }
        .abi_encode()
        .into()
    };
    let calls = vec![
        data(&twin, &Action::Settle { stake: first }),
        data(&twin, &Action::Poke { pool: POOL, limit: 9 }),
        verdict(second.0, false),
        verdict(first.0, true),
    ];
    let prepare = ReentrantGame::prepareCall { market_: twin.at.market, calls_: calls };
    let game = twin.at.game;
    twin.chain.send(account(3), game, prepare.abi_encode().into()).unwrap();
    let now = boundary(&twin, 40).0;
    twin.chain.set_time(now);
    // Had one of its calls gone through, it would answer with a pending verification.
    act(&mut twin, account(2), Action::Settle { stake: first });

    // Verdicts in one transaction are as good as in several, and no better.
    let calls_ = vec![verdict(second.0, true), verdict(second.0, false), verdict(second.0, false)];
    let run = ReentrantGame::runCall { calls_ };
    let failure = twin.chain.send(account(3), game, run.abi_encode().into()).unwrap_err();
    assert_eq!(translate::refusal_name(&failure), Some("StakeClosed"));
    twin.compare().unwrap();
}
