//! What an action would do, before it is signed.

use pinfi_core::units::Wei;
use pinfi_core::{Action, Context, Error, Events, Ledger};

/// The outcome of an action that was only tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What would happen, in order.
    pub events: Events,
    /// The sender's PIN before.
    pub before: Wei,
    /// The sender's PIN after.
    pub after: Wei,
}

impl Preview {
    /// Returns what the sender gains, in wei; negative for a cost.
    #[must_use]
    pub fn gain(&self) -> i128 {
        // No balance exceeds the supply, which fits i128.
        let signed = |amount: Wei| i128::try_from(amount.0).unwrap_or(i128::MAX);
        signed(self.after) - signed(self.before)
    }
}

/// Tries an action on a copy of the ledger.
///
/// What the randomness of the real moment decides (a challenge's seed, a beacon) is not foreseen.
///
/// # Errors
/// The rule that the action would break.
pub fn preview(ledger: &Ledger, action: &Action, context: &Context) -> Result<Preview, Error> {
    let mut copy = ledger.clone();
    let before = ledger.accounts().balance(context.sender);
    let events = copy.apply(action, context)?;
    Ok(Preview { events, before, after: copy.accounts().balance(context.sender) })
}
