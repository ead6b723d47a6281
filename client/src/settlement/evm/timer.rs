//! The wall clock, and waiting.

use std::cell::Cell;
use std::rc::Rc;

use async_trait::async_trait;

/// The wall clock, and waiting by it.
#[async_trait(?Send)]
pub trait Timer {
    /// Returns the wall clock in milliseconds since the Unix epoch.
    fn wall_ms(&self) -> u64;

    /// Waits.
    async fn sleep(&self, ms: u64);
}

/// A clock that jumps when somebody waits. Clones are one clock.
#[derive(Clone, Default)]
pub struct ManualTimer(Rc<Cell<u64>>);

impl ManualTimer {
    /// Makes a clock that stands at `wall_ms`.
    #[must_use]
    pub fn at(wall_ms: u64) -> Self {
        Self(Rc::new(Cell::new(wall_ms)))
    }
}

#[async_trait(?Send)]
impl Timer for ManualTimer {
    fn wall_ms(&self) -> u64 {
        self.0.get()
    }

    async fn sleep(&self, ms: u64) {
        self.0.set(self.0.get().saturating_add(ms));
    }
}

/// The browser's.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserTimer;

#[cfg(target_arch = "wasm32")]
#[async_trait(?Send)]
impl Timer for BrowserTimer {
    fn wall_ms(&self) -> u64 {
        // Whole milliseconds, positive, far below 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let now = js_sys::Date::now() as u64;
        now
    }

    async fn sleep(&self, ms: u64) {
        let ms = u32::try_from(ms).unwrap_or(u32::MAX);
        gloo_timers::future::TimeoutFuture::new(ms).await;
    }
}
