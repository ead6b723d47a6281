//! Where a device is reached, said and read through the ledger in the page.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

mod common;

use alloy_primitives::B256;
use common::{Machine, account, alice, submit};
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::sandbox::{new_ledger, personas};
use pinfi_client::settlement::embedded::EmbeddedLedger;
use pinfi_client::settlement::{Settlement, SettlementExt};
use pinfi_core::Action;
use pinfi_core::game::{Endpoint, GameAction};
use pinfi_core::units::StakeId;

fn open(machine: &Machine) -> EmbeddedLedger {
    block_on(EmbeddedLedger::open(machine.ground(), new_ledger)).unwrap().0
}

/// A live stake and the key of its owner.
fn owned(ledger: &EmbeddedLedger) -> (StakeId, SigningKey) {
    let now = ledger.now();
    let stakes: Vec<_> = ledger.read(|ledger| {
        let live = ledger.stakes().filter(|(_, stake)| stake.is_active() && now < stake.expiry);
        live.map(|(id, stake)| (id, stake.provider)).collect()
    });
    let keys: Vec<SigningKey> = personas().iter().filter_map(|persona| persona.key()).collect();
    let owner_of = |owner| keys.iter().find(|key| account(key) == owner).cloned();
    stakes.into_iter().find_map(|(id, owner)| Some((id, owner_of(owner)?))).unwrap()
}

#[test]
fn announce_by_another_than_the_owner_is_refused() {
    let ledger = open(&Machine::new());
    let (stake, _) = owned(&ledger);
    let (key, relay) = (B256::repeat_byte(9), "https://relay.example".to_owned());
    let announce = GameAction::Announce { stake, key, relay };
    assert_eq!(submit(&ledger, &alice(), Action::from(announce)).unwrap_err().code(), "NotOwner");
    assert_eq!(ledger.read(|ledger| ledger.game().endpoint(stake).cloned()), None);
}

#[test]
fn what_the_owner_announced_is_read_also_once_the_page_was_closed() {
    let machine = Machine::new();
    let ledger = open(&machine);
    let (stake, owner) = owned(&ledger);
    let endpoint =
        Endpoint { key: B256::repeat_byte(9), relay: "https://relay.example".to_owned() };
    let Endpoint { key, relay } = endpoint.clone();
    let announce = GameAction::Announce { stake, key, relay };
    submit(&ledger, &owner, Action::from(announce)).unwrap();
    let read = |ledger: &EmbeddedLedger| ledger.read(|l| l.game().endpoint(stake).cloned());
    assert_eq!(read(&ledger), Some(endpoint.clone()));
    drop(ledger);
    assert_eq!(read(&open(&machine)), Some(endpoint));
}
