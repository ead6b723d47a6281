//! What each action is, in a headline and a sentence or two.

use alloy_primitives::Address;
use pinfi_client::intent::LedgerAction;
use pinfi_core::game::GameAction;
use pinfi_core::units::{PoolId, StakeId, Wei};
use pinfi_core::{Action, Ledger};

use super::figures::{account, device_hours, kind, moment, pin_words, signed_pin, span};
use crate::{contexts::tr, format::percent};

/// An action in plain words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// What it does: `Rent 2 devices of RTX 4090 until 24 Nov, 14:00`.
    pub(crate) title: String,
    /// What it means for who signs it.
    pub(crate) text: String,
}

/// Describes an action of `sender` to people.
pub(crate) fn action(action: &LedgerAction, ledger: &Ledger, sender: Address) -> Words {
    let (title, text) = match action {
        LedgerAction::Protocol(action) => protocol(action, ledger),
        LedgerAction::Faucet { to, amount } => {
            let amount = pin_words(*amount);
            let title = if *to == sender {
                tr!(actions.faucet, amount = amount)
            } else {
                tr!(actions.faucet_to, amount = amount, to = account(*to))
            };
            (title, tr!(actions.faucet_text).to_owned())
        }
        LedgerAction::SetSpeed { speed } => (
            tr!(actions.set_speed, factor = speed.factor().to_string()),
            tr!(actions.set_speed_text).to_owned(),
        ),
    };
    Words { title, text }
}

/// A stake by number and kind: `7 (H100)`.
fn device(ledger: &Ledger, stake: StakeId) -> String {
    match ledger.stake_of(stake) {
        Ok(found) => {
            let pool = kind(ledger, found.pool);
            tr!(actions.device, stake = stake.to_string(), pool = pool)
        }
        Err(_) => stake.to_string(),
    }
}

fn game(action: &GameAction, ledger: &Ledger) -> (String, String) {
    let device = |stake: &StakeId| device(ledger, *stake);
    let bond = |stake: &StakeId| {
        let pool = ledger.stake_of(*stake).and_then(|found| ledger.pool(found.pool));
        pool.map(|pool| pin_words(pool.params().pocps.bond)).unwrap_or_default()
    };
    match action {
        GameAction::OpenEpoch { pool } => (
            tr!(actions.open_epoch, pool = kind(ledger, *pool)),
            tr!(actions.open_epoch_text).to_owned(),
        ),
        GameAction::Commit { stake, .. } => (
            tr!(actions.commit_epoch, device = device(stake)),
            tr!(actions.commit_epoch_text).to_owned(),
        ),
        GameAction::RecordBeacon { stake, .. } => (
            tr!(actions.record_beacon, device = device(stake)),
            tr!(actions.record_beacon_text).to_owned(),
        ),
        GameAction::Accuse { stake, sample, .. } => (
            tr!(actions.accuse, device = device(stake), sample = sample.to_string()),
            tr!(actions.accuse_text, bond = bond(stake)),
        ),
        GameAction::Prove { stake, sample, .. } => (
            tr!(actions.prove, device = device(stake), sample = sample.to_string()),
            tr!(actions.prove_text).to_owned(),
        ),
        GameAction::Missed { stake, .. } => {
            (tr!(actions.missed, device = device(stake)), tr!(actions.missed_text).to_owned())
        }
        GameAction::Convict { stake, sample, .. } => (
            tr!(actions.convict, device = device(stake), sample = sample.to_string()),
            tr!(actions.convict_text).to_owned(),
        ),
        GameAction::Conclude { stake, .. } => {
            (tr!(actions.conclude, device = device(stake)), tr!(actions.conclude_text).to_owned())
        }
        GameAction::Appoint { stake, operator, until } => (
            tr!(actions.appoint, device = device(stake), operator = account(*operator)),
            tr!(actions.appoint_text, until = moment(*until)),
        ),
        GameAction::Announce { stake, key, .. } if key.is_zero() => {
            (tr!(actions.withdraw, device = device(stake)), tr!(actions.withdraw_text).to_owned())
        }
        GameAction::Announce { stake, key, relay } => (
            tr!(actions.announce, device = device(stake), relay = relay.clone()),
            tr!(actions.announce_text, key = key.to_string()),
        ),
        GameAction::Complain { stake } => {
            (tr!(actions.complain, device = device(stake)), tr!(actions.complain_text).to_owned())
        }
    }
}

fn protocol(action: &Action, ledger: &Ledger) -> (String, String) {
    let pool_of = |stake: StakeId| match ledger.stake_of(stake) {
        Ok(found) => kind(ledger, found.pool),
        Err(_) => String::new(),
    };
    let device = |stake: StakeId| device(ledger, stake);
    let pool = |pool: PoolId| kind(ledger, pool);
    let pin = |amount: Wei| pin_words(amount);
    match action {
        Action::Mint { to, amount } => (
            tr!(actions.mint, amount = pin(*amount), to = account(*to)),
            tr!(actions.mint_text).to_owned(),
        ),
        Action::Transfer { to, amount } => (
            tr!(actions.transfer, amount = pin(*amount), to = account(*to)),
            tr!(actions.transfer_text, to = to.to_string()),
        ),
        Action::CreatePool { params } => (
            tr!(actions.create_pool, kind = params.kind.clone()),
            tr!(
                actions.create_pool_text,
                fee = percent(u64::from(params.fee.0)),
                burned = percent(u64::from(params.burn_share.0)),
                least = span(params.min_term),
                most = span(params.max_term)
            ),
        ),
        Action::Poke { pool: id, .. } => {
            (tr!(actions.poke, pool = pool(*id)), tr!(actions.poke_text).to_owned())
        }
        Action::Burn { pool: id, gs } => (
            tr!(actions.burn, hours = device_hours(gs.0), pool = pool(*id)),
            tr!(actions.burn_text).to_owned(),
        ),
        Action::Stake { certificate, expiry, max_fee } => {
            let found = ledger.certificate(*certificate).map(|found| pool(found.pool));
            let pool = found.unwrap_or_default();
            (
                tr!(actions.stake, pool = pool, expiry = moment(*expiry)),
                tr!(actions.stake_text, most = pin(*max_fee)),
            )
        }
        Action::OpenLiquidity { stake, tokens } => (
            tr!(actions.open_liquidity, pool = pool_of(*stake), tokens = pin(*tokens)),
            tr!(actions.open_liquidity_text).to_owned(),
        ),
        Action::AddLiquidity { stake, max_tokens, .. } => (
            tr!(actions.add_liquidity, pool = pool_of(*stake), most = pin(*max_tokens)),
            tr!(actions.add_liquidity_text).to_owned(),
        ),
        Action::Collect { stake } => {
            (tr!(actions.collect, device = device(*stake)), tr!(actions.collect_text).to_owned())
        }
        Action::Sell { stake, min_out } => (
            tr!(actions.sell, device = device(*stake)),
            tr!(actions.sell_text, least = pin(*min_out)),
        ),
        Action::RemoveLiquidity { stake, min_tokens, max_fee } => (
            tr!(actions.remove_liquidity, device = device(*stake)),
            tr!(
                actions.remove_liquidity_text,
                least = signed_pin(*min_tokens),
                most = pin(*max_fee)
            ),
        ),
        Action::Settle { stake } => {
            (tr!(actions.settle, device = device(*stake)), tr!(actions.settle_text).to_owned())
        }
        Action::TransferHours { stake, to } => (
            tr!(actions.transfer_hours, device = device(*stake), to = account(*to)),
            tr!(actions.transfer_hours_text, to = to.to_string()),
        ),
        Action::Rent { pool: id, stakes, until, max_cost } => {
            let until = moment(*until);
            let title = if stakes.len() == 1 {
                tr!(actions.rent_one, pool = pool(*id), until = until)
            } else {
                let count = stakes.len().to_string();
                tr!(actions.rent, count = count, pool = pool(*id), until = until)
            };
            (title, tr!(actions.rent_text, most = pin(*max_cost)))
        }
        Action::Extend { stake, until, max_cost } => (
            tr!(actions.extend, device = device(*stake), until = moment(*until)),
            tr!(actions.extend_text, most = pin(*max_cost)),
        ),
        Action::EndRental { stake, min_out } => (
            tr!(actions.end_rental, device = device(*stake)),
            tr!(actions.end_rental_text, least = pin(*min_out)),
        ),
        Action::TransferRental { stake, to } => (
            tr!(actions.transfer_rental, device = device(*stake), to = account(*to)),
            tr!(actions.transfer_rental_text, to = to.to_string()),
        ),
        Action::Challenge { stake } => {
            let window = ledger.stake_of(*stake).and_then(|found| ledger.pool(found.pool));
            let window = window.map(|pool| span(pool.params().pocps.window)).unwrap_or_default();
            (
                tr!(actions.challenge, device = device(*stake)),
                tr!(actions.challenge_text, window = window),
            )
        }
        Action::Commit { stake, .. } => {
            (tr!(actions.commit, device = device(*stake)), tr!(actions.commit_text).to_owned())
        }
        Action::Respond { stake, .. } => {
            (tr!(actions.respond, device = device(*stake)), tr!(actions.respond_text).to_owned())
        }
        Action::Missed { stake } => {
            (tr!(actions.missed, device = device(*stake)), tr!(actions.missed_text).to_owned())
        }
        Action::QueueWeight { pool: id, weight } => {
            let wait = ledger.rewards().map(|rewards| span(rewards.config().timelock));
            let weight = percent(u64::from(weight.0));
            (
                tr!(actions.queue_weight, weight = weight, pool = pool(*id)),
                tr!(actions.queue_weight_text, wait = wait.unwrap_or_default()),
            )
        }
        Action::ExecuteWeight { pool: id } => (
            tr!(actions.execute_weight, pool = pool(*id)),
            tr!(actions.execute_weight_text).to_owned(),
        ),
        Action::Lock { amount } => {
            (tr!(actions.lock, amount = pin(*amount)), tr!(actions.lock_text).to_owned())
        }
        Action::Unlock { amount } => (
            tr!(actions.unlock_pin, amount = pin(*amount)),
            tr!(actions.unlock_pin_text).to_owned(),
        ),
        Action::ClaimRebate { pool: id, .. } => {
            (tr!(actions.claim_rebate, pool = pool(*id)), tr!(actions.claim_rebate_text).to_owned())
        }
        Action::ClaimAllocation => (
            tr!(actions.claim_allocation).to_owned(),
            tr!(actions.claim_allocation_text).to_owned(),
        ),
        Action::Game(action) => game(action, ledger),
    }
}
