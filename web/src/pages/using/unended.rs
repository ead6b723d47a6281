//! What goes into jobs that have not ended: kept, so that another visit goes on with them.

use pinfi_client::storage::{Batch, Named, Storage, StorageError};
use pinfi_jobs::spec::{Job, JobId};

use super::kept::{End, Kept, Shelf};

/// Of how many jobs it is kept: the latest.
const JOBS: usize = 16;
/// Bytes of a job; of one that is longer it is not kept.
const BYTES: usize = 8 << 20;

/// Names the jobs of which it is kept.
fn held(all: &[Kept]) -> impl Iterator<Item = JobId> + '_ {
    all.iter().filter(|kept| kept.end == End::Open).map(|kept| kept.job).take(JOBS)
}

impl Shelf {
    fn input(self, job: JobId) -> String {
        format!("job/{}/{}/{}/{job}", self.domain.chain_id, self.domain.ledger, self.account)
    }

    /// Drops what went into jobs that have ended, or are too many.
    pub(super) fn without_spent_inputs(self, batch: Batch, before: &[Kept], all: &[Kept]) -> Batch {
        let spent = held(before).filter(|job| held(all).all(|held| held != *job));
        spent.fold(batch, |batch, job| batch.delete(Named::Meta, self.input(job)))
    }

    /// Keeps what goes into a job; none where it is too long for that.
    pub(super) fn with_input(
        self,
        batch: Batch,
        all: &[Kept],
        (job, bytes): (JobId, Vec<u8>),
    ) -> Option<Batch> {
        let fits = bytes.len() <= BYTES && held(all).any(|held| held == job);
        fits.then(|| batch.put(Named::Meta, self.input(job), bytes))
    }

    /// Reads a job that has not ended; none where what goes in is not kept, or is not what it was.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(super) async fn unended(
        self,
        storage: &dyn Storage,
        kept: &Kept,
    ) -> Result<Option<Job>, StorageError> {
        let bytes = storage.get(Named::Meta, &self.input(kept.job)).await?;
        let job = bytes.and_then(|bytes| Job::from_bytes(&bytes).ok());
        Ok(job.filter(|job| job.id == kept.job && job.hash() == kept.input_hash))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use async_trait::async_trait;
    use pinfi_client::storage::{MemoryStorage, Numbered, Write};
    use pinfi_jobs::{
        library::{HashSearch, Task},
        spec::{Grain, Work},
    };

    use super::{
        super::kept::{
            Change,
            tests::{at_once, kept, shelf},
        },
        *,
    };

    /// Has no room for what goes into jobs.
    struct Full(MemoryStorage);

    #[async_trait(?Send)]
    impl Storage for Full {
        async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
            self.0.get(store, name).await
        }

        async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
            self.0.list(store).await
        }

        async fn range(
            &self,
            store: Numbered,
            from: u64,
            limit: u32,
        ) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
            self.0.range(store, from, limit).await
        }

        async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
            self.0.last(store).await
        }

        async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
            let is_input =
                |it: &Write| matches!(it, Write::Put { name, .. } if name.starts_with("job/"));
            if batch.writes().iter().any(is_input) {
                return Err(StorageError::Full);
            }
            self.0.commit(batch).await
        }
    }

    fn job(number: u8, bytes: usize) -> (Job, Kept) {
        let search = HashSearch { text: vec![0; bytes], start: 0, segments: 1, zero_bits: 1 };
        let work = Work::Library(Task::HashSearch(search));
        let job = Job { id: JobId([number; 16]), grain: Grain(0), work };
        let kept = Kept { input_hash: job.hash(), ..kept(number, End::Open) };
        (job, kept)
    }

    fn change(storage: &MemoryStorage, change: Change) {
        at_once(shelf(1).change(storage, change)).unwrap();
    }

    fn begun(storage: &MemoryStorage, number: u8, bytes: usize) -> (Job, Kept) {
        let (job, kept) = job(number, bytes);
        change(storage, Change::Begin(kept.clone(), job.to_bytes()));
        (job, kept)
    }

    fn read(storage: &MemoryStorage, kept: &Kept) -> Option<Job> {
        at_once(shelf(1).unended(storage, kept)).unwrap()
    }

    /// Everything that is kept under any name.
    fn names(storage: &MemoryStorage) -> Vec<String> {
        let all = at_once(storage.list(Named::Meta)).unwrap();
        all.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn unended_refuses_what_is_damaged_or_another_accounts() {
        let storage = MemoryStorage::new();
        let (job, kept) = begun(&storage, 1, 4);
        assert_eq!(at_once(shelf(2).unended(&storage, &kept)), Ok(None));
        for bytes in [vec![1, 2, 3], Job { grain: Grain(1), ..job }.to_bytes()] {
            let put = Batch::new().put(Named::Meta, shelf(1).input(kept.job), bytes);
            at_once(storage.commit(put)).unwrap();
            assert_eq!(read(&storage, &kept), None);
        }
    }

    #[test]
    fn change_remembers_a_job_whose_input_finds_no_room() {
        let storage = Full(MemoryStorage::new());
        let (job, kept) = job(1, 4);
        let begin = Change::Begin(kept.clone(), job.to_bytes());
        assert_eq!(at_once(shelf(1).change(&storage, begin)), Ok(vec![kept.clone()]));
        assert_eq!(at_once(shelf(1).unended(&storage, &kept)), Ok(None));
    }

    #[test]
    fn change_keeps_no_input_that_is_too_long_and_those_of_the_latest_jobs() {
        let storage = MemoryStorage::new();
        let (_, long) = begun(&storage, 200, BYTES);
        assert_eq!(read(&storage, &long), None);
        let all: Vec<_> = (0..20).map(|number| begun(&storage, number, 4)).collect();
        for (number, (job, kept)) in all.into_iter().enumerate() {
            assert_eq!(read(&storage, &kept), (number >= 4).then_some(job), "{number}");
        }
    }

    #[test]
    fn change_drops_the_input_of_what_has_ended_or_is_forgotten() {
        let storage = MemoryStorage::new();
        let (job, first) = begun(&storage, 1, 4);
        begun(&storage, 2, 4);
        change(&storage, Change::Put(first.clone()));
        assert_eq!(read(&storage, &first), Some(job), "as long as it has not ended");
        change(&storage, Change::Put(kept(1, End::Failed("JobStuck".to_owned()))));
        assert_eq!(read(&storage, &first), None);
        assert_eq!(names(&storage).len(), 2);
        change(&storage, Change::Clear);
        assert_eq!(names(&storage), [""; 0]);
    }
}
