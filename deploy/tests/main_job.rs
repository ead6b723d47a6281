//! The whole main job through the port, on a chain.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::rc::Rc;

use alloy_primitives::U256;
use futures_executor::block_on;
use pinfi_client::intent::{IntentError, LedgerAction};
use pinfi_client::settlement::evm::{MemoryProvider, Provider, ProviderError, Stage, connect};
use pinfi_client::settlement::{
    Rejection, Settlement, SettlementExt, SignError, Signer, SubmitError,
};
use pinfi_core::units::{Bps, PoolId, Secs, StakeId, Wei};
use pinfi_core::{Action, Error, Event};
use pinfi_evm::abi::Pin;

use support::*;

#[test]
fn submit_of_what_the_contracts_refuse_or_do_not_know() {
    let world = World::new();
    let ledger = world.open();
    let stake = market(&ledger);
    let reject = |action| submit(&ledger, &bob(), action).unwrap_err();

    let unknown = reject(Action::Poke { pool: PoolId(7), limit: 1 });
    assert_eq!(unknown, SubmitError::Rejected(Error::UnknownPool(PoolId(7)).into()));
    let owner = alice().address();
    let not_owner = reject(Action::Collect { stake });
    assert_eq!(not_owner, SubmitError::Rejected(Error::NotOwner { owner }.into()));
    let minter = reject(Action::Mint { to: bob().address(), amount: Wei(1) });
    assert_eq!(minter, SubmitError::Rejected(Error::NotMinter { minter: owner }.into()));
    let challenge = reject(Action::Challenge { stake });
    assert_eq!(challenge, SubmitError::Unsupported { action: "Challenge" });
    let too_much = reject(Action::Transfer { to: owner, amount: Wei(2_000_000 * PIN) });
    assert_eq!(too_much.code(), "InsufficientBalance");

    let faucet = LedgerAction::Faucet { to: owner, amount: Wei(1) };
    let mut wish = intent(&ledger, &bob(), Action::Collect { stake });
    wish.action = faucet;
    let error = block_on(ledger.submit(wish.clone(), &bob())).unwrap_err();
    assert_eq!(error, SubmitError::Rejected(Rejection::SandboxOnly));
    wish.action = Action::Collect { stake }.into();
    wish.nonce += 1;
    let error = block_on(ledger.submit(wish.clone(), &bob())).unwrap_err();
    assert!(matches!(
        error,
        SubmitError::Rejected(Rejection::Intent(IntentError::NonceGap { .. }))
    ));
    wish.domain.chain_id += 1;
    let error = block_on(ledger.submit(wish, &bob())).unwrap_err();
    assert_eq!(error.code(), "WrongDomain");

    let penniless = k256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let error = submit(&ledger, &penniless, Action::Poke { pool: POOL, limit: 1 }).unwrap_err();
    assert!(matches!(error, SubmitError::Gas { .. } | SubmitError::Chain(_)), "{error}");
}

#[test]
fn main_job_settles_on_the_chain() {
    let world = World::new();
    let ledger = world.open();
    let (heard, _ear) = Heard::on(&ledger);
    let (alice, bob, carol) = (alice(), bob(), carol());
    let (pin, market_at) = (world.book.contracts.pin, world.book.contracts.market);

    // A pool, and devices in it: one transaction each.
    let first = market(&ledger);
    let joining = providing(&ledger, 80).map(|action| intent(&ledger, &carol, action)).to_vec();
    let receipt = block_on(ledger.submit_together(joining, &carol)).unwrap();
    assert_eq!(receipt.events.len(), 3, "all of it in one transaction: {:?}", receipt.events);

    // A rental, longer, given on, and given back.
    let until = boundary(&ledger, 10);
    let rent = Action::Rent { pool: POOL, stakes: vec![first], until, max_cost: ANY };
    let Event::Bought { gross, .. } = act(&ledger, &bob, rent) else { panic!("nothing bought") };
    let left = Pin::allowanceCall { owner: bob.address(), spender: market_at };
    let left = world.view(pin, &left);
    assert!(left <= U256::from(gross.0 / 40), "{left} of {gross} may still be taken");
    let until = boundary(&ledger, 12);
    act(&ledger, &bob, Action::Extend { stake: first, until, max_cost: ANY });
    act(&ledger, &bob, Action::TransferRental { stake: first, to: carol.address() });
    act(&ledger, &carol, Action::EndRental { stake: first, min_out: Wei(0) });

    // Hours held, given on, sold.
    let expiry = boundary(&ledger, 40);
    let [burn, stake, _] = providing(&ledger, 40);
    act(&ledger, &bob, burn);
    act(&ledger, &bob, stake);
    let held = StakeId(2);
    act(&ledger, &bob, Action::TransferHours { stake: held, to: alice.address() });
    act(&ledger, &alice, Action::Sell { stake: held, min_out: Wei(0) });

    // The rewards: a weight, PIN locked and taken out again.
    act(&ledger, &alice, Action::QueueWeight { pool: POOL, weight: Bps(5_000) });
    act(&ledger, &bob, Action::Lock { amount: Wei(3 * PIN) });
    act(&ledger, &bob, Action::Unlock { amount: Wei(PIN) });
    let locks = Pin::balanceOfCall { owner: world.book.contracts.rewards };
    assert_eq!(world.view(pin, &locks), U256::from(2 * PIN));

    // Time, and what it brings.
    world.anvil.pass(20 * BUCKET).unwrap();
    block_on(ledger.sync()).unwrap();
    act(&ledger, &alice, Action::Collect { stake: first });
    act(&ledger, &alice, Action::Poke { pool: POOL, limit: 9 });
    act(&ledger, &alice, Action::Transfer { to: bob.address(), amount: Wei(5) });
    let remove = Action::RemoveLiquidity { stake: StakeId(1), min_tokens: i128::MIN, max_fee: ANY };
    act(&ledger, &carol, remove);
    world.anvil.pass(expiry.0 - ledger.now().0).unwrap();
    block_on(ledger.sync()).unwrap();
    act(&ledger, &alice, Action::Settle { stake: held });

    // The chain's own state, once more by hand; every `sync` has compared the rest.
    for account in [alice.address(), bob.address(), carol.address()] {
        assert_eq!(ledger.read(|l| l.accounts().balance(account).0), world.balance(account));
    }
    let activities = ledger.activities(None);
    assert_eq!(activities.first().map(|last| last.action.as_str()), Some("Settle"));
    assert!(!ledger.activities(Some(bob.address())).is_empty());
    assert!(ledger.samples(POOL).len() > 5);
    assert_eq!(ledger.trouble(), None);
    let stages = heard.stages.borrow();
    assert!(stages.chunks(2).all(|two| matches!(two, [Stage::Pending, Stage::Confirmed { .. }])));

    // Another visit goes on from where this one ended.
    let begun = world.faulty.seen().len();
    let again = world.open();
    assert_eq!(again.ledger(), ledger.ledger());
    assert_eq!(again.activities(None), activities);
    let first = format!("\"fromBlock\":\"{:#x}\"", world.book.from_block);
    let reads_all = |body: &String| body.contains("eth_getLogs") && body.contains(&first);
    assert!(
        world.faulty.seen()[..begun].iter().any(reads_all),
        "the first visit read from the start"
    );
    assert!(
        !world.faulty.seen()[begun..].iter().any(reads_all),
        "it did not read everything again"
    );
}

/// Has anvil, which knows the key, answer for a wallet.
fn forward(
    url: &str,
    method: &'static str,
    params: &serde_json::Value,
) -> Result<serde_json::Value, ProviderError> {
    aside(url, |node| block_on(node.call(method, params.clone())))
        .map_err(|error| ProviderError { code: -32_603, message: error.to_string() })
}

#[test]
fn injected_wallet_switches_signs_and_sends() {
    let world = World::new();
    let ledger = world.open();
    let stake = market(&ledger);
    let account = bob().address();
    let url = world.anvil.url();
    let chain = Rc::new(std::cell::Cell::new(1_u64));
    let now = Rc::clone(&chain);
    let fail = |code: i64| ProviderError { code, message: "no".to_owned() };
    let known = std::cell::Cell::new(false);
    let provider = Rc::new(MemoryProvider::new(move |method, params| match method {
        "eth_requestAccounts" => Ok(serde_json::json!([account])),
        "eth_chainId" => Ok(format!("{:#x}", now.get()).into()),
        "wallet_switchEthereumChain" if !known.get() => Err(fail(4902)),
        "wallet_switchEthereumChain" => {
            now.set(31_337);
            Ok(serde_json::Value::Null)
        }
        "wallet_addEthereumChain" => {
            known.set(true);
            Ok(serde_json::Value::Null)
        }
        "eth_signTypedData_v4" => forward(&url, "eth_signTypedData_v4", params),
        "eth_sendTransaction" => forward(&url, "eth_sendTransaction", params),
        _ => Err(fail(4200)),
    }));
    let wallet: Rc<dyn Provider> = Rc::clone(&provider) as Rc<dyn Provider>;
    let signer = block_on(connect(wallet, &world.book, &world.anvil.url())).unwrap();
    assert_eq!(signer.address(), account);

    // It sends through a node of its own: ours hears of it later.
    let unheard = std::cell::Cell::new(6);
    world.faulty.rule(move |body| {
        let asks = ["eth_getTransactionByHash", "eth_getTransactionReceipt"];
        let hides = asks.iter().any(|ask| body.contains(ask)) && unheard.get() > 0;
        hides.then(|| {
            unheard.set(unheard.get() - 1);
            answer(body, &serde_json::Value::Null)
        })
    });
    let until = boundary(&ledger, 10);
    let rent = Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY };
    act(&ledger, &signer, rent);
    let asked: Vec<_> = provider.seen().into_iter().map(|(method, _)| method).collect();
    for method in ["wallet_addEthereumChain", "eth_signTypedData_v4", "eth_sendTransaction"] {
        assert!(asked.contains(&method), "no {method} in {asked:?}");
    }
    assert!(ledger.read(|l| l.stake_of(stake).unwrap().rental.is_some()));

    chain.set(1);
    let begun = provider.seen().len();
    let until = boundary(&ledger, 20);
    let error =
        submit(&ledger, &signer, Action::Extend { stake, until, max_cost: ANY }).unwrap_err();
    assert_eq!(error, SubmitError::Signer(SignError::OtherChain));
    let asked: Vec<_> = provider.seen().into_iter().skip(begun).map(|(method, _)| method).collect();
    assert_eq!(asked, ["eth_chainId"], "no permit is asked for on another chain");
}

#[test]
fn sync_after_pin_was_sent_to_the_rewards_by_hand() {
    let world = World::new();
    let ledger = world.open();
    let contracts = world.book.contracts;
    act(&ledger, &bob(), Action::Lock { amount: Wei(3 * PIN) });
    let call = Pin::transferCall { to: contracts.rewards, amount: U256::from(1) };
    send(&world.anvil.node(), &carol(), contracts.pin, &call);
    block_on(ledger.sync()).unwrap();
    assert_eq!(ledger.read(|ledger| ledger.accounts().balance(contracts.rewards)), Wei(1));
    assert_eq!(world.balance(contracts.rewards), 3 * PIN + 1);
}

#[test]
fn injected_wallet_that_declines() {
    let world = World::new();
    let declined = |_: &str, _: &serde_json::Value| {
        Err(ProviderError { code: 4001, message: "user rejected".to_owned() })
    };
    let provider = Rc::new(MemoryProvider::new(declined));
    let outcome = block_on(connect(provider, &world.book, "http://127.0.0.1:1"));
    assert_eq!(outcome.err(), Some(SignError::Declined));
}

#[test]
fn now_goes_on_between_blocks() {
    let world = World::new();
    let ledger = world.open();
    let before = ledger.now();
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(ledger.now().since(before) >= Secs(2));
}
