//! Where a device is reached: who may say so, what may be said, and until when it holds.

use alloy_primitives::B256;
use pinfi_core::game::{Endpoint, GameAction, GameEvent, RELAY_BYTES};
use pinfi_core::stake::StakeState;
use pinfi_core::units::StakeId;
use pinfi_core::{Action, Error, Event, Events};

use crate::market::{Market, account};
use crate::table::{FIRST, SECOND, WINDOW, code, open, play, table};

const KEY: B256 = B256::repeat_byte(9);
const RELAY: &str = "https://relay.example:4433/";

fn announce(market: &mut Market, who: u8, key: B256, relay: &str) -> Result<Events, Error> {
    let relay = relay.to_owned();
    play(market, account(who), GameAction::Announce { stake: FIRST, key, relay })
}

fn endpoint(market: &Market) -> Option<(B256, &str)> {
    market.ledger.game().endpoint(FIRST).map(|said| (said.key, said.relay.as_str()))
}

/// A table whose first device is reached.
fn announced() -> Market {
    let mut market = table();
    announce(&mut market, 0, KEY, RELAY).unwrap();
    market
}

#[test]
fn announce_by_another_than_the_provider_is_refused() {
    let mut market = table();
    let owner = account(0);
    assert_eq!(announce(&mut market, 1, KEY, RELAY), Err(Error::NotOwner { owner }));
    let (operator, until) = (account(2), market.boundary(20));
    play(&mut market, owner, GameAction::Appoint { stake: FIRST, operator, until }).unwrap();
    assert_eq!(announce(&mut market, 2, KEY, RELAY), Err(Error::NotOwner { owner }), "an operator");
    assert_eq!(endpoint(&market), None);
}

#[test]
fn announce_of_what_is_not_to_be_dialled_is_refused() {
    let mut market = announced();
    let long = format!("https://{}", "a".repeat(RELAY_BYTES - 7));
    for relay in ["", "http://relay.example", "https://me@relay.example", "ftp://x", &long] {
        let refused = announce(&mut market, 0, B256::repeat_byte(1), relay);
        assert_eq!(refused, Err(Error::BadParameter { name: "relay" }), "{relay}");
    }
    let refused = announce(&mut market, 0, B256::ZERO, RELAY);
    assert_eq!(refused, Err(Error::BadParameter { name: "relay" }), "a relay without a key");
    assert_eq!(endpoint(&market), Some((KEY, RELAY)), "what was said before holds");
}

#[test]
fn announce_of_a_stake_that_is_not_live_is_refused() {
    let mut market = announced();
    let nobody = GameAction::Announce { stake: StakeId(9), key: KEY, relay: RELAY.to_owned() };
    assert_eq!(code(play(&mut market, account(0), nobody)), "UnknownStake");
    market.now = market.ledger.stake_of(FIRST).unwrap().expiry;
    assert_eq!(code(announce(&mut market, 0, KEY, RELAY)), "Expired");
    market.act(account(2), Action::Settle { stake: FIRST }).unwrap();
    assert_eq!(code(announce(&mut market, 0, KEY, RELAY)), "StakeClosed");
}

#[test]
fn what_was_announced_falls_away_as_the_stake_is_settled() {
    let mut market = announced();
    market.now = market.ledger.stake_of(FIRST).unwrap().expiry;
    assert_eq!(endpoint(&market), Some((KEY, RELAY)));
    market.act(account(2), Action::Settle { stake: FIRST }).unwrap();
    assert_eq!(endpoint(&market), None);
}

#[test]
fn what_was_announced_falls_away_as_the_stake_is_slashed() {
    let mut market = announced();
    let epoch = open(&mut market);
    market.wait(WINDOW + 1);
    play(&mut market, account(2), GameAction::Missed { stake: FIRST, epoch }).unwrap();
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().state, StakeState::Slashed);
    assert_eq!(endpoint(&market), None);
}

#[test]
fn a_verdict_from_outside_takes_what_was_announced_too() {
    let mut market = announced();
    market.ledger.apply_verdict(market.now, FIRST, false).unwrap();
    assert_eq!(endpoint(&market), None);
}

#[test]
fn another_announcement_takes_the_place_of_the_one_before() {
    let mut market = announced();
    let (key, relay) = (B256::repeat_byte(1), "http://localhost:3340");
    announce(&mut market, 0, key, relay).unwrap();
    assert_eq!(endpoint(&market), Some((key, relay)));
    let events = announce(&mut market, 0, B256::ZERO, "").unwrap();
    let taken_back = GameEvent::Announced { stake: FIRST, key: B256::ZERO, relay: String::new() };
    assert_eq!(events, [Event::from(taken_back)]);
    assert_eq!(endpoint(&market), None, "taken back");
}

#[test]
fn announce_tells_what_was_said_and_changes_nothing_else() {
    let mut market = table();
    let before = market.clone();
    let events = announce(&mut market, 0, KEY, RELAY).unwrap();
    let said = GameEvent::Announced { stake: FIRST, key: KEY, relay: RELAY.to_owned() };
    assert_eq!(events, [Event::from(said)]);
    let endpoint = Endpoint { key: KEY, relay: RELAY.to_owned() };
    assert_eq!(market.ledger.game().endpoint(FIRST), Some(&endpoint));
    assert_eq!(market.ledger.game().endpoint(SECOND), None);
    assert_eq!(market.ledger.stake_of(FIRST), before.ledger.stake_of(FIRST));
    let balances = |market: &Market| market.ledger.accounts().balances().collect::<Vec<_>>();
    assert_eq!(balances(&market), balances(&before));
}

#[test]
fn what_was_announced_is_kept_with_the_ledger() {
    let ledger = announced().ledger;
    let bytes = postcard::to_allocvec(&ledger).unwrap();
    assert_eq!(postcard::from_bytes(&bytes), Ok(ledger));
}
