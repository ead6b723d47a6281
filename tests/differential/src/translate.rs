//! Steps to calls, a transaction's logs to events, refusals to names.

use alloy_primitives::{Address, Bytes, Log};
use alloy_sol_types::{SolCall, SolEventInterface};
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::Wei;
use pinfi_core::{Action, Event, Ledger};
use pinfi_evm::call::{call as call_of, hours_token_transfer, rental_token_transfer};
use pinfi_evm::{Call, Contracts, Refusal, event};

use crate::abi::{GameDouble, Pin};
use crate::chain::Failure;
use crate::deployment::Deployment;
use crate::life::Step;

/// Gives the call that does on the contracts what a step does on the core, as receiver and data;
/// none for an action that only the embedded ledger knows.
#[must_use]
pub fn call(at: &Deployment, ledger: &Ledger, step: &Step) -> Option<(Address, Bytes)> {
    let action = match &step.deed {
        Deed::Act(action) => action,
        &Deed::Verdict { stake, passed } => {
            let call = GameDouble::giveCall { market: at.market, stake: stake.0, passed };
            return Some((at.game, call.abi_encode().into()));
        }
    };
    let contracts = at.contracts();
    let by_token = step.by_token.then_some(action);
    let by_token =
        by_token.and_then(|action| transfer_by_token(&contracts, ledger, step.sender, action));
    by_token.or_else(|| call_of(&contracts, action)).map(|Call { to, data }| (to, data))
}

/// Gives the call that has the game's double do what the core's ledger did as the only verifier;
/// none for an action that is not a verifier's, or that the ledger refused.
#[must_use]
pub fn verifier_call(at: &Deployment, action: &Action, events: &[Event]) -> Option<Bytes> {
    let market = at.market;
    let data = match (action, events) {
        (
            Action::Challenge { .. },
            &[Event::Challenged { stake, epoch, randomness, seed, commit_by, respond_by }],
        ) => GameDouble::challengeCall {
            market,
            stake: stake.0,
            epoch,
            randomness,
            seed,
            commitBy: commit_by.0,
            respondBy: respond_by.0,
        }
        .abi_encode(),
        (Action::Commit { .. }, &[Event::Committed { stake, root, beacon }]) => {
            GameDouble::commitCall { market, stake: stake.0, root, beacon }.abi_encode()
        }
        (Action::Missed { stake }, [_]) => {
            GameDouble::giveCall { market, stake: stake.0, passed: false }.abi_encode()
        }
        _ => return None,
    };
    Some(data.into())
}

/// The ERC-721 transfer of a live stake's token; none where there is no such token to name.
fn transfer_by_token(
    at: &Contracts,
    ledger: &Ledger,
    from: Address,
    action: &Action,
) -> Option<Call> {
    match *action {
        Action::TransferHours { stake, to } => Some(hours_token_transfer(at, from, to, stake)),
        Action::TransferRental { stake, to } => {
            let record = ledger.stake_of(stake).ok().filter(|record| record.is_active())?;
            Some(rental_token_transfer(at, from, to, (record.rental?.id, stake)))
        }
        _ => None,
    }
}

/// Gives the core's events that a transaction's logs tell of. PIN's own transfers tell of an
/// action only where the transaction was sent to PIN.
///
/// # Errors
/// The log that is none of the market's.
pub fn events(at: &Deployment, to: Address, logs: &[Log]) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    for log in logs {
        if log.address == at.market {
            events.push(event::decode(log).map_err(|error| error.to_string())?);
        } else if log.address == at.rewards {
            events.push(event::decode_rewards(log).map_err(|error| error.to_string())?);
        } else if log.address == at.game {
            events.push(event::decode_game(log).map_err(|error| error.to_string())?);
        } else if log.address == at.pin && to == at.pin {
            let event = Pin::PinEvents::decode_log(log).map_err(|error| error.to_string())?;
            if let Pin::PinEvents::Transfer(transfer) = event.data {
                let amount = Wei(transfer.amount.saturating_to());
                let (from, to) = (transfer.from, transfer.to);
                events.push(if from.is_zero() {
                    Event::Minted { to, amount }
                } else {
                    Event::Transferred { from, to, amount }
                });
            }
        }
    }
    Ok(events)
}

/// Gives what a transaction was refused with; none where no contract refused it.
#[must_use]
pub fn refusal(failure: &Failure) -> Option<Refusal> {
    let Failure::Reverted(data) = failure else { return None };
    Some(Refusal::decode(data))
}

/// Gives the name of the error that a transaction was refused with; none where no contract
/// refused it by name.
#[must_use]
pub fn refusal_name(failure: &Failure) -> Option<&'static str> {
    refusal(failure)?.name()
}
