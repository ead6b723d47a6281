//! What a caller hears of a job.

use web_time::Duration;

use crate::chain::Partial;

/// A step that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What it gave.
    pub partial: Partial,
    /// How many steps the job has.
    pub steps: u64,
    /// How long it took, from its submission until its result was here.
    pub took: Duration,
}
