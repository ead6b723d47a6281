//! The time that the ledger goes by, and its speed.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::{
    intent::{Intent, LedgerAction, Speed},
    sandbox::{Role, personas},
    settlement::SettlementExt as _,
};
use pinfi_core::units::Secs;

use super::{Settlement, Toasts, tr};
use crate::parts;

/// Twice a second: at any speed the figures move before one wonders whether they do.
const TICK: Duration = Duration::from_millis(500);
/// How long the signature under a change of speed holds, in seconds of the wall.
const VALID: Secs = Secs(60);

/// The ledger's clock.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    settlement: Settlement,
    toasts: Toasts,
    now: RwSignal<u64>,
    speed: RwSignal<Speed>,
}

impl Clock {
    /// Provides the clock and starts it.
    pub(crate) fn provide() {
        let clock = Self {
            settlement: Settlement::use_it(),
            toasts: Toasts::use_it(),
            now: RwSignal::new(wall()),
            speed: RwSignal::new(Speed::Real),
        };
        provide_context(clock);
        set_interval(move || clock.read(), TICK);
        Effect::new(move |_| {
            clock.settlement.track();
            clock.read();
        });
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the ledger's time in Unix seconds, and follows it; the wall's until the ledger is open.
    pub(crate) fn now(self) -> u64 {
        self.now.get()
    }

    /// Gives how fast the clock runs, and follows it.
    pub(crate) fn speed(self) -> Speed {
        self.speed.get()
    }

    /// Sets how fast a sandbox's clock runs. The simulated keeper signs: its key is known to all, so
    /// that time can be watched before there is a wallet.
    pub(crate) fn set_speed(self, speed: Speed) {
        spawn_local(async move {
            if parts::set_speed(self, speed).await.is_err() {
                self.toasts.fail(tr!(shell.part_lost));
                self.speed.notify();
            }
        });
    }

    /// Does what [`Clock::set_speed`] says; a part that is loaded separately.
    pub(crate) async fn set_speed_here(self, speed: Speed) {
        if self.submit(speed).await.is_none() {
            self.toasts.fail(tr!(shell.clock_failed));
        }
        // Shows what holds, also where the change did not.
        self.speed.notify();
    }

    async fn submit(self, speed: Speed) -> Option<()> {
        let ledger = self.settlement.ready().await?;
        let keeper = personas().iter().find(|persona| persona.role == Role::Keeper)?;
        let nonce = ledger.nonce(keeper.address).await.ok()?;
        let action = LedgerAction::SetSpeed { speed };
        let deadline = ledger.deadline_in(VALID);
        let intent = Intent::new(ledger.descriptor().domain, action, nonce, deadline);
        ledger.submit(intent, &keeper.key()?).await.ok().map(drop)
    }

    fn read(self) {
        let (now, speed) = self
            .settlement
            .get()
            .map_or_else(|| (wall(), Speed::Real), |ledger| (ledger.now().0, ledger.speed()));
        if self.now.get_untracked() != now {
            self.now.set(now);
        }
        if self.speed.get_untracked() != speed {
            self.speed.set(speed);
        }
    }
}

fn wall() -> u64 {
    super::now().as_secs()
}
