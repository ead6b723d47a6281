//! What the tokens and the market say to those who may not, and several actions in one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolEvent, SolValue};
use base64::prelude::{BASE64_STANDARD, Engine};
use k256::ecdsa::SigningKey;
use pinfi_core::units::{StakeId, Wei};
use pinfi_core::{Action, Event};
use pinfi_differential::abi::{GameDouble, Pin, PinFi, RentalToken, StakeToken};
use pinfi_differential::chain::Receipt;
use pinfi_differential::deployment::MINTER;
use pinfi_differential::random::account;
use pinfi_differential::translate;
use pinfi_differential::twin::Twin;
use serde_json::Value;
use support::{ANY, BUCKET, PIN, POOL, act, boundary, market, provide, stake};

/// Sends a call and returns its receipt or the error's name.
fn send<C: SolCall>(
    twin: &mut Twin,
    from: Address,
    to: Address,
    call: &C,
) -> Result<Receipt, &'static str> {
    let sent = twin.chain.send(from, to, call.abi_encode().into());
    sent.map_err(|failure| translate::refusal_name(&failure).unwrap_or("unnamed"))
}

fn view<C: SolCall>(twin: &mut Twin, to: Address, call: &C) -> C::Return {
    C::abi_decode_returns(&twin.chain.view(to, call.abi_encode().into()).unwrap()).unwrap()
}

#[test]
fn what_is_the_games_or_the_tokens_alone_is_refused() {
    let mut twin = market();
    let held = stake(&mut twin, account(0), 40);
    let at = twin.at;
    let call = PinFi::verdictCall {
        id: held.0,
        passed: false,
        epoch: 0,
        spent: 0,
        accuser: Address::ZERO,
    };
    assert_eq!(send(&mut twin, account(0), at.market, &call).err(), Some("NotGame"));
    let (from, to) = (account(0), account(1));
    let call = PinFi::beforeHoursTransferCall { from, to, id: held.0 };
    assert_eq!(send(&mut twin, from, at.market, &call).err(), Some("NotToken"));
    let call = PinFi::beforeRentalTransferCall { from, to, id: held.0 };
    assert_eq!(send(&mut twin, from, at.market, &call).err(), Some("NotToken"));
    for token in [at.stake_token, at.hours_token, at.rental_token] {
        let id = U256::from(held.0);
        let mint = StakeToken::mintedCall { to, id: U256::from(9) };
        assert_eq!(send(&mut twin, from, token, &mint).err(), Some("NotMarket"));
        let burn = StakeToken::burnedCall { from, id };
        assert_eq!(send(&mut twin, from, token, &burn).err(), Some("NotMarket"));
        let moved = StakeToken::movedCall { from, to, id };
        assert_eq!(send(&mut twin, from, token, &moved).err(), Some("NotMarket"));
    }
    twin.compare().unwrap();
}

#[test]
fn settle_while_the_game_says_pending_is_refused() {
    let mut twin = market();
    let device = provide(&mut twin, account(0), 10);
    let expiry = boundary(&twin, 10).0;
    let (game, market) = (twin.at.game, twin.at.market);
    let open = GameDouble::challengeCall {
        market,
        stake: device.0,
        epoch: 0,
        randomness: B256::ZERO,
        seed: B256::ZERO,
        commitBy: 0,
        respondBy: expiry + 50,
    };
    send(&mut twin, account(3), game, &open).unwrap();
    let settle = PinFi::settleCall { id: device.0 };
    twin.chain.set_time(expiry + 50);
    assert_eq!(send(&mut twin, account(1), market, &settle).err(), Some("VerificationPending"));
    twin.chain.set_time(expiry + 51);
    assert!(send(&mut twin, account(1), market, &settle).is_ok());
}

#[test]
fn st_token_is_bound_to_its_provider() {
    let mut twin = market();
    let held = stake(&mut twin, account(0), 40);
    let (token, id) = (twin.at.stake_token, U256::from(held.0));
    let call = RentalToken::transferFromCall { from: account(0), to: account(1), id };
    assert_eq!(send(&mut twin, account(0), token, &call).err(), Some("Soulbound"));
    assert!(view(&mut twin, token, &StakeToken::lockedCall { id }));
    for (interface, known) in [(0xb45a_3c0e_u32, true), (0x80ac_58cd, true), (0x1234_5678, false)] {
        let call = StakeToken::supportsInterfaceCall { id: interface.into() };
        assert_eq!(view(&mut twin, token, &call), known, "{interface:#x}");
    }
    let unknown = StakeToken::lockedCall { id: U256::from(99) }.abi_encode();
    assert!(twin.chain.view(token, unknown.into()).is_err());
}

#[test]
fn st_token_says_that_it_is_locked_when_minted() {
    let mut twin = market();
    let gs = 40 * BUCKET;
    let burn = PinFi::burnCall { pool: 0, gs };
    let at = twin.at;
    send(&mut twin, account(0), at.market, &burn).unwrap();
    let expiry = boundary(&twin, 40).0;
    let call = PinFi::stakeCall { certificate: 0, expiry, maxFee: u128::MAX };
    let receipt = send(&mut twin, account(0), at.market, &call).unwrap();
    let locked = receipt.logs.iter().filter(|log| log.address == at.stake_token);
    let locked = locked.filter_map(|log| StakeToken::Locked::decode_log(log).ok()).count();
    assert_eq!(locked, 1);
}

#[test]
fn hours_token_moves_by_an_approved_operator_and_never_out_of_the_pool() {
    let mut twin = market();
    provide(&mut twin, account(1), 100);
    let held = stake(&mut twin, account(0), 40);
    let (token, id) = (twin.at.hours_token, U256::from(held.0));
    let (from, to, operator) = (account(0), account(2), account(3));
    let call = RentalToken::transferFromCall { from, to, id };
    assert_eq!(send(&mut twin, operator, token, &call).err(), Some("ERC721InsufficientApproval"));
    send(&mut twin, from, token, &StakeToken::approveCall { to: operator, tokenId: id }).unwrap();
    send(&mut twin, operator, token, &call).unwrap();
    let market = twin.at.market;
    let info = view(&mut twin, market, &PinFi::stakeInfoCall { id: held.0 });
    assert_eq!(info.hoursHolder, to);
    assert_eq!(view(&mut twin, token, &StakeToken::ownerOfCall { tokenId: id }), to);

    send(&mut twin, to, market, &PinFi::sellCall { id: held.0, minOut: 0 }).unwrap();
    let call = RentalToken::transferFromCall { from: to, to: from, id };
    assert_eq!(send(&mut twin, to, token, &call).err(), Some("WrongMode"));
}

fn metadata(twin: &mut Twin, token: Address, id: u64) -> Value {
    let uri = view(twin, token, &StakeToken::tokenURICall { id: U256::from(id) });
    let encoded = uri.strip_prefix("data:application/json;base64,").unwrap();
    serde_json::from_slice(&BASE64_STANDARD.decode(encoded).unwrap()).unwrap()
}

fn attribute(metadata: &Value, name: &str) -> Value {
    let all = metadata["attributes"].as_array().unwrap();
    all.iter().find(|one| one["trait_type"] == name).unwrap()["value"].clone()
}

#[test]
fn metadata_shows_what_is_left() {
    let mut params = support::params();
    params.kind = "GPU \"9\" \\ é".into();
    let mut twin = support::opened(Twin::new().unwrap(), params);
    let device = provide(&mut twin, account(0), 40);
    let until = boundary(&twin, 10);
    act(
        &mut twin,
        account(1),
        Action::Rent { pool: POOL, stakes: vec![device], until, max_cost: ANY },
    );
    let at = twin.at;
    let now = twin.chain.now();
    twin.chain.set_time(now + 100);
    for (token, left) in [
        (at.stake_token, 40 * BUCKET - 100),
        (at.hours_token, 40 * BUCKET - 100),
        (at.rental_token, 10 * BUCKET - 100),
    ] {
        let shown = metadata(&mut twin, token, 0);
        assert_eq!(attribute(&shown, "GPU-seconds left"), left);
        assert_eq!(attribute(&shown, "Kind"), "GPU \"9\" \\ é");
        assert_eq!(attribute(&shown, "State"), "liquidity");
        assert!(shown["name"].as_str().unwrap().contains("#0 (GPU \"9\" \\ é)"));
    }
    twin.chain.set_time(until.0 + 7);
    let shown = metadata(&mut twin, at.rental_token, 0);
    assert_eq!(attribute(&shown, "GPU-seconds left"), 0);
    let call = RentalToken::tokenURICall { id: U256::from(1) }.abi_encode();
    assert!(twin.chain.view(at.rental_token, call.into()).is_err(), "no such token");
}

fn multicall(twin: &mut Twin, from: Address, calls: Vec<Vec<u8>>) -> Result<Receipt, &'static str> {
    let call = PinFi::multicallCall { calls: calls.into_iter().map(Bytes::from).collect() };
    let market = twin.at.market;
    send(twin, from, market, &call)
}

#[test]
fn burn_stake_and_join_are_one_transaction() {
    let mut twin = market();
    provide(&mut twin, account(1), 100);
    let expiry = boundary(&twin, 50).0;
    let gs = expiry - twin.chain.now();
    let burn = PinFi::burnCall { pool: 0, gs }.abi_encode();
    let stake_ = PinFi::stakeCall { certificate: 1, expiry, maxFee: u128::MAX }.abi_encode();
    let add = |most| PinFi::addLiquidityCall { id: 1, minTokens: 0, maxTokens: most }.abi_encode();
    let refused = multicall(&mut twin, account(0), vec![burn.clone(), stake_.clone(), add(1)]);
    assert_eq!(refused.err(), Some("Slippage"), "all or nothing");
    twin.compare().unwrap();

    let receipt = multicall(&mut twin, account(0), vec![burn, stake_, add(u128::MAX)]).unwrap();
    let events = translate::events(&twin.at, twin.at.market, &receipt.logs).unwrap();
    let named = |event: &Event| matches!(event, Event::Burned { .. } | Event::Staked { .. });
    assert!(named(&events[0]) && named(&events[1]));
    assert!(matches!(events[2], Event::LiquidityAdded { stake: StakeId(1), .. }));
}

#[test]
fn permit_and_rent_are_one_transaction() {
    let mut twin = market();
    let device = provide(&mut twin, account(1), 100);
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let point = key.verifying_key().to_encoded_point(false);
    let client = Address::from_raw_public_key(&point.as_bytes()[1..]);
    act(&mut twin, MINTER, Action::Mint { to: client, amount: Wei(100 * PIN) });
    let until = boundary(&twin, 5).0;
    let rent =
        PinFi::rentCall { id: 0, devices: vec![device.0], until, maxCost: u128::MAX }.abi_encode();
    let refused = multicall(&mut twin, client, vec![rent.clone()]);
    assert_eq!(refused.err(), Some("InsufficientAllowance"));

    let (pin, market) = (twin.at.pin, twin.at.market);
    let value = U256::from(50 * PIN);
    let deadline = U256::from(twin.chain.now());
    let domain: B256 = view(&mut twin, pin, &Pin::DOMAIN_SEPARATORCall {});
    let kind = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
    );
    let fields = (kind, client, market, value, U256::ZERO, deadline).abi_encode();
    let digest = keccak256([b"\x19\x01".as_slice(), &domain[..], &keccak256(fields)[..]].concat());
    let (signature, recovery) = key.sign_prehash_recoverable(&digest[..]).unwrap();
    let (r, s) = signature.split_bytes();
    let permit = PinFi::permitCall {
        value,
        deadline,
        v: 27 + recovery.to_byte(),
        r: B256::from_slice(&r),
        s: B256::from_slice(&s),
    }
    .abi_encode();
    // Somebody who saw the signature uses it first: no harm.
    let first = Pin::permitCall {
        owner: client,
        spender: market,
        value,
        deadline,
        v: 27 + recovery.to_byte(),
        r: B256::from_slice(&r),
        s: B256::from_slice(&s),
    };
    send(&mut twin, account(2), pin, &first).unwrap();
    let receipt = multicall(&mut twin, client, vec![permit, rent]).unwrap();
    let events = translate::events(&twin.at, market, &receipt.logs).unwrap();
    assert!(matches!(events[1], Event::Rented { renter, .. } if renter == client));
}

#[test]
fn pin_presumes_no_allowance() {
    let mut twin = market();
    let pin = twin.at.pin;
    // The address of Permit2, which the library would let spend everybody's tokens.
    let permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3".parse().unwrap();
    let call = Pin::allowanceCall { owner: account(0), spender: permit2 };
    assert_eq!(view(&mut twin, pin, &call), U256::ZERO);
    let call = Pin::burnFromCall { from: account(0), amount: U256::from(1) };
    assert_eq!(send(&mut twin, account(1), pin, &call).err(), Some("InsufficientAllowance"));
}
