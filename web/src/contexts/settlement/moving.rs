//! Transactions on their way, as the page tells of them.

use std::time::Duration;

use leptos::prelude::*;
use pinfi_client::settlement::evm::{Progress, Stage};

use super::Settlement;
use crate::words::{self, Trouble};

/// How long a good end is shown.
const SHOWN_FOR: Duration = Duration::from_secs(8);
/// After how long one that waits is offered to be outbid: most are in a block by then.
const SLOW_AFTER: Duration = Duration::from_secs(15);

/// Where a transaction stands that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// It waits for a block.
    Pending,
    /// It was waited for in vain, and may still come.
    TimedOut,
    /// It is in the block of that height.
    Confirmed(u64),
}

/// A transaction that the user should know of. How one ended badly is told as a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moving {
    /// Its hash.
    pub(crate) hash: String,
    /// What it does, in a word or two.
    pub(crate) title: String,
    /// Whether a key in this browser has signed it.
    pub(crate) is_ours: bool,
    /// Whether it has waited for long.
    pub(crate) is_slow: bool,
    /// Where it stands.
    pub(crate) stand: Stand,
}

impl Moving {
    /// Tells whether another one may be sent in its place.
    pub(crate) fn can_be_outbid(&self) -> bool {
        self.is_ours && self.is_slow && !matches!(self.stand, Stand::Confirmed(_))
    }
}

impl Settlement {
    /// Takes note of where a transaction has got to.
    pub(super) fn note(self, progress: &Progress) {
        let hash = progress.hash.to_string();
        let stand = match &progress.stage {
            Stage::Pending => Stand::Pending,
            Stage::TimedOut => Stand::TimedOut,
            Stage::Confirmed { block } => Stand::Confirmed(*block),
            _ => {
                self.let_go(&hash);
                if let Some(trouble) = Trouble::of_end(progress) {
                    self.toasts.trouble(trouble);
                }
                return;
            }
        };
        self.moving.update(|all| match all.iter_mut().find(|moving| moving.hash == hash) {
            // One that was waited for in vain is still that while it is waited for again.
            Some(moving) if moving.stand == Stand::TimedOut && stand == Stand::Pending => {}
            Some(moving) => moving.stand = stand,
            None => {
                let (title, is_ours) = (words::deeds(&progress.actions), progress.is_ours);
                all.push(Moving { hash: hash.clone(), title, is_ours, is_slow: false, stand });
            }
        });
        if stand == Stand::Pending {
            let hash = hash.clone();
            set_timeout(move || self.note_slow(&hash), SLOW_AFTER);
        }
        if matches!(stand, Stand::Confirmed(_)) {
            set_timeout(move || self.let_go(&hash), SHOWN_FOR);
        }
    }

    fn note_slow(self, hash: &str) {
        self.moving.update(|all| {
            if let Some(moving) = all.iter_mut().find(|moving| moving.hash == hash) {
                moving.is_slow = true;
            }
        });
    }

    /// Takes a transaction out of view.
    pub(crate) fn let_go(self, hash: &str) {
        self.moving.update(|all| all.retain(|moving| moving.hash != hash));
    }
}
