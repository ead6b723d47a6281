//! The sandbox: its first day and its simulated accounts.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

mod common;

use std::rc::Rc;

use alloy_primitives::Address;
use common::{Machine, START_MS, account, alice, signed, submit};
use fastrand::Rng;
use futures_executor::block_on;
use pinfi_client::intent::{Intent, LedgerAction, Speed};
use pinfi_client::sandbox::{
    CHAIN_ID, FAUCET_DAILY, Market, Opening, Preview, kinds, new_ledger, next_moves, personas,
};
use pinfi_client::settlement::embedded::EmbeddedLedger;
use pinfi_client::settlement::{Settlement, SettlementExt, SubmitError};
use pinfi_core::stake::StakeState;
use pinfi_core::units::{PoolId, Secs, Timestamp, Wei};
use pinfi_core::{Action, Context, Event, Ledger};

fn sandbox(machine: &Machine) -> EmbeddedLedger {
    let (ledger, recovery) = block_on(EmbeddedLedger::open(machine.ground(), new_ledger)).unwrap();
    assert_eq!(recovery, None);
    ledger
}

fn price_per_hour(ledger: &EmbeddedLedger, pool: PoolId) -> u128 {
    let now = ledger.now();
    ledger.read(|l| l.pool(pool).unwrap().at(now).unwrap().reserves.spot_price().unwrap().0) * 3_600
}

#[test]
fn submit_for_the_faucet_beyond_its_daily_share_is_refused() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    let to = account(&alice());
    let ask = |amount| submit(&ledger, &alice(), LedgerAction::Faucet { to, amount });
    assert_eq!(ask(Wei(FAUCET_DAILY.0 + 1)).unwrap_err().code(), "FaucetDry");
    assert_eq!(ask(Wei(0)).unwrap_err().code(), "ZeroAmount");
    let receipt = ask(Wei(FAUCET_DAILY.0 - 1)).unwrap();
    let given = Wei(FAUCET_DAILY.0 - 1);
    assert_eq!(receipt.events, [Event::Minted { to, amount: given }]);
    assert_eq!(ask(Wei(2)).unwrap_err().code(), "FaucetDry");
    assert_eq!(ledger.read(|l| l.accounts().balance(to)), given);
    // The ledger's next day.
    machine.host.pass_ms(86_400_000);
    ask(Wei(2)).unwrap();
    assert_eq!(
        ledger.read(|l| l.accounts().balance(to)),
        FAUCET_DAILY.checked_add(Wei(1)).unwrap()
    );
}

#[test]
fn mint_by_anyone_is_refused() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    let mint = Action::Mint { to: account(&alice()), amount: Wei(1) };
    assert_eq!(submit(&ledger, &alice(), mint.clone()).unwrap_err().code(), "NotMinter");
    let keeper = personas().last().unwrap();
    assert_eq!(submit(&ledger, &keeper.key().unwrap(), mint).unwrap_err().code(), "NotMinter");
}

#[test]
fn submit_of_another_sandbox_is_wrong_domain() {
    let (one, other) = (Machine::new(), Machine::new());
    other.host.random_again();
    let (one, other) = (sandbox(&one), sandbox(&other));
    let faucet = LedgerAction::Faucet { to: Address::repeat_byte(1), amount: Wei(1) };
    let foreign = signed(&other, &alice(), faucet);
    assert_eq!(block_on(one.submit_signed(foreign)).unwrap_err().code(), "WrongDomain");
}

#[test]
fn new_ledger_opens_with_living_pools() {
    for start in 0..20 {
        let machine = Machine::new();
        for _ in 0..start {
            machine.host.random_again();
        }
        let ledger = sandbox(&machine);
        let records = ledger.len();
        assert!((63..=81).contains(&records), "few enough to sign at once: {records}");
        assert_eq!(ledger.descriptor().domain.chain_id, CHAIN_ID);
        assert_eq!(ledger.now(), Timestamp(START_MS / 1_000), "the past leads to now");
        for (pool, kind) in (0..).map(PoolId).zip(kinds()) {
            let label = &kind.params.kind;
            let fair = kind.fair_price.0 * 3_600;
            let price = price_per_hour(&ledger, pool);
            assert!((fair * 8 / 10..fair * 2).contains(&price), "{label}: {price}");
            assert!(ledger.samples(pool).len() >= 4, "{label} has a past to show");
        }
        let rents = ledger.activities(None).iter().filter(|a| a.action == "Rent").count();
        assert!(rents >= 2, "somebody rents: {rents}");
        assert!(ledger.activities(None).iter().all(|a| ledger.is_simulated(a.signer)));
        assert!(!ledger.is_simulated(account(&alice())));
    }
}

#[test]
fn tick_while_switched_off_does_nothing() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    let market = block_on(Market::open(ledger.clone(), 1)).unwrap();
    assert!(market.is_enabled(), "on at first");
    block_on(market.set_enabled(false)).unwrap();
    let before = ledger.len();
    for _ in 0..100 {
        machine.host.pass_ms(1_000);
        assert_eq!(block_on(market.tick()), Ok(0));
    }
    assert_eq!(ledger.len(), before);
    let later = block_on(Market::open(ledger, 1)).unwrap();
    assert!(!later.is_enabled(), "the switch is remembered");
}

#[test]
fn tick_keeps_a_gentle_rate_at_every_speed() {
    for (speed, least, most) in
        [(Speed::Real, 10, 60), (Speed::MinuteASecond, 60, 300), (Speed::HourASecond, 150, 900)]
    {
        let machine = Machine::new();
        let ledger = sandbox(&machine);
        let market = block_on(Market::open(ledger.clone(), 7)).unwrap();
        submit(&ledger, &alice(), LedgerAction::SetSpeed { speed }).unwrap();
        let before = ledger.len();
        for _ in 0..600 {
            machine.host.pass_ms(1_000);
            assert!(block_on(market.tick()).unwrap() <= 3);
        }
        let settled = ledger.len() - before;
        assert!((least..=most).contains(&settled), "{speed:?}: {settled} in ten minutes");
        assert_eq!(machine.records(), ledger.len());
    }
}

#[test]
fn market_stays_alive_for_a_month_and_after_a_year_away() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    let market = block_on(Market::open(ledger.clone(), 3)).unwrap();
    submit(&ledger, &alice(), LedgerAction::SetSpeed { speed: Speed::HourASecond }).unwrap();
    for away in [0, 365 * 86_400_000] {
        machine.host.pass_ms(away);
        for _ in 0..720 {
            machine.host.pass_ms(1_000);
            block_on(market.tick()).unwrap();
        }
        for (pool, kind) in (0..).map(PoolId).zip(kinds()) {
            let label = &kind.params.kind;
            let fair = kind.fair_price.0 * 3_600;
            let price = price_per_hour(&ledger, pool);
            assert!((fair / 3..fair * 3).contains(&price), "{label}: {price}, fair is {fair}");
        }
        let now = ledger.now();
        let overdue = ledger.read(|l| {
            let live = l.stakes().filter(|(_, stake)| stake.is_active());
            live.filter(|(_, stake)| stake.expiry.saturating_add(Secs(86_400)) < now).count()
        });
        assert_eq!(overdue, 0, "the keeper keeps up");
    }
}

#[test]
fn pools_have_their_weights_and_clients_claim_for_their_fees() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    for (pool, kind) in (0..).map(PoolId).zip(kinds()) {
        let label = &kind.params.kind;
        let weight = ledger.read(|l| l.rewards().unwrap().weights().of(pool).now);
        assert_eq!(weight, kind.weight, "{label}");
        let daily = ledger.read(|l| l.pool(pool).unwrap().stream().daily(ledger.now()).0);
        let cost = kind.fair_price.0 * 5 * 86_400;
        assert!((cost..cost * 5 / 4).contains(&daily), "{label}: {daily} for {cost}");
    }
    let market = block_on(Market::open(ledger.clone(), 3)).unwrap();
    submit(&ledger, &alice(), LedgerAction::SetSpeed { speed: Speed::HourASecond }).unwrap();
    for _ in 0..96 {
        machine.host.pass_ms(1_000);
        block_on(market.tick()).unwrap();
    }
    let claims = ledger.activities(None).iter().filter(|a| a.action == "ClaimRebate").count();
    assert!(claims > 2, "{claims} claims in four days");
    let minted = ledger.read(|l| l.rewards().unwrap().minted());
    assert!(minted > Wei(0));
}

#[test]
fn next_moves_never_challenge_and_settle_what_is_due() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    let (kinds, cast) = (kinds(), personas());
    let mut copy = Ledger::clone(&ledger.ledger());
    let mut now = ledger.now();
    let mut rng = Rng::with_seed(11);
    let mut settled = 0;
    for _ in 0..2_000 {
        now = now.saturating_add(Secs(1_800));
        for next in next_moves(&copy, &kinds, cast, now, &mut rng) {
            assert!(!matches!(next.action, Action::Challenge { .. }));
            assert!(cast.iter().any(|persona| persona.address == next.by));
            let context =
                Context { sender: next.by, now, randomness: alloy_primitives::B256::ZERO };
            if copy.apply(&next.action, &context).is_ok()
                && matches!(next.action, Action::Settle { .. })
            {
                settled += 1;
            }
        }
    }
    assert!(settled > 20, "{settled}");
    let lost = copy.stakes().filter(|(_, stake)| stake.state == StakeState::Slashed).count();
    assert_eq!(lost, 0, "nobody is slashed unchallenged");
}

#[test]
fn next_moves_are_a_function_of_their_arguments() {
    let machine = Machine::new();
    let ledger = sandbox(&machine);
    let (kinds, cast) = (kinds(), personas());
    for seed in 0..50 {
        let moves =
            |ledger: &Ledger| next_moves(ledger, &kinds, cast, START, &mut Rng::with_seed(seed));
        assert_eq!(ledger.read(moves), ledger.read(moves));
    }
}

const START: Timestamp = common::START;

#[test]
fn submit_of_a_rejected_simulated_action_is_not_fatal() {
    // Two tabs' markets think at the same time about the same ledger.
    let machine = Machine::new();
    let (one, other) = (sandbox(&machine), sandbox(&machine));
    let markets = [
        block_on(Market::open(one.clone(), 5)).unwrap(),
        block_on(Market::open(other.clone(), 5)).unwrap(),
    ];
    for round in 0..40 {
        machine.host.pass_ms(1_000);
        let result: Result<usize, SubmitError> = block_on(markets[round % 2].act());
        assert!(result.is_ok(), "{result:?}");
    }
    block_on(one.catch_up()).unwrap();
    block_on(other.catch_up()).unwrap();
    assert_eq!(one.ledger(), other.ledger());
}

#[test]
fn preview_settles_nothing() {
    let machine = Machine::new();
    let preview = Preview::new(
        Rc::new(Opening::draft(&machine.host).unwrap()),
        Rc::new(machine.host.clone()),
    );
    let kept = sandbox(&machine);
    let faucet = LedgerAction::Faucet { to: account(&alice()), amount: Wei(1) };
    let intent = Intent::new(kept.descriptor().domain, faucet, 0, kept.now());
    let refused = block_on(preview.submit(intent, &alice())).unwrap_err();
    assert_eq!(refused.code(), "Unavailable");
    assert_eq!(block_on(preview.nonce(account(&alice()))).unwrap_err().code(), "Unavailable");
}

#[test]
fn preview_shows_what_is_then_kept() {
    let machine = Machine::new();
    let opening = Rc::new(Opening::draft(&machine.host).unwrap());
    let preview = Preview::new(Rc::clone(&opening), Rc::new(machine.host.clone()));
    let opened = block_on(EmbeddedLedger::open(machine.ground(), |_| opening.sign())).unwrap();
    let (kept, _) = opened;
    assert_eq!(preview.descriptor(), kept.descriptor());
    assert_eq!(preview.now(), kept.now());
    assert_eq!(preview.speed(), kept.speed());
    assert_eq!(preview.ledger(), kept.ledger());
    assert_eq!(preview.activities(None), kept.activities(None));
    for (pool, _) in kept.ledger().pools() {
        assert_eq!(preview.samples(pool), kept.samples(pool), "of pool {pool}");
    }
    let provider = personas()[0].address;
    assert_eq!(preview.activities(Some(provider)), kept.activities(Some(provider)));
    assert!(preview.is_simulated(provider) && !preview.is_simulated(account(&alice())));
}
