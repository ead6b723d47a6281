//! What goes wrong on a chain, and what is under way there, in words.

use alloy_primitives::{B256, U256};
use pinfi_client::settlement::{
    Allowance, AllowanceForm, Fee, SignError, Terms,
    evm::{ChainError, ChoiceError, Progress, Stage, TransactionError, TransportError},
};
use pinfi_core::units::Wei;
use pinfi_evm::Refusal;

use super::Trouble;
use crate::{
    contexts::tr,
    format::{pin_exact, short_address},
};

impl From<&ChainError> for Trouble {
    fn from(error: &ChainError) -> Self {
        let text = match error {
            ChainError::Transport(TransportError::Unreachable) => {
                tr!(chain.node_unreachable).to_owned()
            }
            ChainError::Transport(TransportError::TimedOut) => tr!(chain.node_timed_out).to_owned(),
            ChainError::TooManyRequests => tr!(chain.node_too_many).to_owned(),
            ChainError::Status { status } => tr!(chain.node_status, status = status.to_string()),
            ChainError::Garbage { method } => {
                tr!(chain.node_garbage, method = (*method).to_owned())
            }
            ChainError::Node { method, code, message, .. } => tr!(
                chain.node_refused,
                method = (*method).to_owned(),
                message = message.clone(),
                code = code.to_string()
            ),
            ChainError::WrongChain { expected, found } => {
                tr!(chain.wrong_chain, expected = expected.to_string(), found = found.to_string())
            }
            ChainError::NoContract { address } => {
                tr!(chain.no_contract, address = address.to_string())
            }
            ChainError::OtherCode { address } => {
                tr!(chain.other_code, address = address.to_string())
            }
            ChainError::Gap(gap) => tr!(chain.logs_incomplete, gap = gap.to_string()),
            ChainError::Diverged { what } => tr!(chain.state_diverged, what = what.clone()),
            ChainError::Reorganised => tr!(chain.reorganised).to_owned(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&ChoiceError> for Trouble {
    fn from(error: &ChoiceError) -> Self {
        let text = match error {
            ChoiceError::Url => tr!(chain.url).to_owned(),
            ChoiceError::Insecure { host } => tr!(chain.url_insecure, host = host.clone()),
            ChoiceError::Book { why } => tr!(chain.address_book, why = why.clone()),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&TransactionError> for Trouble {
    fn from(error: &TransactionError) -> Self {
        let text = match error {
            TransactionError::Replaced { hash } => tr!(chain.replaced, hash = short(*hash)),
            TransactionError::Cancelled { hash } => tr!(chain.cancelled, hash = short(*hash)),
            TransactionError::Dropped { hash } => tr!(chain.dropped, hash = short(*hash)),
            TransactionError::TimedOut { hash } => tr!(chain.timed_out, hash = short(*hash)),
            TransactionError::Reverted { hash, refusal } => {
                let reason = Self::from(refusal).text;
                tr!(chain.reverted, hash = short(*hash), reason = reason)
            }
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&Refusal> for Trouble {
    fn from(refusal: &Refusal) -> Self {
        let text = match refusal {
            Refusal::Protocol(error) => return error.into(),
            Refusal::Contract { name } => tr!(chain.contract, name = (*name).to_owned()),
            Refusal::Words(words) => tr!(chain.contract_words, words = words.clone()),
            Refusal::Panic { code } => tr!(chain.contract_panic, code = format!("{code:#x}")),
            Refusal::Unknown(_) => tr!(chain.contract_unknown).to_owned(),
        };
        Self::new(refusal.name().unwrap_or("ContractRefusal"), text)
    }
}

impl From<&SignError> for Trouble {
    fn from(error: &SignError) -> Self {
        let text = match error {
            SignError::Declined => tr!(chain.declined).to_owned(),
            SignError::Locked { .. } => tr!(errors.wallet_locked).to_owned(),
            SignError::Unsupported { .. } => tr!(chain.wallet_unable).to_owned(),
            SignError::OtherChain => tr!(chain.wallet_chain).to_owned(),
            SignError::Disconnected => tr!(chain.wallet_disconnected).to_owned(),
            SignError::Wallet { code, message } => {
                tr!(chain.wallet_failed, message = message.clone(), code = code.to_string())
            }
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl Trouble {
    /// Says how a transaction ended badly; `None` where it did not.
    pub(crate) fn of_end(progress: &Progress) -> Option<Self> {
        let hash = progress.hash;
        let error = match &progress.stage {
            Stage::Replaced => TransactionError::Replaced { hash },
            Stage::Cancelled => TransactionError::Cancelled { hash },
            Stage::Dropped => TransactionError::Dropped { hash },
            Stage::Reverted { refusal } => {
                TransactionError::Reverted { hash, refusal: refusal.clone() }
            }
            _ => return None,
        };
        Some(Self::from(&error))
    }

    /// Says that an account can't pay for a transaction.
    pub(super) fn gas(code: &'static str, needed: U256, balance: U256) -> Self {
        Self::new(code, tr!(chain.gas, needed = money(needed), balance = money(balance)))
    }

    /// Says that a transaction would now cost more than was agreed to.
    pub(super) fn fee_risen(code: &'static str, agreed: U256, needed: U256) -> Self {
        Self::new(code, tr!(chain.fee_risen, needed = money(needed), agreed = money(agreed)))
    }
}

fn money(wei: U256) -> String {
    pin_exact(wei.saturating_to())
}

/// Says what settling costs and allows beside what the actions do; `outside`: a wallet outside signs,
/// which sets the price itself.
pub(crate) fn terms(terms: &Terms, outside: bool) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    match terms.fee {
        Fee::AtMost(wei) if outside => {
            let reckoned = tr!(chain.fee_outside, fee = money(wei));
            lines.push((tr!(chain.line_fee).to_owned(), reckoned));
        }
        Fee::AtMost(wei) => {
            lines.push((tr!(chain.line_fee).to_owned(), tr!(chain.fee_most, fee = money(wei))));
        }
        Fee::Unknown => {
            lines.push((tr!(chain.line_fee).to_owned(), tr!(chain.fee_unknown).to_owned()));
        }
        Fee::None => {}
    }
    if let Some(Allowance { token, spender, amount, margin, form }) = &terms.allowance {
        let label = match form {
            AllowanceForm::Permit => tr!(chain.line_permit),
            AllowanceForm::Approval => tr!(chain.line_approval),
        };
        let exact = |wei: Wei| pin_exact(wei.0);
        let (amount, margin) = (exact(*amount), exact(*margin));
        let most = tr!(chain.allowed_most, amount = amount, margin = margin);
        lines.push((label.to_owned(), most));
        lines.push((tr!(chain.line_spender).to_owned(), spender.to_string()));
        lines.push((tr!(chain.line_token).to_owned(), token.to_string()));
    }
    lines
}

/// Names what a transaction does, given the names of its actions.
pub(crate) fn deeds(actions: &[String]) -> String {
    let words: Vec<&str> = actions.iter().map(|action| deed(action)).collect();
    words.join(" + ")
}

fn deed(action: &str) -> &str {
    match action {
        "Approve" => tr!(chain.deed_approve),
        "Pay" => tr!(chain.deed_pay),
        "Mint" => tr!(chain.deed_mint),
        "Transfer" => tr!(chain.deed_transfer),
        "CreatePool" => tr!(chain.deed_create_pool),
        "Poke" => tr!(chain.deed_poke),
        "Burn" => tr!(chain.deed_burn),
        "Stake" => tr!(chain.deed_stake),
        "OpenLiquidity" => tr!(chain.deed_open),
        "AddLiquidity" => tr!(chain.deed_join),
        "Collect" => tr!(chain.deed_collect),
        "Sell" => tr!(chain.deed_sell),
        "RemoveLiquidity" => tr!(chain.deed_remove),
        "Settle" => tr!(chain.deed_settle),
        "TransferHours" | "TransferRental" => tr!(chain.deed_give),
        "Rent" => tr!(chain.deed_rent),
        "Extend" => tr!(chain.deed_extend),
        "EndRental" => tr!(chain.deed_end),
        "Challenge" | "Commit" | "Respond" | "Missed" => tr!(chain.deed_verify),
        "QueueWeight" | "ExecuteWeight" => tr!(chain.deed_weight),
        "Lock" => tr!(chain.deed_lock),
        "Unlock" => tr!(chain.deed_unlock),
        "ClaimRebate" | "ClaimAllocation" => tr!(chain.deed_claim),
        other => other,
    }
}

fn short(hash: B256) -> String {
    short_address(&hash.to_string())
}
