//! How much PIN a contract may take: what the action needs, and no more.

use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::{SolCall, SolStruct, SolValue, eip712_domain, sol};
use pinfi_core::game::GameAction;
use pinfi_core::units::{Timestamp, Wei};
use pinfi_core::{Action, Context, Event, Ledger};
use pinfi_evm::abi::{Pin, PinFi};
use pinfi_evm::{AddressBook, Call, Contracts};
use serde_json::json;

use super::error::ChainError;
use super::node::Node;
use crate::settlement::signer::{SignError, Signer};

/// How much more than now an action may need by the time of its block, where it sets no limit
/// itself: a fiftieth.
const MARGIN: u128 = 50;
/// Sets Solady's allowances apart from what else its tokens keep.
const ALLOWANCE_SEED: [u8; 4] = [0x7f, 0x5e, 0x9f, 0x20];

sol! {
    /// EIP-2612.
    struct Permit {
        address owner;
        address spender;
        uint256 value;
        uint256 nonce;
        uint256 deadline;
    }
}

/// How much PIN actions in a row may take from an account, in wei.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Need {
    /// What they take as of now.
    pub(super) now: Wei,
    /// The most: the limits that they set themselves, but never more than the account has.
    pub(super) most: Wei,
}

/// Returns how much PIN actions in a row may take from an account.
pub(super) fn needed(ledger: &Ledger, sender: Address, now: Timestamp, actions: &[Action]) -> Need {
    let mut copy = ledger.clone();
    let context = Context { sender, now, randomness: B256::ZERO };
    let (mut sum, mut sum_now) = (0_u128, 0_u128);
    for action in actions {
        // An action before may have brought it.
        let before = copy.accounts().balance(sender).0;
        // What is refused here is refused there, and takes nothing.
        let events = copy.apply(action, &context).unwrap_or_default();
        let taken = before.saturating_sub(copy.accounts().balance(sender).0);
        let most = taken.saturating_add(moved(&events, taken) / MARGIN).min(before);
        let (taken, most) = match *action {
            // PIN's own: the market takes nothing.
            Action::Mint { .. } | Action::Transfer { .. } => (0, 0),
            Action::Burn { .. } | Action::OpenLiquidity { .. } => (taken, taken),
            Action::Stake { max_fee: limit, .. }
            | Action::AddLiquidity { max_tokens: limit, .. }
            | Action::Rent { max_cost: limit, .. }
            | Action::Extend { max_cost: limit, .. } => (taken, limit.0.min(most)),
            _ => (taken, most),
        };
        sum = sum.saturating_add(most);
        sum_now = sum_now.saturating_add(taken.min(most));
    }
    Need { now: Wei(sum_now), most: Wei(sum) }
}

/// Gives what the price may move: where PIN comes and goes at once, both.
fn moved(events: &[Event], taken: u128) -> u128 {
    let both = events.iter().find_map(|event| match *event {
        Event::LiquidityRemoved { net, maintenance_fee, .. } => {
            Some(maintenance_fee.0.saturating_add(net.unsigned_abs()))
        }
        _ => None,
    });
    both.unwrap_or(taken)
}

/// Gives the call of the market that lets it take `amount`, signed by the account; none where it
/// may take as much already.
pub(super) async fn permit(
    node: &Node,
    book: &AddressBook,
    signer: &dyn Signer,
    amount: Wei,
    deadline: Timestamp,
) -> Result<Option<Vec<u8>>, PermitError> {
    let owner = signer.address();
    let pin = book.contracts.pin;
    let spender = book.contracts.market;
    if is_allowed(node, pin, owner, spender, amount).await? {
        return Ok(None);
    }
    let nonce = Call { to: pin, data: Pin::noncesCall { owner }.abi_encode().into() };
    let nonce = uint(&node.view(owner, &nonce, None).await?)?;
    let (value, deadline) = (U256::from(amount.0), U256::from(deadline.0));
    let permit = Permit { owner, spender, value, nonce, deadline };
    let domain = eip712_domain! {
        name: "PinFi",
        version: "1",
        chain_id: book.chain_id,
        verifying_contract: pin,
    };
    let digest = permit.eip712_signing_hash(&domain);
    let signature = signer.sign_typed(digest, &typed_data(&permit, book)).await?;
    let v = 27 + u8::from(signature.v());
    let call =
        PinFi::permitCall { value, deadline, v, r: signature.r().into(), s: signature.s().into() };
    Ok(Some(call.abi_encode()))
}

/// Names the contract other than the market that actions pay, and how much: what is locked goes to the
/// rewards, bonds to the game.
pub(super) fn paid_elsewhere(
    ledger: &Ledger,
    contracts: &Contracts,
    actions: &[Action],
) -> Option<(Address, Wei)> {
    let paid = actions.iter().filter_map(|action| match *action {
        Action::Lock { amount } => Some((contracts.rewards, amount)),
        Action::Game(GameAction::Accuse { stake, .. }) => {
            // Of an unknown stake there is no bond to tell: the game refuses it.
            let pool = ledger.stake_of(stake).and_then(|stake| ledger.pool(stake.pool)).ok()?;
            Some((contracts.game, pool.params().pocps.bond))
        }
        _ => None,
    });
    paid.reduce(|(payee, sum), (_, amount)| (payee, Wei(sum.0.saturating_add(amount.0))))
}

/// Gives the call of PIN that lets a contract take `amount`; none where it may take as much already.
pub(super) async fn approval(
    node: &Node,
    contracts: &Contracts,
    owner: Address,
    (spender, amount): (Address, Wei),
) -> Result<Option<Call>, ChainError> {
    let pin = contracts.pin;
    let is_allowed = is_allowed(node, pin, owner, spender, amount).await?;
    Ok((!is_allowed).then(|| approve(pin, spender, amount)))
}

/// Makes the call of PIN that lets somebody take `amount`.
pub(super) fn approve(pin: Address, spender: Address, amount: Wei) -> Call {
    let approve = Pin::approveCall { spender, amount: U256::from(amount.0) };
    Call { to: pin, data: approve.abi_encode().into() }
}

/// Tells whether a contract may take so much of an account's PIN already.
pub(super) async fn is_allowed(
    node: &Node,
    pin: Address,
    owner: Address,
    spender: Address,
    amount: Wei,
) -> Result<bool, ChainError> {
    if amount == Wei::ZERO {
        return Ok(true);
    }
    let call = Pin::allowanceCall { owner, spender }.abi_encode();
    let allowed = uint(&node.view(owner, &Call { to: pin, data: call.into() }, None).await?)?;
    Ok(allowed >= U256::from(amount.0))
}

/// Returns where PIN's contract keeps how much of an account's somebody may take: Solady's layout.
pub(super) fn slot(owner: Address, spender: Address) -> B256 {
    let mut place = [0; 52];
    place[..20].copy_from_slice(owner.as_slice());
    place[28..32].copy_from_slice(&ALLOWANCE_SEED);
    place[32..].copy_from_slice(spender.as_slice());
    keccak256(place)
}

/// Why there is no permit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PermitError {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Sign(#[from] SignError),
}

fn uint(output: &[u8]) -> Result<U256, ChainError> {
    U256::abi_decode(output).map_err(|_| ChainError::Garbage { method: "eth_call" })
}

/// The form in which a wallet shows the permit.
fn typed_data(permit: &Permit, book: &AddressBook) -> String {
    let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
    json!({
        "types": {
            "EIP712Domain": [
                field("name", "string"), field("version", "string"),
                field("chainId", "uint256"), field("verifyingContract", "address"),
            ],
            "Permit": [
                field("owner", "address"), field("spender", "address"), field("value", "uint256"),
                field("nonce", "uint256"), field("deadline", "uint256"),
            ],
        },
        "primaryType": "Permit",
        "domain": {
            "name": "PinFi", "version": "1", "chainId": book.chain_id,
            "verifyingContract": book.contracts.pin,
        },
        "message": {
            "owner": permit.owner, "spender": permit.spender, "value": permit.value.to_string(),
            "nonce": permit.nonce.to_string(), "deadline": permit.deadline.to_string(),
        },
    })
    .to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests;
