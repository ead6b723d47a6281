//! The jobs of several clients on one device: who is next, what is kept for whom, and that a
//! job sent twice runs once.
//!
//! It is a pure state machine: whoever owns the device asks for the [next](Queue::take_next) job,
//! tells of its [steps](Queue::step) and its [end](Queue::finish), and passes on what clients
//! ask. Times are the ledger's, in seconds.
//!
//! **Fairness.** Next is the client whose jobs have had the device for the least time, and of its
//! jobs the oldest. A client that comes anew, or back, counts as if it had had as much as the
//! least served of those that wait: it neither pays for what others got before, nor may it make
//! up for having been away.
//!
//! **Once.** A job's name and the hash of its bytes are remembered after its results were
//! acknowledged and dropped, so that the same job sent again, however late, runs no second time.

mod entry;
mod error;

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256};
use pinfi_core::units::Timestamp;
use web_time::Duration;

pub use self::entry::{Ending, State};
use self::entry::{Entry, Phase};
pub use self::error::QueueError;
use crate::chain::Partial;
use crate::spec::JobId;

/// A job in the queue: ids are each client's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Whose it is.
    pub client: Address,
    /// How that names it.
    pub job: JobId,
}

/// What a queue holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Bytes of jobs that wait or run and of results that are kept, all together. A job counts
    /// with what it may give from the moment that it is taken.
    pub bytes: u64,
    /// Jobs of a client that wait or run, or whose results are kept.
    pub jobs: u32,
    /// Names of a client that are remembered, those of jobs included.
    pub names: u32,
    /// How long results are kept, and then how long names are, in seconds.
    pub keep_secs: u64,
}

impl Default for Capacity {
    /// A gibibyte, 16 jobs and 4096 names a client, a day.
    fn default() -> Self {
        Self { bytes: 1 << 30, jobs: 16, names: 4096, keep_secs: 86_400 }
    }
}

/// What a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The hash of the job's bytes.
    pub hash: B256,
    /// How many bytes the job has.
    pub job_bytes: u64,
    /// How many it gives at most, partial results included.
    pub output_bytes: u64,
}

/// What became of a submission or of a request to go on: where the job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Its state.
    pub state: State,
    /// How many jobs of its client are before it; other clients' come in between.
    pub ahead: u32,
}

/// The queue of one device.
#[derive(Clone, Debug)]
pub struct Queue {
    capacity: Capacity,
    entries: BTreeMap<Key, Entry>,
    /// How long each client's jobs have had the device.
    served: BTreeMap<Address, Duration>,
    running: Option<Key>,
    /// Numbers jobs in the order of their coming.
    next_number: u64,
    held: u64,
}

impl Queue {
    /// Begins with no job.
    #[must_use]
    pub fn new(capacity: Capacity) -> Self {
        Self {
            capacity,
            entries: BTreeMap::new(),
            served: BTreeMap::new(),
            running: None,
            next_number: 0,
            held: 0,
        }
    }

    /// Takes a job in, or finds the one of this name: then nothing changes.
    ///
    /// # Errors
    /// [`QueueError::OtherJob`] where the name is that of another job; [`QueueError::Full`] and
    /// [`QueueError::TooMany`] where there is no room.
    pub fn submit(
        &mut self,
        key: Key,
        submission: Submission,
        now: Timestamp,
    ) -> Result<Position, QueueError> {
        if let Some(entry) = self.entries.get(&key) {
            if entry.hash != submission.hash {
                return Err(QueueError::OtherJob { kept: entry.hash, got: submission.hash });
            }
            return self.position(key);
        }
        let own = || self.of(key.client).map(|(_, entry)| entry);
        let (names, jobs) = (own().count(), own().filter(|entry| entry.is_held()).count());
        let over = |count: usize, most: u32| count as u64 >= u64::from(most);
        if over(jobs, self.capacity.jobs) || over(names, self.capacity.names) {
            return Err(QueueError::TooMany { client: key.client });
        }
        let bytes = submission.job_bytes.saturating_add(submission.output_bytes);
        let needed = self.held.saturating_add(bytes);
        if needed > self.capacity.bytes {
            return Err(QueueError::Full { needed, most: self.capacity.bytes });
        }
        if !own().any(Entry::is_active) {
            self.join(key.client);
        }
        self.held = needed;
        self.entries.insert(key, Entry::new(submission.hash, bytes, self.next_number, now));
        self.next_number += 1;
        self.position(key)
    }

    /// Gives the next job to run, and counts it as running. None while one is, or where none
    /// waits.
    pub fn take_next(&mut self) -> Option<Key> {
        if self.running.is_some() {
            return None;
        }
        let waiting = self.entries.iter().filter(|(_, entry)| entry.phase == Phase::Waiting);
        let (key, _) = waiting.min_by_key(|(key, entry)| {
            (self.served.get(&key.client).copied().unwrap_or_default(), entry.number)
        })?;
        let key = *key;
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.phase = Phase::Running;
        }
        self.running = Some(key);
        Some(key)
    }

    /// Keeps what a step of the running job gave, and counts its time.
    ///
    /// # Errors
    /// [`QueueError::NotRunning`]; [`QueueError::OutOfOrder`] where another step is due.
    pub fn step(&mut self, key: Key, partial: Partial, took: Duration) -> Result<(), QueueError> {
        let entry = self.running_entry(key)?;
        let due = entry.partials.len() as u64;
        if partial.step != due {
            return Err(QueueError::OutOfOrder { due, got: partial.step });
        }
        entry.partials.push(partial);
        *self.served.entry(key.client).or_default() += took;
        Ok(())
    }

    /// Ends the running job. Its results are kept until they are acknowledged, or for as long as
    /// the capacity says.
    ///
    /// # Errors
    /// [`QueueError::NotRunning`].
    pub fn finish(&mut self, key: Key, ending: Ending, now: Timestamp) -> Result<(), QueueError> {
        let entry = self.running_entry(key)?;
        entry.phase = Phase::Ended(ending);
        entry.since = now;
        self.running = None;
        Ok(())
    }

    /// Cancels a job that waits; tells of one that runs that it is to be stopped by whoever runs
    /// it. One that has ended stays as it ended.
    ///
    /// # Errors
    /// [`QueueError::Unknown`].
    pub fn cancel(&mut self, key: Key, now: Timestamp) -> Result<State, QueueError> {
        let entry = self.entries.get_mut(&key).ok_or(QueueError::Unknown { job: key.job })?;
        if entry.phase == Phase::Waiting {
            entry.phase = Phase::Ended(Ending::never_ran("JobCancelled", "it was cancelled"));
            entry.since = now;
        }
        Ok(entry.state())
    }

    /// Gives what a job has given from a step on, so that a client that was away goes on where
    /// it was, and how it ended once it has.
    ///
    /// # Errors
    /// [`QueueError::Unknown`]; [`QueueError::Dropped`] where the results were acknowledged or
    /// their time was up; [`QueueError::Ahead`] where the client says to have more than there is.
    pub fn stream(&self, key: Key, from: u64) -> Result<(&[Partial], State), QueueError> {
        let entry = self.entries.get(&key).ok_or(QueueError::Unknown { job: key.job })?;
        if entry.phase == Phase::Dropped {
            return Err(QueueError::Dropped { job: key.job });
        }
        let steps = entry.partials.len() as u64;
        let rest = usize::try_from(from).ok().and_then(|from| entry.partials.get(from..));
        rest.map(|rest| (rest, entry.state())).ok_or(QueueError::Ahead { from, steps })
    }

    /// Drops the results of a job that has ended: its client has them. The name stays.
    ///
    /// # Errors
    /// [`QueueError::Unknown`]; [`QueueError::NotEnded`].
    pub fn acknowledge(&mut self, key: Key, now: Timestamp) -> Result<(), QueueError> {
        let entry = self.entries.get_mut(&key).ok_or(QueueError::Unknown { job: key.job })?;
        match entry.phase {
            Phase::Dropped => Ok(()),
            Phase::Ended(_) => {
                self.held -= entry.drop_results(now);
                Ok(())
            }
            Phase::Waiting | Phase::Running => Err(QueueError::NotEnded { job: key.job }),
        }
    }

    /// Drops results whose time is up, and forgets names whose time is.
    pub fn expire(&mut self, now: Timestamp) {
        let keep = self.capacity.keep_secs;
        let is_over = |since: Timestamp| now.0.saturating_sub(since.0) >= keep;
        self.entries.retain(|_, entry| entry.phase != Phase::Dropped || !is_over(entry.since));
        for entry in self.entries.values_mut() {
            if matches!(entry.phase, Phase::Ended(_)) && is_over(entry.since) {
                self.held -= entry.drop_results(now);
            }
        }
        let entries = &self.entries;
        self.served.retain(|client, _| entries.keys().any(|key| key.client == *client));
    }

    /// Ends a job that waits, as its rental is over. One that runs is to be stopped by whoever runs
    /// it; one that has ended is kept for as long as it would have been.
    pub fn end_rental(&mut self, key: Key, now: Timestamp) {
        let entry = self.entries.get_mut(&key);
        if let Some(entry) = entry.filter(|entry| entry.phase == Phase::Waiting) {
            entry.phase = Phase::Ended(Ending::never_ran("RentalOver", "the rental is over"));
            entry.since = now;
        }
    }

    /// Gives the job that runs.
    #[must_use]
    pub const fn running(&self) -> Option<Key> {
        self.running
    }

    /// Gives the bytes that are held.
    #[must_use]
    pub const fn held_bytes(&self) -> u64 {
        self.held
    }

    /// Gives how long the device has worked for a client, as far as it counts for whose turn it
    /// is.
    #[must_use]
    pub fn served(&self, client: Address) -> Duration {
        self.served.get(&client).copied().unwrap_or_default()
    }

    /// Tells where a job is.
    ///
    /// # Errors
    /// [`QueueError::Unknown`].
    pub fn position(&self, key: Key) -> Result<Position, QueueError> {
        let entry = self.entries.get(&key).ok_or(QueueError::Unknown { job: key.job })?;
        let before = |(_, other): &(&Key, &Entry)| other.is_active() && other.number < entry.number;
        let ahead = match entry.phase {
            Phase::Waiting => self.of(key.client).filter(before).count(),
            Phase::Running | Phase::Ended(_) | Phase::Dropped => 0,
        };
        Ok(Position { state: entry.state(), ahead: u32::try_from(ahead).unwrap_or(u32::MAX) })
    }

    fn of(&self, client: Address) -> impl Iterator<Item = (&Key, &Entry)> {
        let first = Key { client, job: JobId([0; 16]) };
        let last = Key { client, job: JobId([u8::MAX; 16]) };
        self.entries.range(first..=last)
    }

    /// Lets a client that had no job in count as the least served of those that have.
    fn join(&mut self, client: Address) {
        let active = self.entries.iter().filter(|(_, entry)| entry.is_active());
        let least = active.filter_map(|(key, _)| self.served.get(&key.client)).min().copied();
        let own = self.served.entry(client).or_default();
        *own = (*own).max(least.unwrap_or_default());
    }

    fn running_entry(&mut self, key: Key) -> Result<&mut Entry, QueueError> {
        if self.running != Some(key) {
            return Err(QueueError::NotRunning { job: key.job });
        }
        self.entries.get_mut(&key).ok_or(QueueError::Unknown { job: key.job })
    }
}
