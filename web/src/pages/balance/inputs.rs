//! The assumptions while the user changes them.

use leptos::prelude::*;
use pinfi_core::{equilibrium::Game, units::PoolId};

use super::{
    assumed::{Assumed, key, usual_price},
    finding::{Wrong, game, number_of, outside_price},
    numbers::significant,
    reading::Reading,
};
use crate::{
    browser,
    contexts::{Desk, Settlement},
};

/// What is typed for one pool; kept for the next visit, all but the fee and the reward: these are
/// the pool's own, and changing them is a question.
#[derive(Clone, Copy)]
pub(super) struct Inputs {
    pool: RwSignal<Option<PoolId>>,
    /// β, p, θ and V.
    pub(super) assumed: [RwSignal<String>; 4],
    /// δ in per cent; none while it is the pool's.
    pub(super) fee: RwSignal<Option<String>>,
    /// γ; none while it is the pool's.
    pub(super) reward: RwSignal<Option<String>>,
    /// A price that the pool has had, which the sliders' lengths go by.
    pub(super) unit: RwSignal<f64>,
}

impl Inputs {
    /// Begins without a pool.
    pub(super) fn new() -> Self {
        Self {
            pool: RwSignal::new(None),
            assumed: std::array::from_fn(|_| RwSignal::new(String::new())),
            fee: RwSignal::new(None),
            reward: RwSignal::new(None),
            unit: RwSignal::new(1.0),
        }
    }

    /// Takes what was kept for a pool, or what its past suggests. Does nothing where it is done.
    pub(super) fn choose(self, pool: PoolId, desk: Desk, settlement: Settlement) {
        let is_blank = self.assumed.iter().all(|text| text.with_untracked(String::is_empty));
        if self.pool.get_untracked() == Some(pool) && !is_blank {
            return;
        }
        self.pool.set(Some(pool));
        let usual = usual(pool, desk, settlement);
        self.unit.set(usual.unwrap_or(1.0));
        let kept = browser::read(&key(pool)).and_then(|kept| Assumed::read(&kept));
        self.set(kept.or_else(|| usual.map(Assumed::from_price)).unwrap_or_default());
        self.as_in_the_pool();
    }

    /// Starts from the pool's past again.
    pub(super) fn restart(self, desk: Desk, settlement: Settlement) {
        let Some(pool) = self.pool.get_untracked() else { return };
        if let Some(usual) = usual(pool, desk, settlement) {
            self.unit.set(usual);
            self.set(Assumed::from_price(usual));
            self.keep();
        }
    }

    /// Lets fee and reward be the pool's.
    pub(super) fn as_in_the_pool(self) {
        self.fee.set(None);
        self.reward.set(None);
    }

    /// Keeps the assumptions for the next visit.
    pub(super) fn keep(self) {
        if let Some(pool) = self.pool.get_untracked() {
            browser::write(&key(pool), &untrack(|| self.typed()).kept());
        }
    }

    /// Makes the game, and follows the inputs.
    ///
    /// # Errors
    /// [`Wrong`]; the fee counts as the fifth.
    pub(super) fn game(self, reading: &Reading) -> Result<Game, Wrong> {
        let fee = self.fee.with(|fee| match fee {
            None => Some(reading.fee),
            Some(typed) => number_of(typed).map(|percent| percent / 100.0),
        });
        game(fee.ok_or(Wrong::NotANumber(FEE))?, &self.typed())
    }

    /// Gives b, and follows what it is made of.
    ///
    /// # Errors
    /// [`Wrong`].
    pub(super) fn outside_price(self) -> Result<f64, Wrong> {
        outside_price(&self.typed())
    }

    /// Gives γ, and follows it; none where nobody earns one.
    ///
    /// # Errors
    /// [`Wrong`]; the reward counts as the sixth.
    pub(super) fn reward(self, reading: &Reading) -> Result<Option<f64>, Wrong> {
        self.reward.with(|reward| match reward {
            None => Ok(reading.reward()),
            Some(typed) => number_of(typed).map(Some).ok_or(Wrong::NotANumber(REWARD)),
        })
    }

    /// Tells whether fee or reward are not the pool's.
    pub(super) fn is_a_question(self) -> bool {
        self.fee.with(Option::is_some) || self.reward.with(Option::is_some)
    }

    fn typed(self) -> Assumed {
        Assumed(self.assumed.map(|text| text.get()))
    }

    fn set(self, assumed: Assumed) {
        for (text, typed) in self.assumed.iter().zip(assumed.0) {
            text.set(typed);
        }
    }
}

/// Places of the inputs that the game's own four are followed by.
pub(super) const FEE: usize = 4;
pub(super) const REWARD: usize = 5;

/// Writes the pool's fee in per cent, as it would be typed.
pub(super) fn fee_text(reading: &Reading) -> String {
    significant(reading.fee * 100.0, 3)
}

/// Writes the pool's reward, as it would be typed.
pub(super) fn reward_text(reading: &Reading) -> String {
    reading.reward().map(|reward| significant(reward, 4)).unwrap_or_default()
}

fn usual(pool: PoolId, desk: Desk, settlement: Settlement) -> Option<f64> {
    let seen = desk.peek()?;
    let present = seen.ledger.pool(pool).ok()?.at(seen.now).ok()?.reserves;
    usual_price(&settlement.get()?.samples(pool), &present)
}
