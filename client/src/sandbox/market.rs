//! Lets the simulated accounts act, at a gentle rate, in one tab at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fastrand::Rng;
use pinfi_core::units::Secs;

use super::kinds::{Kind, kinds};
use super::policy::{Move, next_moves};
use super::{Persona, personas};
use crate::intent::{Intent, Speed};
use crate::settlement::embedded::EmbeddedLedger;
use crate::settlement::{Settlement, SettlementExt as _, SubmitError};
use crate::storage::{Batch, Named};

/// Where the switch is kept.
const SWITCH: &str = "sandbox/market";
const OFF: u8 = 0;
const ON: u8 = 1;

/// The simulated market of a sandbox. Clones are the same market.
#[derive(Clone)]
pub struct Market(Rc<Inner>);

struct Inner {
    ledger: EmbeddedLedger,
    kinds: Vec<Kind>,
    rng: RefCell<Rng>,
    enabled: Cell<bool>,
}

impl Market {
    /// Sets up the market of a sandbox, switched as it was left; on, in a new one.
    ///
    /// # Errors
    /// [`SubmitError::Storage`].
    pub async fn open(ledger: EmbeddedLedger, seed: u64) -> Result<Self, SubmitError> {
        let switch = ledger.ground().storage.get(Named::Meta, SWITCH).await?;
        Ok(Self(Rc::new(Inner {
            ledger,
            kinds: kinds().into(),
            rng: RefCell::new(Rng::with_seed(seed)),
            enabled: Cell::new(switch.as_deref() != Some(&[OFF])),
        })))
    }

    /// Tells whether the simulated accounts act.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.enabled.get()
    }

    /// Switches the simulated accounts on or off, here and in later visits.
    ///
    /// # Errors
    /// [`SubmitError::Storage`]; the switch then holds for this visit.
    pub async fn set_enabled(&self, enabled: bool) -> Result<(), SubmitError> {
        self.0.enabled.set(enabled);
        let switch = if enabled { ON } else { OFF };
        let batch = Batch::new().put(Named::Meta, SWITCH, vec![switch]);
        Ok(self.0.ledger.ground().storage.commit(batch).await?)
    }

    /// Does what a second of the wall brings: keeps the clock running, and lets the simulated
    /// accounts act now and then. Returns the number of actions settled, three at most.
    ///
    /// # Errors
    /// [`SubmitError`], but no rejection: the ledger may have moved on under a simulated account,
    /// which then thinks again.
    pub async fn tick(&self) -> Result<usize, SubmitError> {
        let Inner { ledger, rng, .. } = &*self.0;
        ledger.keep_time().await?;
        let odds = match ledger.speed() {
            Speed::Real => 20,
            Speed::MinuteASecond => 4,
            Speed::HourASecond => 1,
        };
        if !self.is_enabled() || rng.borrow_mut().u32(..odds) > 0 {
            return Ok(0);
        }
        self.act().await
    }

    /// Lets the simulated accounts act at once. Returns the number of actions settled.
    ///
    /// # Errors
    /// As [`Self::tick`].
    pub async fn act(&self) -> Result<usize, SubmitError> {
        let Inner { ledger, kinds, rng, .. } = &*self.0;
        let now = ledger.now();
        let moves = ledger.read(|l| next_moves(l, kinds, personas(), now, &mut rng.borrow_mut()));
        let mut settled = 0;
        for next in moves {
            match self.settle(next).await {
                Ok(()) => settled += 1,
                Err(SubmitError::Rejected(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(settled)
    }

    async fn settle(&self, Move { by, action }: Move) -> Result<(), SubmitError> {
        let ledger = &self.0.ledger;
        let key = personas().iter().find(|persona| persona.address == by).and_then(Persona::key);
        let Some(key) = key else { return Ok(()) };
        let nonce = ledger.nonce(by).await?;
        let deadline = ledger.deadline_in(Secs(60));
        let intent = Intent::new(ledger.descriptor().domain, action, nonce, deadline);
        ledger.submit(intent, &key).await.map(drop)
    }
}

#[cfg(target_arch = "wasm32")]
mod running {
    use gloo_timers::future::TimeoutFuture;

    use super::{Inner, Market, Rc};
    use crate::settlement::embedded::Mode;

    const TICK_MS: u32 = 1_000;
    /// Held by the tab whose market runs.
    const LEADER: &str = "pinfi/sandbox/market";

    impl Market {
        /// Runs the market until every handle of it is dropped. Of several tabs one runs it;
        /// when that is closed, the next one goes on.
        pub fn run(&self) {
            let weak = Rc::downgrade(&self.0);
            let ground = self.0.ledger.ground().clone();
            wasm_bindgen_futures::spawn_local(async move {
                let _leader = ground.peers.hold(LEADER, Mode::Exclusive).await;
                loop {
                    TimeoutFuture::new(TICK_MS).await;
                    let Some(inner) = weak.upgrade() else { return };
                    let market = Market(inner as Rc<Inner>);
                    // What fails now, storage or a lock, is tried again with the next tick; the
                    // user's own submissions report it.
                    let _ = market.tick().await;
                }
            });
        }
    }
}
