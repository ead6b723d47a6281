//! Many lives, until one shows a difference.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{fs, io};

use alloy_primitives::keccak256;
use pinfi_core::Event;

use crate::life::Life;
use crate::random::{self, Fresh};
use crate::shrink::shrink;
use crate::twin::Difference;

/// Where lives that once showed a difference are kept.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/differential"))
}

/// What many lives reached.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// All steps.
    pub steps: usize,
    /// Those that both sides accepted.
    pub accepted: usize,
    /// The names of all events.
    pub events: BTreeSet<String>,
    /// The names of all refusals.
    pub refusals: BTreeSet<&'static str>,
}

/// A life that shows a difference, as short as it can be.
#[derive(Debug)]
pub struct Found {
    /// The seed that it was drawn from.
    pub seed: u64,
    /// The life.
    pub life: Life,
    /// The difference.
    pub difference: Difference,
}

/// Lives lives from `seed` on until `steps` are done or a difference is found. In every second one the
/// game itself is played.
///
/// # Errors
/// The first difference, shrunk.
pub fn fuzz(fresh: &Fresh, mut seed: u64, steps: usize) -> Result<Reached, Box<Found>> {
    let mut reached = Reached::default();
    while reached.steps < steps {
        let fresh = fresh.of_seed(seed);
        let mut twin = fresh.clone();
        let lived = random::live(&mut twin, seed, |_, _, done| {
            reached.steps += 1;
            match &done.outcome {
                Ok(events) => {
                    reached.accepted += 1;
                    reached.events.extend(events.iter().map(name_of));
                }
                Err(error) => {
                    reached.refusals.insert(error.code());
                }
            }
        });
        if let Some(difference) = lived.difference {
            let (life, difference) = shrink(fresh, &lived.life).unwrap_or((lived.life, difference));
            return Err(Box::new(Found { seed, life, difference }));
        }
        seed = seed.wrapping_add(1);
    }
    Ok(reached)
}

/// Keeps a life as a vector. Returns its file.
///
/// # Errors
/// What the file system says.
pub fn keep(life: &Life) -> io::Result<PathBuf> {
    let text = serde_json::to_string_pretty(life)?;
    let digest = keccak256(&text).to_string();
    fs::create_dir_all(folder())?;
    let file = folder().join(format!("{}.json", &digest[2..14]));
    fs::write(&file, text + "\n")?;
    Ok(file)
}

/// Returns the name of an event.
#[must_use]
pub fn name_of(event: &Event) -> String {
    let debug = match event {
        Event::Game(event) => format!("{event:?}"),
        other => format!("{other:?}"),
    };
    debug.split([' ', '(']).next().unwrap_or_default().to_owned()
}
