//! Published openings, each under the root that they open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;
use std::{fs, io};

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Fault, Response, verify_against};

/// How many commitments of its own a provider keeps openings of.
const KEPT: usize = 64;

/// What is known of a commitment whose openings are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The work and its seed.
    pub challenge: Challenge,
    /// What the samples are drawn from.
    pub beacon: B256,
    /// How many there are.
    pub samples: u32,
}

/// What openings tell of the commitment that they are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The work was done, as far as they show.
    True,
    /// It was not: what was committed to is false.
    False(Fault),
}

impl Awaited {
    /// Looks at openings of a root; `None` where they are not of what was committed to and so tell
    /// nothing of it, whoever gave them.
    #[must_use]
    pub fn look(&self, root: B256, response: &Response) -> Option<Found> {
        let Self { challenge, beacon, samples } = *self;
        match verify_against(&challenge, root, beacon, samples, response) {
            Ok(()) => Some(Found::True),
            // Both rows are under the root: only who committed can have made them.
            Err(fault @ Fault::WrongEntry { .. }) => Some(Found::False(fault)),
            Err(_) => None,
        }
    }

    /// Returns the most bytes that openings may have.
    #[must_use]
    pub fn limit(&self) -> usize {
        let work = self.challenge.work;
        // Two rows and two paths, and the numbers and lengths around them.
        let opening = 2 * (4 * u64::from(work.n()) + 33 * u64::from(work.path_len())) + 64;
        usize::try_from(64 + u64::from(self.samples) * opening).unwrap_or(usize::MAX)
    }
}

/// Why openings are not kept.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// No commitment with this root waits for openings.
    #[error("no commitment to {root} waits for openings")]
    NotAwaited {
        /// The root.
        root: B256,
    },
    /// They are no openings, or not of this root.
    #[error("these are no openings of {root}")]
    NotOfThis {
        /// The root.
        root: B256,
    },
    /// The disk refuses.
    #[error("openings cannot be kept: {0}")]
    Disk(#[from] io::Error),
}

/// Keeps openings as files: a restart finds them again.
pub struct Shelf {
    folder: PathBuf,
    awaited: RwLock<BTreeMap<B256, Awaited>>,
}

impl Shelf {
    /// Opens a folder, or makes it.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), awaited: RwLock::default() })
    }

    /// Says which commitments wait for openings; those of others are thrown away.
    ///
    /// # Errors
    /// What the system says.
    pub fn expect(&self, awaited: BTreeMap<B256, Awaited>) -> io::Result<()> {
        for file in self.files()? {
            let root = file.file_name().and_then(|name| name.to_str()?.parse().ok());
            if root.is_none_or(|root: B256| !awaited.contains_key(&root)) {
                fs::remove_file(file)?;
            }
        }
        *self.awaited.write().unwrap_or_else(PoisonError::into_inner) = awaited;
        Ok(())
    }

    /// Returns what is known of a commitment that waits for openings.
    #[must_use]
    pub fn awaited(&self, root: B256) -> Option<Awaited> {
        let awaited = self.awaited.read().unwrap_or_else(PoisonError::into_inner);
        awaited.get(&root).copied()
    }

    /// Checks openings that somebody gives, and keeps them; those that are there already are as good.
    ///
    /// # Errors
    /// [`ShelfError`].
    pub fn put(&self, root: B256, bytes: &[u8]) -> Result<(), ShelfError> {
        let awaited = self.awaited(root).ok_or(ShelfError::NotAwaited { root })?;
        let response = postcard::from_bytes(bytes).ok();
        let found = response.and_then(|response: Response| awaited.look(root, &response));
        found.ok_or(ShelfError::NotOfThis { root })?;
        if self.file(root).exists() {
            return Ok(());
        }
        Ok(self.write(root, bytes)?)
    }

    /// Keeps openings of one's own, and no more than some of them.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep(&self, root: B256, bytes: &[u8]) -> io::Result<()> {
        self.write(root, bytes)?;
        let mut files = self.files()?;
        let age = |file: &PathBuf| fs::metadata(file).and_then(|data| data.modified());
        files.sort_by_cached_key(|file| age(file).unwrap_or(SystemTime::UNIX_EPOCH));
        let surplus = files.len().saturating_sub(KEPT);
        files.iter().take(surplus).try_for_each(fs::remove_file)
    }

    /// Returns the openings of a root.
    #[must_use]
    pub fn get(&self, root: B256) -> Option<Vec<u8>> {
        fs::read(self.file(root)).ok()
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.path())).collect()
    }

    fn write(&self, root: B256, bytes: &[u8]) -> io::Result<()> {
        // Whole or not at all.
        let draft = self.folder.join(format!("{root}.draft"));
        fs::write(&draft, bytes)?;
        fs::rename(draft, self.file(root))
    }

    fn file(&self, root: B256) -> PathBuf {
        self.folder.join(root.to_string())
    }
}
