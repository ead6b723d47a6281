//! Block rewards as a rate γ for each hour of each LP, minted once a day.
//!
//! The only place that knows how rewards are reckoned: the emission, split and multipliers of
//! PROTOCOL 6 would replace it, with γ then following from the emission and the number of LPs.

use serde::{Deserialize, Serialize};

/// What one LP is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claim {
    noted: f64,
}

/// The running account of the rewards, in PIN.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rewards {
    /// γ.
    pub(crate) rate: f64,
    /// ∫ γ dt in hours: what an LP of the first hour would have earned.
    index: f64,
    /// What all LPs have earned.
    pub(crate) accrued: f64,
    /// What was minted to them.
    pub(crate) minted: f64,
    /// What slashed LPs had earned and don't get.
    pub(crate) voided: f64,
}

impl Rewards {
    pub(crate) fn new(rate: f64) -> Self {
        Self { rate, ..Self::default() }
    }

    /// An LP joins.
    pub(crate) const fn join(&self) -> Claim {
        Claim { noted: self.index }
    }

    /// An hour passes with so many LPs.
    pub(crate) fn accrue(&mut self, lps: u32) {
        self.index += self.rate;
        self.accrued += self.rate * f64::from(lps);
    }

    /// Takes what an LP is owed, to be minted.
    pub(crate) fn take(&mut self, claim: &mut Claim) -> f64 {
        let due = self.index - claim.noted;
        claim.noted = self.index;
        self.minted += due;
        due
    }

    /// A slashed LP loses what it is owed.
    pub(crate) fn void(&mut self, claim: Claim) {
        self.voided += self.index - claim.noted;
    }
}
