//! The time that the ledger goes by.

use std::time::Duration;

use leptos::prelude::*;

/// Unix seconds, once a second.
#[derive(Clone, Copy)]
pub(crate) struct Clock(RwSignal<u64>);

impl Clock {
    /// Provides the clock and starts it.
    pub(crate) fn provide() {
        let now = RwSignal::new(wall());
        set_interval(move || now.set(wall()), Duration::from_secs(1));
        provide_context(Self(now));
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the time, and follows it.
    pub(crate) fn now(self) -> u64 {
        self.0.get()
    }
}

fn wall() -> u64 {
    // Milliseconds since 1970 are far from where a double loses whole numbers.
    (js_sys::Date::now() / 1_000.0) as u64
}
