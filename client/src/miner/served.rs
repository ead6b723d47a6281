//! What a device has done for its clients: the latest jobs, and the day's figures.

use std::collections::VecDeque;

use alloy_primitives::Address;
use pinfi_core::units::Timestamp;
use serde::{Deserialize, Serialize};

use crate::intent::Domain;
use crate::storage::{Batch, Named, Storage, StorageError};

/// How many jobs are remembered.
const REMEMBERED: usize = 100;
/// In seconds.
const DAY: u64 = 86_400;

/// A client's job that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedJob {
    /// When it ended, in the ledger's time.
    pub at: Timestamp,
    /// Whose it was.
    pub client: Address,
    /// Its name, which the client drew.
    pub job: [u8; 16],
    /// How long its steps took, in milliseconds.
    pub busy_ms: u64,
    /// The cause's stable name where there is no result.
    pub failed: Option<String>,
}

/// The figures of one day of the ledger's time, by UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedDay {
    day: u64,
    /// Jobs that were done.
    pub done: u64,
    /// Jobs that ended without a result.
    pub failed: u64,
    /// How long the device was at jobs, in milliseconds.
    pub busy_ms: u64,
    /// How long it was there for clients, in milliseconds.
    pub on_ms: u64,
}

impl ServedDay {
    /// Returns the part of the time that jobs had, in parts of ten thousand, rounded down; `None`
    /// before the device was there.
    #[must_use]
    pub fn share_bps(&self) -> Option<u64> {
        let share = self.busy_ms.saturating_mul(10_000).checked_div(self.on_ms)?;
        Some(share.min(10_000))
    }
}

/// What is kept of clients' jobs between visits. Neither inputs nor outputs are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    jobs: VecDeque<ServedJob>,
    day: ServedDay,
}

impl Served {
    /// Reads what is kept for a ledger; nothing where that cannot be read.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn of(storage: &dyn Storage, domain: Domain) -> Result<Self, StorageError> {
        let kept = storage.get(Named::Meta, &name(domain)).await?;
        Ok(kept.and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    /// Keeps it.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn write(&self, storage: &dyn Storage, domain: Domain) -> Result<(), StorageError> {
        let bytes = postcard::to_allocvec(self)
            .map_err(|_| StorageError::Failed { name: "DataCloneError".to_owned() })?;
        storage.commit(Batch::new().put(Named::Meta, name(domain), bytes)).await
    }

    /// Adds a job that has ended; the oldest make room.
    pub fn note(&mut self, job: ServedJob) {
        let day = self.turn(job.at);
        match job.failed {
            None => day.done = day.done.saturating_add(1),
            Some(_) => day.failed = day.failed.saturating_add(1),
        }
        day.busy_ms = day.busy_ms.saturating_add(job.busy_ms);
        self.jobs.push_front(job);
        self.jobs.truncate(REMEMBERED);
    }

    /// Notes that the device was there for clients, for so many milliseconds until now.
    pub fn pass(&mut self, now: Timestamp, millis: u64) {
        let day = self.turn(now);
        day.on_ms = day.on_ms.saturating_add(millis);
    }

    /// Returns the jobs, the latest first.
    pub fn jobs(&self) -> impl Iterator<Item = &ServedJob> {
        self.jobs.iter()
    }

    /// Returns the figures of the day that it is.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> ServedDay {
        let day = now.0 / DAY;
        if self.day.day == day { self.day } else { ServedDay { day, ..ServedDay::default() } }
    }

    /// Begins another day where it is one.
    fn turn(&mut self, now: Timestamp) -> &mut ServedDay {
        self.day = self.today(now);
        &mut self.day
    }
}

fn name(domain: Domain) -> String {
    format!("served/{}/{}", domain.chain_id, domain.ledger)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::storage::MemoryStorage;

    const HERE: Domain = Domain { chain_id: 7, ledger: Address::ZERO };
    const NOON: Timestamp = Timestamp(DAY + DAY / 2);

    fn job(number: u8, failed: Option<&str>) -> ServedJob {
        let failed = failed.map(str::to_owned);
        ServedJob { at: NOON, client: Address::ZERO, job: [number; 16], busy_ms: 30, failed }
    }

    #[test]
    fn of_what_cannot_be_read_is_nothing() {
        let storage = MemoryStorage::default();
        block_on(storage.commit(Batch::new().put(Named::Meta, name(HERE), vec![255; 3]))).unwrap();
        assert_eq!(block_on(Served::of(&storage, HERE)), Ok(Served::default()));
    }

    #[test]
    fn today_forgets_another_days_figures_and_keeps_its_jobs() {
        let mut served = Served::default();
        assert_eq!(served.today(NOON).share_bps(), None, "it was not there yet");
        served.note(job(1, None));
        served.note(job(2, Some("JobStuck")));
        served.pass(NOON, 120);
        let day = served.today(NOON);
        assert_eq!((day.done, day.failed, day.share_bps()), (1, 1, Some(5_000)));
        let tomorrow = Timestamp(NOON.0 + DAY);
        let day = served.today(tomorrow);
        assert_eq!((day.done, day.failed, day.share_bps()), (0, 0, None));
        served.pass(tomorrow, 1);
        assert_eq!(served.today(tomorrow).on_ms, 1);
        assert_eq!(served.jobs().map(|job| job.job[0]).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn note_keeps_the_latest_alone_and_all_is_read_back() {
        let (storage, mut served) = (MemoryStorage::default(), Served::default());
        (0..=100).for_each(|number| served.note(job(number, None)));
        assert_eq!(served.jobs().count(), REMEMBERED);
        assert_eq!(served.jobs().last().map(|job| job.job[0]), Some(1), "the oldest is gone");
        assert_eq!(served.today(NOON).done, 101);
        block_on(served.write(&storage, HERE)).unwrap();
        assert_eq!(block_on(Served::of(&storage, HERE)), Ok(served));
    }
}
