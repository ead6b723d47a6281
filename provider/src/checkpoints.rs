//! What proofs that are cut off go on from: a file for each in the folder of a program's state.

use std::path::{Path, PathBuf};
use std::{fs, io};

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::miner::Checkpoints;
use pinfi_client::storage::StorageError;

/// How a file is called that is being written.
const DRAFT: &str = "draft";

/// Keeps checkpoints in a folder, under the seeds of their challenges.
#[derive(Clone, Debug)]
pub struct FileCheckpoints(PathBuf);

impl FileCheckpoints {
    /// Takes a folder, which is made when something is to be kept.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    fn file(&self, seed: B256) -> PathBuf {
        self.0.join(seed.to_string())
    }
}

/// The system's own words name no file.
fn failed(error: &io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StorageError::Full,
        _ => StorageError::Failed { name: error.to_string() },
    }
}

/// Nothing where there is no such file or folder.
fn if_any<T>(result: io::Result<T>) -> Result<Option<T>, StorageError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

#[async_trait(?Send)]
impl Checkpoints for FileCheckpoints {
    async fn read(&self, seed: B256) -> Result<Option<Vec<u8>>, StorageError> {
        if_any(fs::read(self.file(seed)))
    }

    async fn write(&self, seed: B256, bytes: Vec<u8>) -> Result<(), StorageError> {
        let draft = self.0.join(DRAFT);
        let write = || {
            fs::create_dir_all(&self.0)?;
            fs::write(&draft, bytes)?;
            // A program that is killed leaves the old file or the new one.
            fs::rename(&draft, self.file(seed))
        };
        write().map_err(|error| {
            // A draft that stays takes the room that is wanted.
            let _ = fs::remove_file(&draft);
            failed(&error)
        })
    }

    async fn retain(&self, stays: &dyn Fn(B256) -> bool) -> Result<(), StorageError> {
        let Some(files) = if_any(fs::read_dir(&self.0))? else { return Ok(()) };
        for file in files {
            let file = file.map_err(|error| failed(&error))?;
            let name = file.file_name();
            let is_wanted = |seed: &str| seed.parse().is_ok_and(stays);
            if !name.to_str().is_some_and(is_wanted) {
                if_any(fs::remove_file(file.path()))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use futures_executor::block_on;
    use tempfile::TempDir;

    use super::*;

    const SEED: B256 = B256::repeat_byte(7);

    fn names(folder: &Path) -> Vec<String> {
        let name = |file: io::Result<fs::DirEntry>| file.unwrap().file_name().into_string();
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|f| name(f).unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn write_where_no_folder_can_be_is_refused() {
        let place = TempDir::new().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        let checkpoints = FileCheckpoints::new(&file);
        let refused = block_on(checkpoints.write(SEED, vec![1]));
        assert!(matches!(refused, Err(StorageError::Failed { .. })), "{refused:?}");
        assert!(block_on(checkpoints.read(SEED)).is_err());
    }

    #[test]
    fn write_that_fails_leaves_what_was_there_and_no_draft() {
        let place = TempDir::new().unwrap();
        let checkpoints = FileCheckpoints::new(place.path());
        // What is no file cannot be replaced by one.
        fs::create_dir(place.path().join(SEED.to_string())).unwrap();
        assert!(block_on(checkpoints.write(SEED, vec![1])).is_err());
        assert_eq!(names(place.path()), [SEED.to_string()]);
    }

    #[test]
    fn nothing_is_kept_where_there_is_no_folder() {
        let place = TempDir::new().unwrap();
        let checkpoints = FileCheckpoints::new(&place.path().join("none"));
        assert_eq!(block_on(checkpoints.read(SEED)), Ok(None));
        assert_eq!(block_on(checkpoints.retain(&|_| false)), Ok(()));
    }

    #[test]
    fn the_last_that_was_written_is_read_by_another_program() {
        let place = TempDir::new().unwrap();
        let folder = place.path().join("checkpoints");
        for bytes in [vec![1; 9], vec![2]] {
            block_on(FileCheckpoints::new(&folder).write(SEED, bytes)).unwrap();
        }
        assert_eq!(block_on(FileCheckpoints::new(&folder).read(SEED)), Ok(Some(vec![2])));
        assert_eq!(names(&folder), [SEED.to_string()]);
    }

    #[test]
    fn retain_removes_what_does_not_stay_and_what_was_being_written() {
        let place = TempDir::new().unwrap();
        let checkpoints = FileCheckpoints::new(place.path());
        let other = B256::repeat_byte(8);
        for seed in [SEED, other] {
            block_on(checkpoints.write(seed, vec![1])).unwrap();
        }
        fs::write(place.path().join(DRAFT), "half").unwrap();
        block_on(checkpoints.retain(&|seed| seed == other)).unwrap();
        assert_eq!(names(place.path()), [other.to_string()]);
    }
}
