//! The typed structs that a wallet hashes, and how an action becomes one.
//!
//! Names are the protocol's, in camelCase. Amounts are wei of PIN, times and durations are
//! seconds. Every message ends with the account's nonce and the last second of its validity.

use std::borrow::Cow;

use alloy_primitives::{B256, I256, U256};
use alloy_sol_types::SolStruct;
use pinfi_core::Action;
use pinfi_core::game::GameAction;
use pinfi_core::units::{StakeId, Timestamp, Wei};

use super::{IntentError, LedgerAction};

// The macro makes the structs public whatever the module is.
#[allow(missing_docs, unreachable_pub, reason = "the block below is the manual")]
mod messages {
    alloy_sol_types::sol! {
        struct PocpsParams {
            uint32 n;
            uint32 rounds;
            uint32 samples;
            uint64 window;
            uint64 dispute;
            uint64 epoch;
            uint256 bond;
            uint32 accuserBps;
        }
        struct PoolParams {
            string kind;
            uint64 bucket;
            uint32 feeBps;
            uint32 burnShareBps;
            uint256 burnPerGs;
            uint32 collateralBps;
            uint64 minTerm;
            uint64 maxTerm;
            PocpsParams pocps;
        }

        struct Mint { address to; uint256 amount; uint256 nonce; uint256 deadline; }
        struct Transfer { address to; uint256 amount; uint256 nonce; uint256 deadline; }
        struct CreatePool { PoolParams params; uint256 nonce; uint256 deadline; }
        struct Poke { uint32 pool; uint32 limit; uint256 nonce; uint256 deadline; }
        struct Burn { uint32 pool; uint64 gs; uint256 nonce; uint256 deadline; }
        struct Stake {
            uint64 certificate; uint64 expiry; uint256 maxFee; uint256 nonce; uint256 deadline;
        }
        struct OpenLiquidity { uint64 stake; uint256 tokens; uint256 nonce; uint256 deadline; }
        struct AddLiquidity {
            uint64 stake; uint256 minTokens; uint256 maxTokens; uint256 nonce; uint256 deadline;
        }
        struct Collect { uint64 stake; uint256 nonce; uint256 deadline; }
        struct Sell { uint64 stake; uint256 minOut; uint256 nonce; uint256 deadline; }
        struct RemoveLiquidity {
            uint64 stake; int256 minTokens; uint256 maxFee; uint256 nonce; uint256 deadline;
        }
        struct Settle { uint64 stake; uint256 nonce; uint256 deadline; }
        struct TransferHours { uint64 stake; address to; uint256 nonce; uint256 deadline; }
        struct Rent {
            uint32 pool; uint64[] stakes; uint64 until; uint256 maxCost;
            uint256 nonce; uint256 deadline;
        }
        struct Extend {
            uint64 stake; uint64 until; uint256 maxCost; uint256 nonce; uint256 deadline;
        }
        struct EndRental { uint64 stake; uint256 minOut; uint256 nonce; uint256 deadline; }
        struct TransferRental { uint64 stake; address to; uint256 nonce; uint256 deadline; }
        struct Challenge { uint64 stake; uint256 nonce; uint256 deadline; }
        struct Commit { uint64 stake; bytes32 root; uint256 nonce; uint256 deadline; }
        struct Respond { uint64 stake; bytes response; uint256 nonce; uint256 deadline; }
        struct Missed { uint64 stake; uint256 nonce; uint256 deadline; }
        struct QueueWeight { uint32 pool; uint32 weightBps; uint256 nonce; uint256 deadline; }
        struct ExecuteWeight { uint32 pool; uint256 nonce; uint256 deadline; }
        struct Lock { uint256 amount; uint256 nonce; uint256 deadline; }
        struct Unlock { uint256 amount; uint256 nonce; uint256 deadline; }
        struct ClaimRebate { uint32 pool; uint32 day; uint256 nonce; uint256 deadline; }
        struct ClaimAllocation { uint256 nonce; uint256 deadline; }

        struct OpenEpoch { uint32 pool; uint256 nonce; uint256 deadline; }
        struct CommitToEpoch {
            uint64 stake; uint64 epoch; bytes32 root; uint256 nonce; uint256 deadline;
        }
        struct RecordBeacon {
            uint64 stake; uint64 epoch; uint32 sample; uint256 nonce; uint256 deadline;
        }
        struct Accuse {
            uint64 stake; uint64 epoch; uint32 sample; uint256 nonce; uint256 deadline;
        }
        struct Prove {
            uint64 stake; uint64 epoch; uint32 sample; bytes opening;
            uint256 nonce; uint256 deadline;
        }
        struct MissedEpoch { uint64 stake; uint64 epoch; uint256 nonce; uint256 deadline; }
        struct Convict {
            uint64 stake; uint64 epoch; uint32 sample; uint256 nonce; uint256 deadline;
        }
        struct Conclude { uint64 stake; uint64 epoch; uint256 nonce; uint256 deadline; }
        struct Complain { uint64 stake; uint256 nonce; uint256 deadline; }
        struct Appoint {
            uint64 stake; address operator; uint64 until; uint256 nonce; uint256 deadline;
        }
        struct Announce {
            uint64 stake; bytes32 key; string relay; uint256 nonce; uint256 deadline;
        }

        struct Faucet { address to; uint256 amount; uint256 nonce; uint256 deadline; }
        struct SetSpeed { uint32 speed; uint256 nonce; uint256 deadline; }
    }
}

/// A typed message, hashed.
pub(super) struct Typed {
    /// `hashStruct` of the message.
    pub(super) hash: B256,
    /// Gives `encodeType`: the struct and those it refers to.
    pub(super) encode_type: fn() -> Cow<'static, str>,
}

fn typed<T: SolStruct>(message: &T) -> Typed {
    Typed { hash: message.eip712_hash_struct(), encode_type: T::eip712_encode_type }
}

/// Hashes an action as its typed message.
///
/// # Errors
/// [`IntentError::Unwritable`] if a proof has no bytes.
pub(super) fn hash_message(
    action: &LedgerAction,
    nonce: u64,
    deadline: Timestamp,
) -> Result<Typed, IntentError> {
    let (nonce, deadline) = (U256::from(nonce), U256::from(deadline.0));
    let wei = |amount: Wei| U256::from(amount.0);
    macro_rules! message {
        ($name:ident { $($field:ident: $value:expr),* }) => {
            typed(&messages::$name { $($field: $value,)* nonce, deadline })
        };
    }
    let action = match action {
        LedgerAction::Protocol(action) => action,
        LedgerAction::Faucet { to, amount } => {
            return Ok(message!(Faucet { to: *to, amount: wei(*amount) }));
        }
        LedgerAction::SetSpeed { speed } => {
            return Ok(message!(SetSpeed { speed: speed.factor() }));
        }
    };
    Ok(match *action {
        Action::Mint { to, amount } => message!(Mint { to: to, amount: wei(amount) }),
        Action::Transfer { to, amount } => message!(Transfer { to: to, amount: wei(amount) }),
        Action::CreatePool { ref params } => {
            let pocps = messages::PocpsParams {
                n: params.pocps.n,
                rounds: params.pocps.rounds,
                samples: params.pocps.samples,
                window: params.pocps.window.0,
                dispute: params.pocps.dispute.0,
                epoch: params.pocps.epoch.0,
                bond: wei(params.pocps.bond),
                accuserBps: params.pocps.accuser_bps.0,
            };
            let params = messages::PoolParams {
                kind: params.kind.clone(),
                bucket: params.bucket.0,
                feeBps: params.fee.0,
                burnShareBps: params.burn_share.0,
                burnPerGs: wei(params.burn_per_gs),
                collateralBps: params.collateral.0,
                minTerm: params.min_term.0,
                maxTerm: params.max_term.0,
                pocps,
            };
            message!(CreatePool { params: params })
        }
        Action::Poke { pool, limit } => message!(Poke { pool: pool.0, limit: limit }),
        Action::Burn { pool, gs } => message!(Burn { pool: pool.0, gs: gs.0 }),
        Action::Stake { certificate, expiry, max_fee } => {
            message!(Stake { certificate: certificate.0, expiry: expiry.0, maxFee: wei(max_fee) })
        }
        Action::OpenLiquidity { stake, tokens } => {
            message!(OpenLiquidity { stake: stake.0, tokens: wei(tokens) })
        }
        Action::AddLiquidity { stake, min_tokens, max_tokens } => message!(AddLiquidity {
            stake: stake.0,
            minTokens: wei(min_tokens),
            maxTokens: wei(max_tokens)
        }),
        Action::Collect { stake } => message!(Collect { stake: stake.0 }),
        Action::Sell { stake, min_out } => message!(Sell { stake: stake.0, minOut: wei(min_out) }),
        Action::RemoveLiquidity { stake, min_tokens, max_fee } => message!(RemoveLiquidity {
            stake: stake.0,
            minTokens: signed_word(min_tokens),
            maxFee: wei(max_fee)
        }),
        Action::Settle { stake } => message!(Settle { stake: stake.0 }),
        Action::TransferHours { stake, to } => message!(TransferHours { stake: stake.0, to: to }),
        Action::Rent { pool, ref stakes, until, max_cost } => message!(Rent {
            pool: pool.0,
            stakes: stakes.iter().map(|StakeId(stake)| *stake).collect(),
            until: until.0,
            maxCost: wei(max_cost)
        }),
        Action::Extend { stake, until, max_cost } => {
            message!(Extend { stake: stake.0, until: until.0, maxCost: wei(max_cost) })
        }
        Action::EndRental { stake, min_out } => {
            message!(EndRental { stake: stake.0, minOut: wei(min_out) })
        }
        Action::TransferRental { stake, to } => {
            message!(TransferRental { stake: stake.0, to: to })
        }
        Action::Challenge { stake } => message!(Challenge { stake: stake.0 }),
        Action::Commit { stake, root } => message!(Commit { stake: stake.0, root: root }),
        Action::Respond { stake, ref response } => {
            let bytes = postcard::to_allocvec(response).map_err(|_| IntentError::Unwritable)?;
            message!(Respond { stake: stake.0, response: bytes.into() })
        }
        Action::Missed { stake } => message!(Missed { stake: stake.0 }),
        Action::QueueWeight { pool, weight } => {
            message!(QueueWeight { pool: pool.0, weightBps: weight.0 })
        }
        Action::ExecuteWeight { pool } => message!(ExecuteWeight { pool: pool.0 }),
        Action::Lock { amount } => message!(Lock { amount: wei(amount) }),
        Action::Unlock { amount } => message!(Unlock { amount: wei(amount) }),
        Action::ClaimRebate { pool, day } => message!(ClaimRebate { pool: pool.0, day: day.0 }),
        Action::ClaimAllocation => message!(ClaimAllocation {}),
        Action::Game(ref action) => match *action {
            GameAction::OpenEpoch { pool } => message!(OpenEpoch { pool: pool.0 }),
            GameAction::Commit { stake, epoch, root } => {
                message!(CommitToEpoch { stake: stake.0, epoch: epoch.0, root: root })
            }
            GameAction::RecordBeacon { stake, epoch, sample } => {
                message!(RecordBeacon { stake: stake.0, epoch: epoch.0, sample: sample })
            }
            GameAction::Accuse { stake, epoch, sample } => {
                message!(Accuse { stake: stake.0, epoch: epoch.0, sample: sample })
            }
            GameAction::Prove { stake, epoch, sample, ref opening } => {
                let bytes = postcard::to_allocvec(opening).map_err(|_| IntentError::Unwritable)?;
                let opening = bytes.into();
                message!(Prove { stake: stake.0, epoch: epoch.0, sample: sample, opening: opening })
            }
            GameAction::Missed { stake, epoch } => {
                message!(MissedEpoch { stake: stake.0, epoch: epoch.0 })
            }
            GameAction::Convict { stake, epoch, sample } => {
                message!(Convict { stake: stake.0, epoch: epoch.0, sample: sample })
            }
            GameAction::Conclude { stake, epoch } => {
                message!(Conclude { stake: stake.0, epoch: epoch.0 })
            }
            GameAction::Complain { stake } => message!(Complain { stake: stake.0 }),
            GameAction::Appoint { stake, operator, until } => {
                message!(Appoint { stake: stake.0, operator: operator, until: until.0 })
            }
            GameAction::Announce { stake, key, ref relay } => {
                message!(Announce { stake: stake.0, key: key, relay: relay.clone() })
            }
        },
    })
}

/// Widens to two's complement of 256 bits.
fn signed_word(value: i128) -> I256 {
    let magnitude = I256::from_raw(U256::from(value.unsigned_abs()));
    if value < 0 { -magnitude } else { magnitude }
}
