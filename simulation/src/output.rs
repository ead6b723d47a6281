//! A run as a file.

use core::fmt::Write;

use serde::Serialize;

use crate::controller::RewardPolicy;
use crate::record::Record;
use crate::scenario::Scenario;
use crate::summary::Summary;

/// Everything about a run: what it was made of and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Report<'a> {
    /// The market.
    pub scenario: &'a Scenario,
    /// The number of agents.
    pub agents: u32,
    /// The seed.
    pub seed: u64,
    /// How the reward was set.
    pub policy: RewardPolicy,
    /// The actions that were sent to the ledger.
    pub actions: u64,
    /// Those that it refused, by the refusal's name.
    pub refusals: &'a std::collections::BTreeMap<&'static str, u64>,
    /// The run in a few numbers; none of a run of three days or less.
    pub summary: Option<Summary>,
    /// The run, hour by hour.
    pub hours: &'a [Record],
}

impl Report<'_> {
    /// Returns the report as JSON.
    ///
    /// # Errors
    /// The message of the serialiser, where a number is none.
    pub fn to_json(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }
}

/// The columns of [`csv`], in order.
const COLUMNS: &str = "hour,price,x,y,reward,region,pool_pin,pool_hours,duration,cover,lps,sold,\
outside,gone,offered,rented,utilisation,asked,served,lp_income,rewards_earned,rewards_minted,\
burned,slashed";

/// Returns the run as comma-separated values: a line of names, then a line an hour.
#[must_use]
pub fn csv(records: &[Record]) -> String {
    let mut text = String::from(COLUMNS);
    text.push('\n');
    for record in records {
        let Record {
            hour,
            price,
            x,
            y,
            reward,
            region,
            pool_pin,
            pool_hours,
            duration,
            cover,
            lps,
            sold,
            outside,
            gone,
            offered,
            rented,
            utilisation,
            asked,
            served,
            lp_income,
            rewards_earned,
            rewards_minted,
            burned,
            slashed,
        } = record;
        // Writing to a string cannot fail.
        let _written = writeln!(
            text,
            "{hour},{price},{x},{y},{reward},{region},{pool_pin},{pool_hours},{duration},{cover},\
             {lps},{sold},{outside},{gone},{offered},{rented},{utilisation},{asked},{served},\
             {lp_income},{rewards_earned},{rewards_minted},{burned},{slashed}"
        );
    }
    text
}
