//! Ending in good order: what was begun is finished, and nothing new is begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How soon a request to stop is heard.
const SLICE: Duration = Duration::from_millis(100);

/// Asks a program to end; clones share one flag.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    /// Ends the proof that runs on the GPU: the next time it goes on from what was kept.
    #[cfg(feature = "gpu")]
    cancel: pinfi_compute::Cancel,
}

impl Stop {
    /// Asks it to end.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
        #[cfg(feature = "gpu")]
        self.cancel.cancel();
    }

    /// Tells whether it was asked to end.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Gives what a proof on the GPU looks at between two dispatches.
    #[cfg(feature = "gpu")]
    #[must_use]
    pub fn cancel(&self) -> pinfi_compute::Cancel {
        self.cancel.clone()
    }

    /// Waits, not longer than until it is asked to end.
    pub fn wait(&self, time: Duration) {
        let begun = Instant::now();
        while !self.is_asked() {
            let Some(rest) = time.checked_sub(begun.elapsed()) else { return };
            thread::sleep(rest.min(SLICE));
        }
    }
}
