//! What an action does to who signs it, from its events.

use alloy_primitives::Address;
use pinfi_core::Event;
use pinfi_core::game::GameEvent;
use pinfi_core::units::Wei;

use super::figures::{moment, pin_words, signed_pin};
use crate::contexts::tr;

/// Lists what the events bring and cost, as lines of name and figure.
pub(crate) fn effects(events: &[Event], sender: Address) -> Vec<(String, String)> {
    let mut lines = Lines(Vec::new());
    for event in events {
        lines.add(event, sender);
    }
    lines.0
}

/// Tells whether a stake is slashed among the events.
pub(crate) fn is_slashed(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Slashed { .. }))
}

/// Says in a sentence what came of an action: its title, and the PIN gained or paid.
pub(crate) fn outcome(title: &str, events: &[Event], gain: i128) -> String {
    for event in events {
        match event {
            Event::Passed { stake, passed } => {
                let (stake, passed) = (stake.to_string(), passed.to_string());
                return tr!(actions.done_passed, stake = stake, passed = passed);
            }
            Event::Slashed { stake, burned, .. } => {
                let (stake, burned) = (stake.to_string(), pin_words(*burned));
                return tr!(actions.done_slashed, stake = stake, burned = burned);
            }
            _ => {}
        }
    }
    if gain == 0 {
        tr!(actions.done, title = title.to_owned())
    } else {
        tr!(actions.done_gain, title = title.to_owned(), gain = signed_pin(gain))
    }
}

struct Lines(Vec<(String, String)>);

impl Lines {
    fn put(&mut self, name: &str, figure: String) {
        self.0.push((name.to_owned(), figure));
    }

    /// Adds an amount, unless it is nothing.
    fn amount(&mut self, name: &str, amount: Wei) {
        if amount != Wei::ZERO {
            self.put(name, pin_words(amount));
        }
    }

    fn fee(&mut self, fee: Wei, burned: Wei) {
        self.amount(tr!(actions.line_fee), fee);
        self.amount(tr!(actions.line_fee_burned), burned);
    }

    fn add(&mut self, event: &Event, sender: Address) {
        match event {
            Event::Minted { to, amount } if *to == sender => {
                self.amount(tr!(actions.line_receive), *amount);
            }
            Event::Transferred { amount, .. } => self.amount(tr!(actions.line_send), *amount),
            Event::Burned { amount, .. } => self.amount(tr!(actions.line_burned), *amount),
            Event::Staked { fee, .. } => self.amount(tr!(actions.line_deposit), *fee),
            Event::LiquidityAdded { tokens, refunded, .. } => {
                self.amount(tr!(actions.line_paired), *tokens);
                self.amount(tr!(actions.line_deposit_back), *refunded);
            }
            Event::Collected { amount, .. } => {
                self.put(tr!(actions.line_receive), pin_words(*amount))
            }
            Event::Sold { net, fee, burned, collateral_added, .. } => {
                self.put(tr!(actions.line_receive), pin_words(*net));
                self.fee(*fee, *burned);
                self.amount(tr!(actions.line_deposit), *collateral_added);
            }
            Event::LiquidityRemoved { pending, net, fee, burned, maintenance_fee, .. } => {
                self.amount(tr!(actions.line_pending), *pending);
                self.put(tr!(actions.line_share), signed_pin(*net));
                self.fee(*fee, *burned);
                self.amount(tr!(actions.line_deposit), *maintenance_fee);
            }
            Event::Bought { gross, fee, burned, .. } => {
                self.put(tr!(actions.line_pay), pin_words(*gross));
                self.fee(*fee, *burned);
            }
            Event::RentalEnded { net, fee, burned, .. } => {
                self.put(tr!(actions.line_receive), pin_words(*net));
                self.fee(*fee, *burned);
            }
            Event::Challenged { commit_by, respond_by, .. } => {
                self.put(tr!(actions.line_commit_by), moment(*commit_by));
                self.put(tr!(actions.line_respond_by), moment(*respond_by));
            }
            Event::Slashed { refund, burned, .. } => {
                self.put(tr!(actions.line_forfeit), pin_words(*burned));
                self.amount(tr!(actions.line_refund), *refund);
            }
            Event::Settled { pending, fee_returned, fee_burned, .. } => {
                self.amount(tr!(actions.line_pending), *pending);
                self.amount(tr!(actions.line_deposit_back), *fee_returned);
                self.amount(tr!(actions.line_deposit_burned), *fee_burned);
            }
            Event::Rewarded { provider: to, amount, .. }
            | Event::RebateClaimed { client: to, amount, .. }
            | Event::AllocationClaimed { account: to, amount }
                if *to == sender =>
            {
                self.put(tr!(actions.line_reward), pin_words(*amount));
            }
            Event::Locked { amount, .. } => self.amount(tr!(actions.line_locked), *amount),
            Event::Unlocked { amount, .. } => self.amount(tr!(actions.line_receive), *amount),
            Event::WeightQueued { executable_at, .. } => {
                self.put(tr!(actions.line_executable), moment(*executable_at));
            }
            Event::Game(event) => self.game(event, sender),
            // Told by the title, or nothing to who signs.
            Event::Minted { .. }
            | Event::PoolCreated { .. }
            | Event::Poked { .. }
            | Event::Rented { .. }
            | Event::Extended { .. }
            | Event::HoursTransferred { .. }
            | Event::RentalTransferred { .. }
            | Event::Committed { .. }
            | Event::Passed { .. }
            | Event::Rewarded { .. }
            | Event::RebateClaimed { .. }
            | Event::AllocationClaimed { .. }
            | Event::WeightSet { .. } => {}
        }
    }
    fn game(&mut self, event: &GameEvent, sender: Address) {
        match event {
            GameEvent::EpochOpened { commit_by, .. } | GameEvent::Complained { commit_by, .. } => {
                self.put(tr!(actions.line_commit_by), moment(*commit_by));
            }
            GameEvent::Accused { bond, .. } => self.amount(tr!(actions.line_bond), *bond),
            GameEvent::Proved { bond, .. } => self.amount(tr!(actions.line_receive), *bond),
            GameEvent::Convicted { accuser, bond, share, .. } if *accuser == sender => {
                self.amount(tr!(actions.line_bond_back), *bond);
                self.amount(tr!(actions.line_accuser_share), *share);
            }
            GameEvent::BondReturned { accuser, bond, .. } if *accuser == sender => {
                self.amount(tr!(actions.line_bond_back), *bond);
            }
            // Told by the title, or nothing to who signs.
            GameEvent::Appointed { .. }
            | GameEvent::Announced { .. }
            | GameEvent::EpochCommitted { .. }
            | GameEvent::BeaconRecorded { .. }
            | GameEvent::CommitmentMissed { .. }
            | GameEvent::Convicted { .. }
            | GameEvent::BondReturned { .. }
            | GameEvent::Concluded { .. } => {}
        }
    }
}
