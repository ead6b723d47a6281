//! Every refusal, each from the situation that causes it, and that it changes nothing.

use crate::market::{BUCKET, MINTER, Market, PIN, POOL, account, params};
use alloy_primitives::{Address, B256};
use pinfi_core::ledger::Config;
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Ledger};

const ANY: Wei = Wei(u128::MAX);
const FIRST: StakeId = StakeId(0);

/// Asserts that the action is refused with `code` and leaves every byte as it was.
#[track_caller]
fn refused(market: &mut Market, sender: Address, action: Action, code: &str) {
    let before = market.clone();
    match market.act(sender, action.clone()) {
        Err(error) => assert_eq!(error.code(), code, "{action:?}: {error}"),
        Ok(events) => panic!("{action:?} was accepted: {events:?}"),
    }
    assert_eq!(*market, before, "{action:?} left a trace");
}

/// LPs of accounts 0 and 1 until the boundaries 100 and 50, account 2 rich, account 3 rich.
fn open_market() -> Market {
    let mut market = Market::new(params(), 4);
    for (n, buckets) in [(0, 100), (1, 50)] {
        let expiry = market.boundary(buckets);
        market.provide(account(n), expiry).unwrap();
    }
    market
}

fn rent(market: &Market, stakes: &[StakeId], buckets: u64) -> Action {
    let until = market.boundary(buckets);
    Action::Rent { pool: POOL, stakes: stakes.to_vec(), until, max_cost: ANY }
}

#[test]
fn apply_unknown_pool_certificate_or_stake() {
    let mut market = open_market();
    let (pool, stake) = (PoolId(9), StakeId(99));
    let certificate = CertificateId(99);
    let until = market.boundary(3);
    for action in [
        Action::Burn { pool, gs: GpuSeconds(1) },
        Action::Poke { pool, limit: 1 },
        Action::Rent { pool, stakes: vec![FIRST], until, max_cost: ANY },
    ] {
        refused(&mut market, account(0), action, "UnknownPool");
    }
    let action = Action::Stake { certificate, expiry: until, max_fee: ANY };
    refused(&mut market, account(0), action, "UnknownCertificate");
    for action in [
        Action::OpenLiquidity { stake, tokens: ANY },
        Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: ANY },
        Action::Collect { stake },
        Action::Sell { stake, min_out: Wei(0) },
        Action::RemoveLiquidity { stake, min_tokens: 0, max_fee: ANY },
        Action::Settle { stake },
        Action::TransferHours { stake, to: account(1) },
        Action::Extend { stake, until, max_cost: ANY },
        Action::EndRental { stake, min_out: Wei(0) },
        Action::TransferRental { stake, to: account(1) },
        Action::Challenge { stake },
        Action::Commit { stake, root: B256::ZERO },
        Action::Missed { stake },
    ] {
        refused(&mut market, account(0), action, "UnknownStake");
    }
    let action = rent(&market, &[FIRST, stake], 3);
    refused(&mut market, account(2), action, "UnknownStake");
}

#[test]
fn apply_time_reversed_comes_before_all_but_unknown() {
    let mut market = open_market();
    market.wait(10);
    market.act(account(0), Action::Collect { stake: FIRST }).unwrap();
    market.now.0 -= 5;
    let stake = FIRST;
    for action in [
        Action::Burn { pool: POOL, gs: GpuSeconds(0) },
        Action::Poke { pool: POOL, limit: 1 },
        Action::Collect { stake },
        Action::Settle { stake },
        Action::Challenge { stake },
        Action::Missed { stake },
        Action::Commit { stake, root: B256::ZERO },
        Action::EndRental { stake, min_out: Wei(0) },
        Action::Rent { pool: POOL, stakes: vec![], until: Timestamp(1), max_cost: ANY },
    ] {
        refused(&mut market, account(3), action, "TimeReversed");
    }
}

#[test]
fn mint_by_another_or_over_the_cap() {
    let minter = MINTER;
    let mut ledger =
        Ledger::new(Config { chain_id: 1, address: Address::ZERO, minter, supply_cap: Wei(100) });
    let context = |sender| Context { sender, now: Timestamp(1), randomness: B256::ZERO };
    let mut mint = |sender, to, amount| {
        ledger
            .apply(&Action::Mint { to, amount: Wei(amount) }, &context(sender))
            .map_err(|e| e.code())
    };
    let to = account(0);
    assert_eq!(mint(to, to, 1), Err("NotMinter"));
    assert_eq!(mint(minter, Address::ZERO, 1), Err("ZeroAddress"));
    assert_eq!(mint(minter, to, 0), Err("ZeroAmount"));
    assert_eq!(mint(minter, to, 101), Err("SupplyCapExceeded"));
    assert!(mint(minter, to, 100).is_ok());
    assert_eq!(mint(minter, to, 1), Err("SupplyCapExceeded"));
    assert_eq!(ledger.accounts().balance(to), Wei(100));
}

#[test]
fn transfer_of_nothing_of_too_much_or_to_nobody() {
    let mut market = open_market();
    let transfer = |to, amount| Action::Transfer { to, amount: Wei(amount) };
    refused(&mut market, account(2), transfer(Address::ZERO, 1), "ZeroAddress");
    refused(&mut market, account(2), transfer(account(3), 0), "ZeroAmount");
    refused(&mut market, account(2), transfer(account(3), u128::MAX), "InsufficientBalance");
    refused(&mut market, account(9), transfer(account(3), 1), "InsufficientBalance");
    market.act(account(2), transfer(account(2), PIN)).unwrap();
    assert_eq!(market.ledger.accounts().balance(account(2)), Wei(1_000_000 * PIN));
}

#[test]
fn create_pool_with_a_parameter_out_of_bounds() {
    type Change = fn(&mut PoolParams);
    let changes: [(&str, Change); 28] = [
        ("kind", |p| p.kind.clear()),
        ("kind", |p| p.kind = "x".repeat(65)),
        ("bucket", |p| p.bucket = Secs(59)),
        ("bucket", |p| p.bucket = Secs(0)),
        ("bucket", |p| p.bucket = Secs(7_000)),
        ("bucket", |p| p.bucket = Secs(172_800)),
        ("fee_bps", |p| p.fee = Bps(1_001)),
        ("burn_share_bps", |p| p.burn_share = Bps(10_001)),
        ("collateral_bps", |p| p.collateral = Bps(19_999)),
        ("collateral_bps", |p| p.collateral = Bps(1_000_001)),
        ("max_term", |p| p.max_term = Secs(BUCKET * 10 + 1)),
        ("max_term", |p| p.max_term = Secs(BUCKET * 721)),
        ("max_term", |p| (p.bucket, p.max_term) = (Secs(86_400), Secs(31 * 86_400))),
        ("n", |p| p.pocps.n = 32),
        ("n", |p| p.pocps.n = 96),
        ("n", |p| p.pocps.n = 8_192),
        ("rounds", |p| p.pocps.rounds = 0),
        ("rounds", |p| p.pocps.rounds = 3),
        ("samples", |p| p.pocps.samples = 31),
        ("window", |p| p.pocps.window = Secs(59)),
        ("dispute", |p| p.pocps.dispute = Secs(119)),
        ("epoch", |p| p.pocps.epoch = Secs(239)),
        ("bond", |p| p.pocps.bond = Wei(1_000 * PIN + 1)),
        ("bond", |p| p.pocps.accuser_bps = Bps(1)),
        ("accuser_bps", |p| (p.pocps.bond, p.pocps.accuser_bps) = (Wei(1), Bps(5_001))),
        ("min_term", |p| p.min_term = Secs(2 * BUCKET - 1)),
        ("min_term", |p| p.min_term = Secs(721 * BUCKET)),
        ("epoch", |p| (p.pocps.window, p.pocps.dispute) = (Secs(u64::MAX), Secs(u64::MAX))),
    ];
    let mut market = open_market();
    for (name, change) in changes {
        let mut params = params();
        change(&mut params);
        let error = params.validate().unwrap_err();
        assert!(error.to_string().contains(name), "{error} does not name {name}");
        let action = Action::CreatePool { params: Box::new(params) };
        refused(&mut market, account(0), action, "BadParameter");
    }
}

#[test]
fn burn_of_nothing_or_without_pin() {
    let mut market = open_market();
    refused(&mut market, account(2), Action::Burn { pool: POOL, gs: GpuSeconds(0) }, "ZeroAmount");
    let all = Action::Burn { pool: POOL, gs: GpuSeconds(u64::MAX) };
    refused(&mut market, account(2), all, "InsufficientBalance");
}

#[test]
fn stake_refusals_in_their_order() {
    let mut market = open_market();
    let certificate = market.burn(account(2), GpuSeconds(5 * BUCKET)).unwrap();
    let stake = |expiry, max_fee| Action::Stake { certificate, expiry, max_fee };
    let good = market.boundary(4);
    refused(&mut market, account(3), stake(good, ANY), "NotOwner");
    let odd = Timestamp(good.0 + 1);
    refused(&mut market, account(2), stake(odd, ANY), "UnalignedExpiry");
    let now = market.now;
    refused(&mut market, account(2), stake(now, ANY), "UnalignedExpiry");
    let short = market.boundary(1);
    refused(&mut market, account(2), stake(short, ANY), "TermTooShort");
    let long = market.boundary(721);
    refused(&mut market, account(2), stake(long, ANY), "TermTooLong");
    let more = market.boundary(6);
    refused(&mut market, account(2), stake(more, ANY), "CertificateTooSmall");
    refused(&mut market, account(2), stake(good, Wei(1)), "Slippage");
    let balance = market.ledger.accounts().balance(account(2));
    let pay = Action::Transfer { to: account(3), amount: Wei(balance.0 - 1) };
    market.act(account(2), pay).unwrap();
    refused(&mut market, account(2), stake(good, ANY), "InsufficientBalance");
    market.act(account(3), Action::Transfer { to: account(2), amount: balance }).unwrap();
    market.act(account(2), stake(good, ANY)).unwrap();
    refused(&mut market, account(2), stake(good, ANY), "CertificateUsed");
}

#[test]
fn join_refusals_in_their_order() {
    let mut market = open_market();
    let expiry = market.boundary(10);
    let stake = market.stake(account(2), expiry).unwrap();
    let add = |min, max| Action::AddLiquidity { stake, min_tokens: min, max_tokens: max };
    let open = Action::OpenLiquidity { stake, tokens: ANY };
    refused(&mut market, account(3), add(Wei(0), ANY), "NotOwner");
    let lp = Action::AddLiquidity { stake: FIRST, min_tokens: Wei(0), max_tokens: ANY };
    refused(&mut market, account(0), lp, "WrongMode");
    refused(&mut market, account(2), open.clone(), "PoolOpen");
    refused(&mut market, account(2), add(Wei(0), Wei(1)), "Slippage");
    refused(&mut market, account(2), add(ANY, ANY), "Slippage");
    // Whoever has given the hours token away can neither join nor sell.
    market.act(account(2), Action::TransferHours { stake, to: account(3) }).unwrap();
    refused(&mut market, account(2), add(Wei(0), ANY), "NotOwner");
    refused(&mut market, account(3), add(Wei(0), ANY), "NotOwner");
    refused(&mut market, account(2), Action::Sell { stake, min_out: Wei(0) }, "NotOwner");
    market.act(account(3), Action::TransferHours { stake, to: account(2) }).unwrap();

    let balance = market.ledger.accounts().balance(account(2));
    market.act(account(2), Action::Transfer { to: account(3), amount: balance }).unwrap();
    let deposit = market.ledger.stake_of(stake).unwrap().maintenance_fee;
    assert!(deposit > Wei(0), "the refund alone would be enough to join with");
    market.act(account(2), add(Wei(0), ANY)).unwrap();
    let back = market.ledger.accounts().balance(account(2));
    assert!(back > Wei(0) && back < deposit, "the deposit came back before the tokens were taken");

    let late = market.boundary(2);
    let late = market.stake(account(3), late).unwrap();
    market.wait(BUCKET / 2);
    let action = Action::AddLiquidity { stake: late, min_tokens: Wei(0), max_tokens: ANY };
    refused(&mut market, account(3), action.clone(), "TermTooShort");
    market.wait(2 * BUCKET);
    refused(&mut market, account(3), action.clone(), "Expired");
    market.act(account(0), Action::Settle { stake: late }).unwrap();
    refused(&mut market, account(3), action, "StakeClosed");
}

#[test]
fn open_and_add_to_a_dormant_pool() {
    let mut market = Market::new(params(), 2);
    let expiry = market.boundary(10);
    let stake = market.stake(account(0), expiry).unwrap();
    let add = Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: ANY };
    refused(&mut market, account(0), add, "PoolDormant");
    let hours = u128::from(10 * BUCKET);
    let open = |tokens| Action::OpenLiquidity { stake, tokens: Wei(tokens) };
    refused(&mut market, account(0), open(hours * 1_000_000_000 - 1), "PriceTooLow");
    refused(&mut market, account(0), open(u128::MAX), "InsufficientBalance");
    let sell = Action::Sell { stake, min_out: Wei(0) };
    refused(&mut market, account(0), sell, "BeyondDuration");
    market.act(account(0), open(hours * 1_000_000_000)).unwrap();
}

#[test]
fn sell_refusals_in_their_order() {
    let mut market = open_market();
    let expiry = market.boundary(10);
    let stake = market.stake(account(2), expiry).unwrap();
    let sell = |min_out| Action::Sell { stake, min_out };
    refused(&mut market, account(3), sell(Wei(0)), "NotOwner");
    refused(&mut market, account(2), sell(ANY), "Slippage");
    let far = market.boundary(500);
    let far = market.stake(account(2), far).unwrap();
    refused(
        &mut market,
        account(2),
        Action::Sell { stake: far, min_out: Wei(0) },
        "BeyondDuration",
    );
    // The price rises, and with it the collateral that the seller still owes.
    let action = rent(&market, &[FIRST], 60);
    market.act(account(3), action).unwrap();
    let balance = market.ledger.accounts().balance(account(2));
    market.act(account(2), Action::Transfer { to: account(3), amount: balance }).unwrap();
    refused(&mut market, account(2), sell(Wei(0)), "InsufficientBalance");
    market.act(account(3), Action::Transfer { to: account(2), amount: balance }).unwrap();
    market.act(account(2), sell(Wei(0))).unwrap();
    refused(&mut market, account(2), sell(Wei(0)), "WrongMode");
    refused(&mut market, account(2), Action::Collect { stake }, "WrongMode");
}

#[test]
fn remove_refusals_in_their_order() {
    let mut market = open_market();
    let remove =
        |min_tokens, max_fee| Action::RemoveLiquidity { stake: FIRST, min_tokens, max_fee };
    refused(&mut market, account(1), remove(0, ANY), "NotOwner");
    refused(&mut market, account(0), remove(i128::MAX, ANY), "Slippage");
    refused(&mut market, account(0), remove(i128::MIN, Wei(0)), "Slippage");
    let action = rent(&market, &[FIRST], 3);
    market.act(account(2), action).unwrap();
    refused(&mut market, account(0), remove(i128::MIN, ANY), "DeviceRented");
    market.act(account(2), Action::EndRental { stake: FIRST, min_out: Wei(0) }).unwrap();

    // Bought nearly dry, the pool cannot sell the leaver the hours that it lacks.
    let action = rent(&market, &[StakeId(1)], 50);
    market.act(account(2), action).unwrap();
    let balance = market.ledger.accounts().balance(account(0));
    market.act(account(0), Action::Transfer { to: account(3), amount: balance }).unwrap();
    refused(&mut market, account(0), remove(i128::MIN, ANY), "InsufficientLiquidity");
    market.wait(100 * BUCKET);
    refused(&mut market, account(0), remove(i128::MIN, ANY), "Expired");
}

#[test]
fn rent_refusals_in_their_order() {
    let mut market = open_market();
    let held = market.boundary(30);
    let held = market.stake(account(3), held).unwrap();
    market.wait(100);
    let second = StakeId(1);
    let at = |until, stakes: &[StakeId], max_cost| Action::Rent {
        pool: POOL,
        stakes: stakes.to_vec(),
        until,
        max_cost,
    };
    let (next, good) = (market.boundary(1), market.boundary(4));
    refused(&mut market, account(2), at(Timestamp(0), &[], ANY), "UnalignedExpiry");
    refused(&mut market, account(2), at(Timestamp(good.0 + 1), &[FIRST], ANY), "UnalignedExpiry");
    refused(&mut market, account(2), at(next, &[], ANY), "WindowTooShort");
    refused(&mut market, account(2), at(good, &[], ANY), "BadDevices");
    refused(&mut market, account(2), at(good, &[FIRST, second, FIRST], ANY), "BadDevices");
    refused(&mut market, account(2), at(good, &[held], ANY), "NotInPool");
    let late = market.boundary(60);
    refused(&mut market, account(2), at(late, &[FIRST, second], ANY), "Expired");
    refused(&mut market, account(2), at(good, &[FIRST], Wei(1)), "Slippage");
    refused(&mut market, account(9), at(good, &[FIRST], ANY), "InsufficientBalance");
    market.act(account(2), at(good, &[FIRST], ANY)).unwrap();
    refused(&mut market, account(2), at(good, &[FIRST], ANY), "DeviceRented");
    let long = market.boundary(50);
    market.act(account(2), at(long, &[second], ANY)).unwrap();
    market.now = good;
    let all = market.boundary(95);
    refused(&mut market, account(2), at(all, &[FIRST], ANY), "InsufficientLiquidity");
    market.wait(97 * BUCKET);
    let last = market.boundary(1);
    market.act(account(0), Action::Settle { stake: FIRST }).unwrap();
    refused(&mut market, account(2), at(last, &[FIRST], ANY), "NotInPool");
}

#[test]
fn extend_and_end_refusals_in_their_order() {
    let mut market = open_market();
    let action = rent(&market, &[FIRST], 4);
    market.act(account(2), action).unwrap();
    let extend = |until, max_cost| Action::Extend { stake: FIRST, until, max_cost };
    let end = |min_out| Action::EndRental { stake: FIRST, min_out };
    let more = market.boundary(6);
    refused(&mut market, account(3), extend(more, ANY), "NotRenter");
    refused(&mut market, account(3), end(Wei(0)), "NotRenter");
    let to = account(1);
    refused(&mut market, account(3), Action::TransferRental { stake: FIRST, to }, "NotRenter");
    let to = Address::ZERO;
    refused(&mut market, account(2), Action::TransferRental { stake: FIRST, to }, "ZeroAddress");
    let same = market.boundary(4);
    refused(&mut market, account(2), extend(same, ANY), "UnalignedExpiry");
    refused(&mut market, account(2), extend(Timestamp(more.0 + 1), ANY), "UnalignedExpiry");
    let beyond = market.boundary(101);
    refused(&mut market, account(2), extend(beyond, ANY), "Expired");
    let too_much = market.boundary(100);
    refused(&mut market, account(2), extend(too_much, Wei(1)), "Slippage");
    refused(&mut market, account(2), extend(more, Wei(1)), "Slippage");
    refused(&mut market, account(2), end(ANY), "Slippage");
    let balance = market.ledger.accounts().balance(account(2));
    market.act(account(2), Action::Transfer { to: account(3), amount: balance }).unwrap();
    refused(&mut market, account(2), extend(more, ANY), "InsufficientBalance");
    // At its end a rental is over.
    market.now = same;
    refused(&mut market, account(2), extend(more, ANY), "NotRenter");
    refused(&mut market, account(2), end(Wei(0)), "NotRenter");
    market.wait(100 * BUCKET);
    market.act(account(0), Action::Settle { stake: FIRST }).unwrap();
    refused(&mut market, account(2), end(Wei(0)), "StakeClosed");
}

#[test]
fn settle_before_expiry_or_twice() {
    let mut market = open_market();
    refused(&mut market, account(2), Action::Settle { stake: FIRST }, "NotExpired");
    market.wait(100 * BUCKET);
    market.act(account(2), Action::Settle { stake: FIRST }).unwrap();
    refused(&mut market, account(2), Action::Settle { stake: FIRST }, "StakeClosed");
}
