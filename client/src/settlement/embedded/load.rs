//! Opens what is stored: checks every link, replays what no snapshot vouches for, and cuts what
//! does not hold.

use std::pin::Pin;

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

use super::clock::Anchor;
use super::record::{check_link, read_linked};
use super::state::State;
use super::{Genesis, OpenError, Recovery, parts};
use crate::storage::{Batch, Named, Numbered, Storage, StorageError};

pub(super) const GENESIS: &str = "ledger/genesis";
pub(super) const HEAD: &str = "ledger/head";
pub(super) const CLOCK: &str = "ledger/clock";
/// Before the name of what was cut from a log.
pub(super) const ASIDE: &str = "ledger/aside/";
/// Records read at once.
const CHUNK: u32 = 256;

/// What was found wrong with a stored log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// What the ledger begins with cannot be read: nothing can be replayed.
    Genesis,
    /// The record's bytes are not those that were written.
    Altered {
        /// Its place.
        seq: u64,
    },
    /// The record is not there, though later ones are.
    Missing {
        /// Its place.
        seq: u64,
    },
    /// The log ends before its head.
    Truncated {
        /// The number of records that are there.
        found: u64,
        /// The number that there were.
        expected: u64,
    },
    /// The note of the log's head is missing or does not fit the log.
    Head,
    /// The record is linked properly but breaks a rule.
    Refused {
        /// Its place.
        seq: u64,
        /// The rule's code.
        code: &'static str,
    },
    /// The snapshot's digest does not hold, or it is of another log.
    Snapshot {
        /// The number of records that it includes.
        seq: u64,
    },
}

impl Damage {
    /// Names the damage for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Genesis => "GenesisDamaged",
            Self::Altered { .. } => "RecordAltered",
            Self::Missing { .. } => "RecordMissing",
            Self::Truncated { .. } => "LogTruncated",
            Self::Head => "HeadDamaged",
            Self::Refused { .. } => "RecordRefused",
            Self::Snapshot { .. } => "SnapshotDamaged",
        }
    }
}

/// What is stored.
pub(super) enum Stored {
    /// No ledger.
    Nothing,
    /// Something that cannot be read as a ledger, and was moved aside.
    Unreadable(Recovery),
    /// A ledger; with a recovery if something of it did not hold.
    Ledger(Box<Loaded>),
}

pub(super) struct Loaded {
    pub(super) genesis: Genesis,
    pub(super) state: State,
    pub(super) anchor: Option<Anchor>,
    pub(super) recovery: Option<Recovery>,
}

/// A future behind a pointer.
pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The log's end as it was noted in the transaction of the last record.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) next: u64,
    pub(super) hash: B256,
}

impl Head {
    pub(super) fn of(state: &State) -> Self {
        Self { next: state.next, hash: state.head }
    }

    pub(super) fn put(&self, batch: Batch) -> Batch {
        // 40 bytes of numbers always encode.
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        batch.put(Named::Meta, HEAD, bytes)
    }

    pub(super) async fn read(storage: &dyn Storage) -> Result<Option<Self>, StorageError> {
        let bytes = storage.get(Named::Meta, HEAD).await?;
        Ok(bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
    }
}

pub(super) fn put_anchor(anchor: &Anchor, batch: Batch) -> Batch {
    // Numbers always encode.
    batch.put(Named::Meta, CLOCK, postcard::to_allocvec(anchor).unwrap_or_default())
}

pub(super) async fn read_anchor(storage: &dyn Storage) -> Result<Option<Anchor>, StorageError> {
    let bytes = storage.get(Named::Meta, CLOCK).await?;
    Ok(bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
}

/// Reads what is stored, with the part of the program that can; a new ledger needs none of it.
///
/// # Errors
/// [`OpenError::Storage`], or [`OpenError::Unavailable`] where that part does not arrive.
pub(super) async fn load(storage: &dyn Storage, wall_ms: u64) -> Result<Stored, OpenError> {
    let is_nothing = storage.get(Named::Meta, GENESIS).await?.is_none()
        && storage.last(Numbered::Log).await?.is_none();
    if is_nothing { Ok(Stored::Nothing) } else { parts::load(storage, wall_ms).await }
}

/// Reads what is stored and repairs it: whatever is wrong is cut and moved aside, and told.
pub(super) async fn load_here(storage: &dyn Storage, wall_ms: u64) -> Result<Stored, StorageError> {
    let Some(bytes) = storage.get(Named::Meta, GENESIS).await? else {
        if storage.last(Numbered::Log).await?.is_none() {
            return Ok(Stored::Nothing);
        }
        return unreadable(storage, wall_ms).await;
    };
    let Some((genesis, genesis_hash)) = Genesis::from_stored(&bytes) else {
        return unreadable(storage, wall_ms).await;
    };
    let Ok(blank) = State::new(&genesis, genesis_hash) else {
        return unreadable(storage, wall_ms).await;
    };

    let (links, mut damages) = check_links(storage, genesis_hash).await?;
    let (state, replayed) = restore(storage, &genesis, blank, &links, &mut damages).await?;
    damages.extend(replayed);

    let head = Head::read(storage).await?;
    damages.extend(compare_head(head, &state, &damages));
    let expected = head.map_or(0, |head| head.next);
    let anchor = read_anchor(storage).await?;
    let recovery = if damages.is_empty() {
        None
    } else {
        Some(repair(storage, &state, damages, expected, wall_ms).await?)
    };
    Ok(Stored::Ledger(Box::new(Loaded { genesis, state, anchor, recovery })))
}

/// Follows the chain of links as far as it holds. Returns the genesis' hash and every link, and
/// what broke the chain.
async fn check_links(
    storage: &dyn Storage,
    genesis_hash: B256,
) -> Result<(Vec<B256>, Vec<Damage>), StorageError> {
    let mut links = vec![genesis_hash];
    let mut head = genesis_hash;
    let mut next = 0;
    loop {
        let chunk = storage.range(Numbered::Log, next, CHUNK).await?;
        if chunk.is_empty() {
            return Ok((links, Vec::new()));
        }
        for (number, bytes) in chunk {
            if number != next {
                return Ok((links, vec![Damage::Missing { seq: next }]));
            }
            match check_link(head, &bytes) {
                Ok(hash) => head = hash,
                Err(_) => return Ok((links, vec![Damage::Altered { seq: next }])),
            }
            links.push(head);
            next += 1;
        }
    }
}

/// Takes the newest snapshot that fits the links, and replays the records after it with all
/// their checks. Returns the record that breaks a rule, if one does.
async fn restore(
    storage: &dyn Storage,
    genesis: &Genesis,
    blank: State,
    links: &[B256],
    damages: &mut Vec<Damage>,
) -> Result<(State, Option<Damage>), StorageError> {
    let mut state = blank;
    let snapshots = storage.range(Numbered::Snapshots, 0, u32::MAX).await?;
    for (number, bytes) in snapshots.iter().rev() {
        let link = usize::try_from(*number).ok().and_then(|at| links.get(at));
        let Some(link) = link else {
            // It includes records that are not there, or are about to be cut.
            if damages.is_empty() {
                let found = links.len() as u64 - 1;
                damages.push(Damage::Truncated { found, expected: *number });
            }
            continue;
        };
        match State::from_snapshot(bytes) {
            Some(snapshot) if snapshot.next == *number && snapshot.head == *link => {
                state = snapshot;
                break;
            }
            _ => damages.push(Damage::Snapshot { seq: *number }),
        }
    }
    let end = links.len() as u64 - 1;
    while state.next < end {
        for (number, bytes) in storage.range(Numbered::Log, state.next, CHUNK).await? {
            if number >= end {
                break;
            }
            let refused = |code| Some(Damage::Refused { seq: number, code });
            let Ok(linked) = read_linked(state.head, &bytes) else {
                return Ok((state, refused("BadBytes")));
            };
            if !state.is_followed_by(&linked.record) {
                return Ok((state, refused("OutOfOrder")));
            }
            if let Err(rejection) = state.apply(genesis, &linked) {
                return Ok((state, refused(rejection.code())));
            }
        }
    }
    Ok((state, None))
}

/// Compares the log with the note of its head, unless the log is known to be broken.
fn compare_head(head: Option<Head>, state: &State, damages: &[Damage]) -> Option<Damage> {
    if damages.iter().any(|damage| !matches!(damage, Damage::Snapshot { .. })) {
        return None;
    }
    match head {
        Some(head) if head == Head::of(state) => None,
        Some(head) if head.next > state.next => {
            Some(Damage::Truncated { found: state.next, expected: head.next })
        }
        _ => Some(Damage::Head),
    }
}

/// Cuts what comes after `state`, keeping it aside, and every snapshot that did not hold.
async fn repair(
    storage: &dyn Storage,
    state: &State,
    damages: Vec<Damage>,
    expected: u64,
    wall_ms: u64,
) -> Result<Recovery, StorageError> {
    let kept = state.next;
    let rest = storage.range(Numbered::Log, kept, u32::MAX).await?;
    let cut = rest.len() as u64;
    let mut batch = Batch::new()
        .delete_range(Numbered::Log, kept..=u64::MAX)
        .delete_range(Numbered::Snapshots, kept.saturating_add(1)..=u64::MAX);
    for damage in &damages {
        if let Damage::Snapshot { seq } = damage {
            batch = batch.delete_range(Numbered::Snapshots, *seq..=*seq);
        }
    }
    let (batch, aside) = set_aside(Head::of(state).put(batch), rest, wall_ms);
    storage.commit(batch).await?;
    Ok(Recovery { kept, cut, lost: expected.saturating_sub(kept + cut), damages, aside })
}

/// Moves a log aside that no genesis explains.
async fn unreadable(storage: &dyn Storage, wall_ms: u64) -> Result<Stored, StorageError> {
    let rest = storage.range(Numbered::Log, 0, u32::MAX).await?;
    let cut = rest.len() as u64;
    let (batch, aside) = set_aside(clear(Batch::new()), rest, wall_ms);
    storage.commit(batch).await?;
    let damages = vec![Damage::Genesis];
    Ok(Stored::Unreadable(Recovery { kept: 0, cut, lost: 0, damages, aside }))
}

/// Forgets a ledger, but not what was set aside.
pub(super) fn clear(batch: Batch) -> Batch {
    batch
        .delete_range(Numbered::Log, 0..=u64::MAX)
        .delete_range(Numbered::Snapshots, 0..=u64::MAX)
        .delete(Named::Meta, GENESIS)
        .delete(Named::Meta, HEAD)
        .delete(Named::Meta, CLOCK)
}

fn set_aside(batch: Batch, rest: Vec<(u64, Vec<u8>)>, wall_ms: u64) -> (Batch, Option<String>) {
    match postcard::to_allocvec(&rest) {
        Ok(bytes) if !rest.is_empty() => {
            let name = format!("{ASIDE}{wall_ms}");
            (batch.put(Named::Meta, name.clone(), bytes), Some(name))
        }
        _ => (batch, None),
    }
}

impl State {
    /// Tells whether a record comes next, and not before the last.
    pub(super) fn is_followed_by(&self, record: &super::Record) -> bool {
        record.seq == self.next && record.time >= self.last
    }
}
