//! What LPs earn beside fees: at a rate, or by the ledger's emission.
//!
//! At a rate γ is given and minted once a day for each hour of each LP. The emission is the ledger's
//! own affair: γ is then what it accrues to each LP, and what it pays is only counted here.

use serde::{Deserialize, Serialize};

use crate::scenario::Source;

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
    source: Source,
    /// ∫ γ dt in hours: what an LP of the first hour would have earned.
    index: f64,
    /// What all LPs have earned, before the multipliers of an emission.
    pub(crate) accrued: f64,
    /// What was minted to them.
    pub(crate) minted: f64,
    /// What slashed LPs had earned at a rate and don't get.
    pub(crate) voided: f64,
}

impl Rewards {
    pub(crate) fn new(rate: f64, source: Source) -> Self {
        Self { rate, source, ..Self::default() }
    }

    /// Tells whether the ledger pays.
    pub(crate) fn is_emission(&self) -> bool {
        self.source != Source::Rate
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

    /// Takes what an LP is owed, to be minted; nothing where the ledger pays.
    pub(crate) fn take(&mut self, claim: &mut Claim) -> f64 {
        if self.is_emission() {
            return 0.0;
        }
        let due = self.index - claim.noted;
        claim.noted = self.index;
        self.minted += due;
        due
    }

    /// Counts what the ledger has paid.
    pub(crate) fn paid(&mut self, pin: f64) {
        self.minted += pin;
    }

    /// A slashed LP loses what it is owed.
    pub(crate) fn void(&mut self, claim: Claim) {
        if !self.is_emission() {
            self.voided += self.index - claim.noted;
        }
    }
}
