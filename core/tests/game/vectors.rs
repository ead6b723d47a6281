//! Bonds and shares against an independent model: `tests/vectors/game/shares.py`.

use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::units::{Bps, EpochId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Event, Events};
use serde_json::Value;

use crate::market::{Market, POOL, START, account};
use crate::table::{challenge, honest, opening, params};

const CASES: &str = include_str!("../../../tests/vectors/game/shares.json");

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn wei(value: &Value) -> Wei {
    let words = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Wei(words.parse().unwrap_or_else(|_| panic!("{value} is no amount")))
}

fn bps(value: &Value) -> Bps {
    Bps(u32::try_from(number(value)).unwrap())
}

/// The market that a case begins with: everybody has a million PIN, and hours are burned for nothing.
fn laid(rules: &Value) -> Market {
    let mut params = params();
    (params.fee, params.burn_share) = (bps(&rules["fee_bps"]), bps(&rules["burn_share_bps"]));
    (params.collateral, params.burn_per_gs) = (bps(&rules["collateral_bps"]), Wei(0));
    params.pocps.accuser_bps = bps(&rules["accuser_bps"]);
    params.pocps.bond = wei(&rules["bond"]);
    Market::new(params, 5)
}

/// Does one step of a case. A provider is honest, but for what it leaves unproved.
fn step(market: &mut Market, step: &[Value]) -> Events {
    let [at, op, arguments @ ..] = step else { panic!("{step:?}") };
    market.now = Timestamp(START + number(at));
    let byte = |place: usize| u8::try_from(number(&arguments[place])).unwrap();
    let sample = |place: usize| u32::try_from(number(&arguments[place])).unwrap();
    let stake = |place: usize| StakeId(number(&arguments[place]));
    let time = |place: usize| Timestamp(START + number(&arguments[place]));
    let provider = |market: &Market, stake| market.ledger.stake_of(stake).unwrap().provider;
    let epoch = market.ledger.game().epoch(POOL).map_or(EpochId(0), |epoch| epoch.id);
    let (who, action): (_, Action) = match op.as_str().unwrap() {
        "stake" => {
            market.stake(account(byte(0)), time(1)).unwrap();
            return Vec::new();
        }
        "open" => {
            let (stake, tokens) = (stake(0), wei(&arguments[1]));
            (provider(market, stake), Action::OpenLiquidity { stake, tokens })
        }
        "add" => {
            let (stake, min_tokens, max_tokens) = (stake(0), Wei(0), Wei(u128::MAX));
            (provider(market, stake), Action::AddLiquidity { stake, min_tokens, max_tokens })
        }
        "rent" => {
            let (stakes, until, max_cost) = (vec![stake(1)], time(2), Wei(u128::MAX));
            (account(byte(0)), Action::Rent { pool: POOL, stakes, until, max_cost })
        }
        "epoch" => (account(0), GameAction::OpenEpoch { pool: POOL }.into()),
        "commit" => {
            let stake = stake(0);
            let root = honest(challenge(market, stake)).root();
            (provider(market, stake), GameAction::Commit { stake, epoch, root }.into())
        }
        "accuse" => {
            let (stake, sample) = (stake(1), sample(2));
            (account(byte(0)), GameAction::Accuse { stake, epoch, sample }.into())
        }
        "beacon" => {
            let (stake, sample) = (stake(0), sample(1));
            (account(0), GameAction::RecordBeacon { stake, epoch, sample }.into())
        }
        "prove" => {
            let (stake, sample) = (stake(0), sample(1));
            let committed = market.ledger.game().trial(stake, epoch).unwrap().committed.clone();
            let beacon = committed.unwrap().accusations[&sample].beacon.unwrap();
            let opening = opening(&mut honest(challenge(market, stake)), beacon, sample);
            let opening = Box::new(opening);
            (provider(market, stake), GameAction::Prove { stake, epoch, sample, opening }.into())
        }
        "convict" | "take_back" => {
            let (stake, sample) = (stake(0), sample(1));
            (account(0), GameAction::Convict { stake, epoch, sample }.into())
        }
        other => panic!("no step {other}"),
    };
    market.act(who, action).unwrap()
}

#[test]
fn bonds_and_shares_are_those_of_the_independent_model() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 11);
    for case in &cases {
        let name = &case["name"];
        let mut market = laid(&case["rules"]);
        let mut convicted = case["convicted"].as_array().unwrap().iter();
        for line in case["steps"].as_array().unwrap() {
            let events = step(&mut market, line.as_array().unwrap());
            let [
                Event::Slashed { refund, burned, .. },
                Event::Game(GameEvent::Convicted { sample, accuser, share, .. }),
            ] = events[..]
            else {
                continue;
            };
            let told = convicted.next().unwrap();
            assert_eq!(refund, wei(&told["refund"]), "{name}: refund");
            assert_eq!(share, wei(&told["share"]), "{name}: share");
            assert_eq!(burned, wei(&told["burned"]), "{name}: burned");
            let paid = account(u8::try_from(number(&told["accuser"])).unwrap());
            assert_eq!(accuser, paid, "{name}: who is paid");
            assert_eq!(u64::from(sample), number(&told["sample"]), "{name}: for which sample");
        }
        assert!(convicted.next().is_none(), "{name}: not convicted");
        let end = &case["final"];
        let accounts = market.ledger.accounts();
        for (n, expected) in (0..).zip(end["balances"].as_array().unwrap()) {
            assert_eq!(accounts.balance(account(n)), wei(expected), "{name}: balance {n}");
        }
        assert_eq!(accounts.burned(), wei(&end["burned"]), "{name}: all that is burned");
        assert_eq!(market.ledger.game().bonds(), wei(&end["bonds"]), "{name}: bonds");
        let reserves = market.ledger.pool(POOL).unwrap().reserves();
        assert_eq!(reserves.pin, wei(&end["T"]), "{name}: T");
        assert_eq!(reserves.compute.0, wei(&end["R"]).0, "{name}: R");
        assert_eq!(reserves.shares.0, wei(&end["Z"]).0, "{name}: Z");
        assert_eq!(reserves.escrow, wei(&end["escrow"]), "{name}: escrow");
        assert_eq!(
            reserves.last.since(Timestamp(START)),
            Secs(number(&case["steps"].as_array().unwrap().last().unwrap()[0]))
        );
    }
}
