//! Gas and contract sizes, kept in `snapshot.json`, next to Uniswap v2's in the same run.
//!
//! Blocks are 12 seconds apart, so that Uniswap writes its oracle at each. Uniswap's tokens are two
//! of our PIN. All accounts did the same before: no balance is written for the first time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::collections::BTreeMap;
use std::{env, fs};

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue, sol};
use pinfi_core::Action;
use pinfi_core::game::GameAction;
use pinfi_core::units::{Bps, PoolId, Wei};
use pinfi_differential::abi::{Pin, PinFi};
use pinfi_differential::chain::Chain;
use pinfi_differential::deployment::{DEPLOYER, GOVERNOR, MINTER, code, npm_code};
use pinfi_differential::random::account;
use pinfi_differential::twin::Twin;
use support::{ANY, BUCKET, PIN, POOL, boundary, market, opened, provide, stake};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshot.json");
const BLOCK_SECS: u64 = 12;
/// What a contract may measure, in bytes (EIP-170).
const SIZE_LIMIT: u64 = 24_576;

sol! {
    interface Router {
        function addLiquidity(
            address tokenA, address tokenB, uint256 amountA, uint256 amountB, uint256 minA,
            uint256 minB, address to, uint256 deadline
        ) external;
        function swapExactTokensForTokens(
            uint256 amountIn, uint256 minOut, address[] path, address to, uint256 deadline
        ) external;
    }
}

type Figures = BTreeMap<String, u64>;

/// Uniswap v2's own artifacts: a swap and a deposit by an account that did both before.
fn uniswap() -> Figures {
    let mut chain = Chain::default();
    let mut now = support::START;
    chain.set_time(now);
    let user = account(0);
    let deploy = |chain: &mut Chain, mut code: Vec<u8>, arguments: Vec<u8>| {
        code.extend(arguments);
        chain.deploy(DEPLOYER, Bytes::from(code)).unwrap()
    };
    let factory = npm_code("@uniswap/v2-core/build/UniswapV2Factory.json").unwrap();
    let factory = deploy(&mut chain, factory, DEPLOYER.abi_encode());
    let router = npm_code("@uniswap/v2-periphery/build/UniswapV2Router02.json").unwrap();
    let router = deploy(&mut chain, router, (factory, Address::repeat_byte(1)).abi_encode());
    let tokens: [Address; 2] = std::array::from_fn(|_| {
        let arguments = (MINTER, Address::ZERO, U256::MAX).abi_encode();
        deploy(&mut chain, code("Pin", &[]).unwrap(), arguments)
    });
    for token in tokens {
        let mint = Pin::mintCall { to: user, amount: U256::from(1_000_000 * PIN) };
        chain.send(MINTER, token, mint.abi_encode().into()).unwrap();
        let approve = Pin::approveCall { spender: router, amount: U256::MAX };
        chain.send(user, token, approve.abi_encode().into()).unwrap();
    }
    let add = Router::addLiquidityCall {
        tokenA: tokens[0],
        tokenB: tokens[1],
        amountA: U256::from(1_000 * PIN),
        amountB: U256::from(1_000 * PIN),
        minA: U256::ZERO,
        minB: U256::ZERO,
        to: user,
        deadline: U256::MAX,
    }
    .abi_encode();
    let swap = Router::swapExactTokensForTokensCall {
        amountIn: U256::from(PIN),
        minOut: U256::ZERO,
        path: tokens.to_vec(),
        to: user,
        deadline: U256::MAX,
    }
    .abi_encode();
    let mut send = |data: &Vec<u8>| {
        now += BLOCK_SECS;
        chain.set_time(now);
        chain.send(user, router, data.clone().into()).unwrap().gas_used
    };
    send(&add);
    send(&swap);
    send(&add);
    let swap = send(&swap);
    let add = send(&add);
    [("uniswap v2 addLiquidity", add), ("uniswap v2 swap", swap)]
        .map(|(name, gas)| (name.to_owned(), gas))
        .into()
}

/// Does what must be accepted, a block later. Returns the gas.
fn gas(twin: &mut Twin, sender: Address, action: Action) -> u64 {
    let now = twin.chain.now() + BLOCK_SECS;
    twin.chain.set_time(now);
    let done = twin.act(sender, action).unwrap();
    done.outcome.unwrap();
    done.gas
}

fn pinfi() -> Figures {
    let mut twin = market();
    let (lp, client, other) = (account(0), account(1), account(2));
    let mut all = Figures::new();
    let mut note = |name: &str, gas: u64| {
        all.insert(name.to_owned(), gas);
    };
    // Everybody has done it all before.
    let first = provide(&mut twin, lp, 700);
    let before = provide(&mut twin, other, 600);
    let kept = provide(&mut twin, other, 650);
    let warm = stake(&mut twin, lp, 300);
    let until = boundary(&twin, 20);
    let rent =
        |stake, until| Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY };
    let far = boundary(&twin, 400);
    gas(&mut twin, client, rent(kept, far));
    gas(&mut twin, client, rent(before, until));
    gas(&mut twin, client, Action::EndRental { stake: before, min_out: Wei(0) });

    let params = Box::new(support::params());
    note("createPool", gas(&mut twin, lp, Action::CreatePool { params }));
    let gs = pinfi_core::units::GpuSeconds(400 * BUCKET);
    note("burn", gas(&mut twin, lp, Action::Burn { pool: POOL, gs }));
    let certificate = pinfi_core::units::CertificateId(4);
    let expiry = boundary(&twin, 400);
    let staked = Action::Stake { certificate, expiry, max_fee: ANY };
    note("stake", gas(&mut twin, lp, staked));
    let held = pinfi_core::units::StakeId(4);
    let join = Action::AddLiquidity { stake: held, min_tokens: Wei(0), max_tokens: ANY };
    note("addLiquidity", gas(&mut twin, lp, join));
    note("sell", gas(&mut twin, lp, Action::Sell { stake: warm, min_out: Wei(0) }));
    note("collect", gas(&mut twin, lp, Action::Collect { stake: held }));
    note("rent one device", gas(&mut twin, client, rent(held, until)));
    let later = boundary(&twin, 30);
    note(
        "extend",
        gas(&mut twin, client, Action::Extend { stake: held, until: later, max_cost: ANY }),
    );
    note("endRental", gas(&mut twin, client, Action::EndRental { stake: held, min_out: Wei(0) }));
    gas(&mut twin, client, rent(held, until));
    let five: Vec<_> = (0..5).map(|_| provide(&mut twin, other, 500)).collect();
    let many = Action::Rent { pool: POOL, stakes: five, until, max_cost: ANY };
    note("rent five devices", gas(&mut twin, client, many));
    let remove = Action::RemoveLiquidity { stake: first, min_tokens: i128::MIN, max_fee: ANY };
    let over = until.0 + 60;
    twin.chain.set_time(over);
    note("rent one device whose rental is over", gas(&mut twin, client, rent(held, later)));
    note("removeLiquidity", gas(&mut twin, lp, remove));
    note("poke past nothing", gas(&mut twin, client, Action::Poke { pool: PoolId(0), limit: 9 }));
    note("burn + stake + addLiquidity", burn_stake_join(&mut twin, lp));
    let end = twin.ledger.stake_of(held).unwrap().expiry.0;
    twin.chain.set_time(end);
    note("settle an LP", gas(&mut twin, other, Action::Settle { stake: held }));
    weighted(&mut twin, &mut note);
    all
}

/// The same once the pool has a weight: the first rental of a client on a day, a second one, a
/// device into the pool, and a payout.
fn weighted(twin: &mut Twin, note: &mut impl FnMut(&str, u64)) {
    let (lp, client, other) = (account(0), account(1), account(2));
    gas(twin, GOVERNOR, Action::QueueWeight { pool: POOL, weight: Bps(1_000) });
    let executable = twin.chain.now() + 600;
    twin.chain.set_time(executable);
    gas(twin, other, Action::ExecuteWeight { pool: POOL });
    let tomorrow = executable + 86_400;
    twin.chain.set_time(tomorrow);
    let [before, first, second] = std::array::from_fn(|_| provide(twin, other, 500));
    let until = boundary(twin, 20);
    let rent = |stake| Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY };
    gas(twin, other, rent(before));
    note("weighted: rent one device, first of the client's day", gas(twin, client, rent(first)));
    note("weighted: rent one device", gas(twin, client, rent(second)));
    note("weighted: burn + stake + addLiquidity", burn_stake_join(twin, lp));
    note("weighted: collect", gas(twin, other, Action::Collect { stake: second }));
}

/// A device into the pool in one transaction.
fn burn_stake_join(twin: &mut Twin, lp: Address) -> u64 {
    let now = twin.chain.now() + BLOCK_SECS;
    twin.chain.set_time(now);
    let expiry = boundary(twin, 450).0;
    let certificate = twin.ledger.certificates().count() as u64;
    let id = twin.ledger.stakes().count() as u64;
    let calls = vec![
        PinFi::burnCall { pool: 0, gs: expiry - now }.abi_encode(),
        PinFi::stakeCall { certificate, expiry, maxFee: u128::MAX }.abi_encode(),
        PinFi::addLiquidityCall { id, minTokens: 0, maxTokens: u128::MAX }.abi_encode(),
    ];
    let calls = calls.into_iter().map(Bytes::from).collect();
    let data = PinFi::multicallCall { calls }.abi_encode();
    // On a copy: the core knows no such transaction.
    let mut chain = twin.chain.clone();
    chain.send(lp, twin.at.market, data.into()).unwrap().gas_used
}

/// Where a device is reached: said for the first time, said anew, taken back.
fn announced() -> Figures {
    let mut twin = opened(Twin::with_game().unwrap(), support::params());
    let (lp, key) = (account(0), B256::repeat_byte(9));
    let stake = provide(&mut twin, lp, 20);
    let says = |relay: String| GameAction::Announce { stake, key, relay }.into();
    let long = ["r"; 120].concat();
    let first = gas(&mut twin, lp, says("https://relay.example:4433".to_owned()));
    let anew = gas(&mut twin, lp, says("https://other.example:4433".to_owned()));
    let withdrawn = GameAction::Announce { stake, key: B256::ZERO, relay: String::new() };
    let back = gas(&mut twin, lp, withdrawn.into());
    let longest = gas(&mut twin, lp, says(format!("https://{long}")));
    [
        ("announce of 26 bytes", first),
        ("announce of 26 bytes in the place of 26", anew),
        ("announce of 128 bytes", longest),
        ("announce that takes back", back),
    ]
    .map(|(name, gas)| (name.to_owned(), gas))
    .into()
}

fn sizes() -> Figures {
    [
        "PinFi",
        "Game",
        "Rewards",
        "Params",
        "Leave",
        "Verdict",
        "Pin",
        "StakeToken",
        "HoursToken",
        "RentalToken",
    ]
    .map(|name| {
        let size = pinfi_differential::deployment::runtime_size(name).unwrap();
        (format!("size of {name}"), size)
    })
    .into()
}

/// What costs at most so many tenths of what Uniswap v2's takes.
const TARGETS: [(&str, u64, &str); 2] = [
    ("rent one device", 15, "uniswap v2 swap"),
    ("burn + stake + addLiquidity", 25, "uniswap v2 addLiquidity"),
];

fn check_targets(found: &Figures) {
    for (ours, tenths, theirs) in TARGETS {
        let (gas, swap) = (found[ours], found[theirs]);
        assert!(10 * gas <= tenths * swap, "{ours}: {gas}, {theirs}: {swap}");
    }
}

#[test]
fn gas_and_sizes_are_those_of_the_snapshot() {
    let mut found = uniswap();
    found.extend(pinfi());
    found.extend(announced());
    check_targets(&found);
    let sizes = sizes();
    assert!(sizes.values().all(|size| *size <= SIZE_LIMIT), "{sizes:?}");
    found.extend(sizes);
    let text = serde_json::to_string_pretty(&found).unwrap() + "\n";
    if env::var_os("PINFI_BLESS").is_some() {
        fs::write(SNAPSHOT, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(SNAPSHOT).unwrap();
    assert_eq!(text, kept, "gas or sizes drifted; if that is meant, accept it with --bless");
}
