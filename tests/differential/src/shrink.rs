//! The shortest life that still shows a difference.

use crate::life::Life;
use crate::twin::{Difference, Twin};

/// Leaves out what a difference does not need. Returns what is left, and the difference in it;
/// nothing if the life shows none.
#[must_use]
pub fn shrink(fresh: &Twin, life: &Life) -> Option<(Life, Difference)> {
    let mut best = shows(fresh, life.clone())?;
    let mut part = best.0.steps.len() / 2;
    while part > 0 {
        let mut start = 0;
        while start < best.0.steps.len() {
            match shows(fresh, without(&best.0, start, part)) {
                Some(shorter) => best = shorter,
                None => start += part,
            }
        }
        part /= 2;
    }
    Some(best)
}

/// Lives a life and cuts it after the step that differs.
fn shows(fresh: &Twin, mut life: Life) -> Option<(Life, Difference)> {
    let (step, difference) = fresh.clone().live(&life).err()?;
    life.steps.truncate(step + 1);
    Some((life, difference))
}

/// The same life without some steps; the others stay at their times.
fn without(life: &Life, start: usize, count: usize) -> Life {
    let mut shorter = life.clone();
    let end = (start + count).min(shorter.steps.len());
    let waited: u64 = shorter.steps.drain(start..end).map(|step| step.wait).sum();
    if let Some(next) = shorter.steps.get_mut(start) {
        next.wait += waited;
    }
    shorter
}
