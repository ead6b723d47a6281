//! What a submission costs and allows beside what its actions do.

use alloy_primitives::{Address, U256};
use pinfi_core::units::Wei;

/// What settling costs and allows beside what the actions do: nothing on a ledger of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What it costs.
    pub fee: Fee,
    /// What a contract may take of the account's from then on; none where nothing new.
    pub allowance: Option<Allowance>,
}

/// What settling costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fee {
    /// Nothing.
    #[default]
    None,
    /// At most so much, in wei of the chain's own money.
    AtMost(U256),
    /// The node can't tell before the permit is signed.
    Unknown,
}

/// Lets a contract take PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// PIN's contract.
    pub token: Address,
    /// Who may take it.
    pub spender: Address,
    /// How much in all, in wei.
    pub amount: Wei,
    /// The part of it that goes beyond what the actions take now, in wei: prices move until the block.
    pub margin: Wei,
    /// How it is given.
    pub form: AllowanceForm,
}

/// How an allowance is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowanceForm {
    /// By a signature that goes with the actions (EIP-2612), and is of no use after their deadline.
    Permit,
    /// By a transaction before.
    Approval,
}
