//! Is a pool in balance, and what should a provider do? The game of PROTOCOL 7 with the ledger's
//! figures and the user's assumptions; floats, which settle nothing.
//!
//! | file | what lives there |
//! |---|---|
//! | `reading` | what the game takes from the ledger: price, fee, reward: pure |
//! | `assumed` | what nothing on the ledger tells, its defaults, and how it is kept: pure |
//! | `trail` | where the pool came from in the diagram: pure |
//! | `finding` | what the game says of the pool now: pure |
//! | `words` | the finding in words |
//! | `plot` | the diagram's shapes: pure |
//! | `advice` | what each way brings a provider, and which is best: pure |
//! | `inputs`, `sliders` | the assumptions while they are changed |
//! | `diagram`, `readout`, `table`, `limits` | the parts of the pool page's card, `card` |
//! | `foldout` | what figures rest on |
//! | `advisor` | the provide page's card |

mod advice;
mod advisor;
mod assumed;
mod card;
mod diagram;
mod finding;
mod foldout;
mod inputs;
mod limits;
mod numbers;
mod plot;
mod reading;
mod readout;
mod sliders;
mod table;
mod trail;
mod words;

pub(in crate::pages) use advisor::{Proposal, advisor_card};
pub(in crate::pages) use card::balance_card;
pub(in crate::pages) use foldout::foldout;
pub(in crate::pages) use numbers::{figure, percentage, significant};
pub(in crate::pages) use words::region as who_is_there;

/// Brings the style sheet of what is shown here.
pub(in crate::pages) fn dress() {
    crate::browser::adopt_style(include_str!("../../../styles/tight.css"));
    crate::browser::adopt_style(include_str!("../../../styles/balance.css"));
}
