//! The logs of one transaction, in order.

use std::rc::Rc;

use alloy_primitives::{Address, Log, U256};
use alloy_sol_types::SolEventInterface;
use pinfi_core::game::GameEvent;
use pinfi_core::units::Wei;
use pinfi_core::{Action, Event, Ledger};

use super::{Block, Cause, Gap, Happening, PlacedLog, Snapshot, cause};
use crate::abi::Pin;
use crate::{AddressBook, Contracts, event};

/// PIN that changed hands; from the zero address it is created, to it burned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Payment {
    from: Address,
    to: Address,
    amount: Wei,
}

/// A log of interest.
enum Told {
    /// An event of the market, the rewards or the game, by its number among theirs.
    Deed(usize),
    Payment(Payment),
}

/// Takes one transaction's logs.
pub(super) fn take(
    book: &AddressBook,
    state: &mut Snapshot,
    block: &Block,
    logs: &[PlacedLog],
    see: &mut impl FnMut(&Happening, &Ledger),
) -> Result<(), Gap> {
    let (told, events) = read(book, logs)?;
    // What the last deed moved, until PIN's logs have told of it.
    let mut owed: Vec<Payment> = Vec::new();
    let mut done = 0;
    for log in told {
        let (cause, count) = match log {
            // The rest of a deed that was done with its first event.
            Told::Deed(number) if number < done => continue,
            Told::Deed(number) => {
                none_owed(&owed)?;
                cause::of(&state.ledger, block.time, &events[number..])?
            }
            Told::Payment(payment) => {
                if let Some(place) = owed.iter().position(|owed| *owed == payment) {
                    owed.remove(place);
                    continue;
                }
                match paid_by_hand(book, state, payment) {
                    Some(cause) => (cause, 0),
                    None => continue,
                }
            }
        };
        let deed = events.get(done).filter(|_| count > 0);
        let purse = deed.map(|event| Purse::before(&state.ledger, event));
        let randomness = cause::randomness(deed);
        let core = cause.apply(Rc::make_mut(&mut state.ledger), block.time, randomness)?;
        if let Some(purse) = purse {
            let logged = events[done..(done + count).min(events.len())].to_vec();
            if core != logged {
                return Err(Gap::Unlike { logged, core });
            }
            owed = purse
                .game_payments(&core, &book.contracts)
                .unwrap_or_else(|| purse.payments(&state.ledger, &book.contracts));
            done += count;
        }
        let transaction = logs.first().map(|log| log.transaction).unwrap_or_default();
        let (seq, block, time) = (state.next, block.number, block.time);
        let happening = Happening { seq, block, time, transaction, cause, events: core };
        see(&happening, &state.ledger);
        state.next += 1;
    }
    none_owed(&owed)
}

fn none_owed(owed: &[Payment]) -> Result<(), Gap> {
    match *owed {
        [] => Ok(()),
        [Payment { from, to, amount }, ..] => Err(Gap::NoPayment { from, to, amount }),
    }
}

/// Reads the logs of the contracts.
fn read(book: &AddressBook, logs: &[PlacedLog]) -> Result<(Vec<Told>, Vec<Event>), Gap> {
    let (mut told, mut events) = (Vec::new(), Vec::new());
    for PlacedLog { log, .. } in logs {
        let at = &book.contracts;
        let event = if log.address == at.market {
            event::decode(log)
        } else if log.address == at.rewards {
            event::decode_rewards(log)
        } else if log.address == at.game {
            event::decode_game(log)
        } else {
            if log.address == at.pin
                && let Some(payment) = payment(log)?
            {
                told.push(Told::Payment(payment));
            }
            continue;
        };
        told.push(Told::Deed(events.len()));
        events.push(event.map_err(unreadable)?);
    }
    Ok((told, events))
}

fn payment(log: &Log) -> Result<Option<Payment>, Gap> {
    let Pin::PinEvents::Transfer(transfer) =
        Pin::PinEvents::decode_log(log).map_err(unreadable)?.data
    else {
        return Ok(None);
    };
    if transfer.amount > U256::from(u128::MAX) {
        return Err(Gap::Unreadable(format!("a payment of {} wei", transfer.amount)));
    }
    let amount = Wei(transfer.amount.saturating_to());
    let payment = Payment { from: transfer.from, to: transfer.to, amount };
    // ERC-20 lets nothing be transferred; it changes nothing.
    Ok((amount > Wei::ZERO).then_some(payment))
}

fn unreadable(error: alloy_sol_types::Error) -> Gap {
    Gap::Unreadable(error.to_string())
}

/// The action behind a payment that belongs to no deed of the market.
fn paid_by_hand(book: &AddressBook, state: &mut Snapshot, payment: Payment) -> Option<Cause> {
    let Payment { from, to, amount } = payment;
    if from.is_zero() {
        return Some(Cause::Act { sender: book.minter, action: Action::Mint { to, amount } });
    }
    let to = if to.is_zero() {
        state.burned_by_hand = Wei(state.burned_by_hand.0.saturating_add(amount.0));
        book.contracts.pin
    } else {
        to
    };
    Some(Cause::Act { sender: from, action: Action::Transfer { to, amount } })
}

/// What a deed may change, as it was before: the balance of the only account that it pays or makes
/// pay, what was created and what was burned.
struct Purse {
    party: Option<Address>,
    balance: Wei,
    minted: Wei,
    burned: Wei,
    /// Whether the rewards hold what it moves, and not the market.
    is_lock: bool,
}

impl Purse {
    fn before(ledger: &Ledger, event: &Event) -> Self {
        let party = party(ledger, event);
        let accounts = ledger.accounts();
        Self {
            party,
            balance: party.map(|party| accounts.balance(party)).unwrap_or_default(),
            minted: accounts.minted(),
            burned: accounts.burned(),
            is_lock: matches!(event, Event::Locked { .. } | Event::Unlocked { .. }),
        }
    }

    /// Gives what a move of the game has paid, which may be several accounts: bonds from the game, a
    /// refund and a share from the market, and what was burned. None where it is no move of the game.
    fn game_payments(&self, events: &[Event], at: &Contracts) -> Option<Vec<Payment>> {
        let Event::Game(told) = events.last()? else { return None };
        let mut payments = Vec::new();
        let mut pay = |from, to, amount: Wei| {
            if amount > Wei::ZERO {
                payments.push(Payment { from, to, amount });
            }
        };
        if let Event::Slashed { refund, burned, .. } = events[0] {
            pay(at.market, self.party.unwrap_or_default(), refund);
            pay(at.market, Address::ZERO, burned);
        }
        match *told {
            GameEvent::Accused { accuser, bond, .. } => pay(accuser, at.game, bond),
            GameEvent::Proved { bond, .. } => pay(at.game, self.party.unwrap_or_default(), bond),
            GameEvent::BondReturned { accuser, bond, .. } => pay(at.game, accuser, bond),
            GameEvent::Convicted { accuser, bond, share, .. } => {
                pay(at.market, accuser, share);
                pay(at.game, accuser, bond);
            }
            _ => {}
        }
        Some(payments)
    }

    /// Gives what the deed has moved: one payment to or from the contract, what was created as a
    /// reward, and what was burned. Of what an account pays, that part never reaches the contract.
    fn payments(&self, after: &Ledger, at: &Contracts) -> Vec<Payment> {
        let accounts = after.accounts();
        let holder = if self.is_lock { at.rewards } else { at.market };
        let mut payments = Vec::new();
        let mut pay = |from, to, amount: Wei| {
            if amount > Wei::ZERO {
                payments.push(Payment { from, to, amount });
            }
        };
        let mut burned = accounts.burned().saturating_sub(self.burned);
        if let Some(party) = self.party {
            let minted = accounts.minted().saturating_sub(self.minted);
            let balance = accounts.balance(party).saturating_sub(minted);
            let due = self.balance.saturating_sub(balance);
            let burned_of_it = due.min(burned);
            pay(Address::ZERO, party, minted);
            pay(holder, party, balance.saturating_sub(self.balance));
            pay(party, holder, due.saturating_sub(burned_of_it));
            pay(party, Address::ZERO, burned_of_it);
            burned = burned.saturating_sub(burned_of_it);
        }
        pay(holder, Address::ZERO, burned);
        payments
    }
}

/// The only account that a deed pays or makes pay.
fn party(before: &Ledger, event: &Event) -> Option<Address> {
    let stake = |id| before.stake_of(id).ok();
    match *event {
        Event::Burned { owner, .. } => Some(owner),
        Event::Staked { provider, .. } => Some(provider),
        Event::LiquidityAdded { stake: id, .. }
        | Event::LiquidityRemoved { stake: id, .. }
        | Event::Settled { stake: id, .. } => stake(id).map(|stake| stake.provider),
        Event::Collected { to, .. } => Some(to),
        Event::Locked { account, .. }
        | Event::Unlocked { account, .. }
        | Event::AllocationClaimed { account, .. } => Some(account),
        Event::RebateClaimed { client, .. } => Some(client),
        Event::Sold { seller, .. } => Some(seller),
        Event::Bought { buyer, .. } => Some(buyer),
        Event::RentalEnded { renter, .. } => Some(renter),
        Event::Game(GameEvent::Proved { stake: id, .. }) => stake(id).map(|stake| stake.provider),
        Event::Slashed { stake: id, .. } => {
            stake(id).and_then(|stake| stake.rental).map(|rental| rental.renter)
        }
        _ => None,
    }
}
