//! How a caller watches and steers a proof.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pinfi_core::pocps::{Challenge, Checkpoint, Intensity, Rhythm};
use web_time::Duration;

use crate::tiling::Tiling;

/// Stops a proof, or whatever else runs on a device: clones share one flag, which is looked at between two
/// submissions.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks it to stop. A proof ends with `Cancelled` within about 100 ms.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes that back, for what is begun from now on.
    pub fn reset(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Tells whether it was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a caller may choose about a proof.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many bytes of states to keep on the device until they are opened, beside the four
    /// matrices of the work itself. Where they don't fit, opening computes the chain once more.
    pub keep_bytes: u64,
    /// How the products are cut, as [`tune`](crate::tune) found it; the default where that does
    /// not fit the work.
    pub tiling: Tiling,
    /// The part of the time that the device may be busy; it rests between two submissions.
    pub intensity: Intensity,
    /// The least time between two checkpoints, and before the first.
    pub checkpoint_after: Duration,
    /// Stops the proof from elsewhere.
    pub cancel: Cancel,
}

impl Default for Options {
    /// Keeps up to 512 MiB of states: what an integrated GPU can spare.
    fn default() -> Self {
        Self {
            keep_bytes: 512 << 20,
            tiling: Tiling::default(),
            intensity: Intensity::FULL,
            checkpoint_after: Rhythm::USUAL,
            cancel: Cancel::default(),
        }
    }
}

/// Where a proof begins.
#[derive(Clone, Debug)]
pub enum Start {
    /// At the seed.
    Anew(Challenge),
    /// Where an earlier one was cut off. It is trusted: one that was made up costs the whole proof, which
    /// fails when it is opened.
    From(Checkpoint),
}

impl Start {
    /// Gives the challenge.
    #[must_use]
    pub const fn challenge(&self) -> Challenge {
        match self {
            Self::Anew(challenge) => *challenge,
            Self::From(checkpoint) => checkpoint.challenge(),
        }
    }
}

/// Hears of a proof under way, and keeps what it could go on from.
pub trait Observer {
    /// Hears how far it is, after each submission.
    fn progress(&mut self, progress: Progress);

    /// Hears that it goes on after the rounds up to X_`state`.
    fn resumes(&mut self, _state: u32) {}

    /// Keeps what the proof could go on from, in the place of what was kept before. The proof waits for
    /// it.
    fn keep(&mut self, _checkpoint: &Checkpoint) -> impl Future<Output = ()> {
        async {}
    }

    /// Gives back what was kept last, if there is any.
    fn recall(&mut self) -> impl Future<Output = Option<Checkpoint>> {
        async { None }
    }

    /// Hears that the device was lost, and why; another is asked for.
    fn lost(&mut self, _reason: &str) {}
}

impl<F: FnMut(Progress)> Observer for F {
    fn progress(&mut self, progress: Progress) {
        self(progress);
    }
}

/// How far a proof is, in integer operations (hashes are counted by what they cost in them).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Operations done.
    pub done: u64,
    /// Operations in all.
    pub total: u64,
}

impl Progress {
    /// Gives the share that is done, 0 to 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        if self.total == 0 { 1.0 } else { self.done as f64 / self.total as f64 }
    }
}
