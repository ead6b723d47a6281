//! Actions to calls.

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use pinfi_core::Action;
use pinfi_core::units::{RentalId, StakeId};
use serde::Serialize;

use crate::abi::{Pin, PinFi, RentalToken, Rewards};
use crate::game::game_call;
use crate::{Contracts, params};

/// A call of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The contract.
    pub to: Address,
    /// The function's selector and its arguments.
    pub data: Bytes,
}

impl Call {
    fn new(to: Address, call: &impl SolCall) -> Self {
        Self { to, data: call.abi_encode().into() }
    }
}

/// Gives the call that does an action; none for one that the contracts do not know: proofs before
/// one verifier.
#[must_use]
pub fn call(at: &Contracts, action: &Action) -> Option<Call> {
    Some(match *action {
        Action::Mint { to, amount } => {
            Call::new(at.pin, &Pin::mintCall { to, amount: U256::from(amount.0) })
        }
        Action::Transfer { to, amount } => {
            Call::new(at.pin, &Pin::transferCall { to, amount: U256::from(amount.0) })
        }
        Action::Game(ref action) => Call { to: at.game, data: game_call(action).into() },
        _ => match rewards_call(action) {
            Some(data) => Call { to: at.rewards, data: data.into() },
            None => Call { to: at.market, data: market_call(action)?.into() },
        },
    })
}

/// Gives what the rewards are called with for an action; none where it is not theirs.
#[must_use]
pub fn rewards_call(action: &Action) -> Option<Vec<u8>> {
    Some(match *action {
        Action::QueueWeight { pool, weight } => {
            Rewards::queueWeightCall { pool: pool.0, weight: weight.0 }.abi_encode()
        }
        Action::ExecuteWeight { pool } => Rewards::executeWeightCall { pool: pool.0 }.abi_encode(),
        Action::Lock { amount } => Rewards::lockCall { amount: amount.0 }.abi_encode(),
        Action::Unlock { amount } => Rewards::unlockCall { amount: amount.0 }.abi_encode(),
        Action::ClaimRebate { pool, day } => {
            Rewards::claimRebateCall { pool: pool.0, day: day.0 }.abi_encode()
        }
        Action::ClaimAllocation => Rewards::claimAllocationCall {}.abi_encode(),
        _ => return None,
    })
}

/// Gives what the market is called with for an action; none where it is not the market's.
#[must_use]
pub fn market_call(action: &Action) -> Option<Vec<u8>> {
    Some(match *action {
        Action::CreatePool { ref params } => {
            PinFi::createPoolCall { params: params::to_abi(params) }.abi_encode()
        }
        Action::Poke { pool, limit } => PinFi::pokeCall { pool: pool.0, limit }.abi_encode(),
        Action::Burn { pool, gs } => PinFi::burnCall { pool: pool.0, gs: gs.0 }.abi_encode(),
        Action::Stake { certificate, expiry, max_fee } => {
            PinFi::stakeCall { certificate: certificate.0, expiry: expiry.0, maxFee: max_fee.0 }
                .abi_encode()
        }
        Action::OpenLiquidity { stake, tokens } => {
            PinFi::openLiquidityCall { id: stake.0, tokens: tokens.0 }.abi_encode()
        }
        Action::AddLiquidity { stake, min_tokens, max_tokens } => PinFi::addLiquidityCall {
            id: stake.0,
            minTokens: min_tokens.0,
            maxTokens: max_tokens.0,
        }
        .abi_encode(),
        Action::Collect { stake } => PinFi::collectCall { id: stake.0 }.abi_encode(),
        Action::Sell { stake, min_out } => {
            PinFi::sellCall { id: stake.0, minOut: min_out.0 }.abi_encode()
        }
        Action::RemoveLiquidity { stake, min_tokens, max_fee } => {
            PinFi::removeLiquidityCall { id: stake.0, minTokens: min_tokens, maxFee: max_fee.0 }
                .abi_encode()
        }
        Action::Settle { stake } => PinFi::settleCall { id: stake.0 }.abi_encode(),
        Action::TransferHours { stake, to } => {
            PinFi::transferHoursCall { id: stake.0, to }.abi_encode()
        }
        Action::Rent { pool, ref stakes, until, max_cost } => PinFi::rentCall {
            id: pool.0,
            devices: stakes.iter().map(|stake| stake.0).collect(),
            until: until.0,
            maxCost: max_cost.0,
        }
        .abi_encode(),
        Action::Extend { stake, until, max_cost } => {
            PinFi::extendCall { id: stake.0, until: until.0, maxCost: max_cost.0 }.abi_encode()
        }
        Action::EndRental { stake, min_out } => {
            PinFi::endRentalCall { id: stake.0, minOut: min_out.0 }.abi_encode()
        }
        Action::TransferRental { stake, to } => {
            PinFi::transferRentalCall { id: stake.0, to }.abi_encode()
        }
        _ => return None,
    })
}

/// Joins calls of the market into one transaction, all or nothing.
#[must_use]
pub fn multicall(at: &Contracts, calls: impl IntoIterator<Item = Vec<u8>>) -> Call {
    joined(at.market, calls)
}

/// Joins calls of the game into one transaction, all or nothing.
#[must_use]
pub fn game_multicall(at: &Contracts, calls: impl IntoIterator<Item = Vec<u8>>) -> Call {
    joined(at.game, calls)
}

/// All contracts that join calls have one function for it.
fn joined(to: Address, calls: impl IntoIterator<Item = Vec<u8>>) -> Call {
    let calls = calls.into_iter().map(Bytes::from).collect();
    Call::new(to, &PinFi::multicallCall { calls })
}

/// Gives the ERC-721 transfer of an hours token, which the market learns of.
#[must_use]
pub fn hours_token_transfer(at: &Contracts, from: Address, to: Address, stake: StakeId) -> Call {
    let call = RentalToken::transferFromCall { from, to, id: U256::from(stake.0) };
    Call::new(at.hours_token, &call)
}

/// Gives the ERC-721 transfer of a rental token, which the market learns of.
#[must_use]
pub fn rental_token_transfer(
    at: &Contracts,
    from: Address,
    to: Address,
    (rental, stake): (RentalId, StakeId),
) -> Call {
    let id = rental_token_id(rental, stake);
    Call::new(at.rental_token, &RentalToken::transferFromCall { from, to, id })
}

/// Gives the id of a rental's token, which tells its stake too.
#[must_use]
pub fn rental_token_id(rental: RentalId, stake: StakeId) -> U256 {
    U256::from(rental.0) << 64 | U256::from(stake.0)
}
