//! What the key that answers is to have for its transactions on a chain, between the page's parts.

use alloy_primitives::{Address, U256};
use leptos::prelude::*;
use pinfi_core::units::StakeId;

use crate::format::parse_pin;

/// Which key answers for which stakes, and what it is to be given.
#[derive(Clone, Copy)]
pub(crate) struct Upkeep {
    /// The key that answers.
    pub(crate) operator: RwSignal<Option<Address>>,
    /// For which stakes.
    pub(crate) stakes: RwSignal<Vec<StakeId>>,
    /// Whether it is at work: nothing is taken back meanwhile.
    pub(crate) runs: RwSignal<bool>,
    /// Whether its owner wants to give it something as it starts.
    pub(crate) gives: RwSignal<bool>,
    /// How much, as it was typed.
    pub(crate) amount: RwSignal<String>,
}

impl Upkeep {
    /// Provides the context.
    pub(crate) fn provide() -> Self {
        let upkeep = Self {
            operator: RwSignal::new(None),
            stakes: RwSignal::new(Vec::new()),
            runs: RwSignal::new(false),
            gives: RwSignal::new(true),
            amount: RwSignal::new(String::new()),
        };
        provide_context(upkeep);
        upkeep
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives how much the key is to have as it starts, in wei; `None` where that is nothing.
    pub(crate) fn gift(self) -> Option<U256> {
        let typed = self.amount.get_untracked();
        let wei = parse_pin(&typed).ok().filter(|wei| *wei > 0)?;
        self.gives.get_untracked().then(|| U256::from(wei))
    }
}

/// Rounds an amount up to three figures that count, so that people can read and change it.
pub(crate) fn readable(wei: U256) -> u128 {
    let wei: u128 = wei.saturating_to();
    let digits = wei.checked_ilog10().unwrap_or_default();
    let unit = 10_u128.pow(digits.saturating_sub(2));
    wei.div_ceil(unit).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_is_never_less() {
        for (wei, shown) in
            [(0, 0), (7, 7), (999, 999), (1_000, 1_000), (1_001, 1_010), (123_456, 124_000)]
        {
            assert_eq!(readable(U256::from(wei)), shown, "{wei}");
        }
        assert_eq!(readable(U256::MAX), u128::MAX, "no overflow");
    }
}
