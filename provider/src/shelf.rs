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

/// How a file is called that is being written.
const DRAFT: &str = "draft";

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
    /// By root: several, where one provider copies another's.
    awaited: RwLock<BTreeMap<B256, Vec<Awaited>>>,
}

impl Shelf {
    /// Opens a folder, or makes it.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let shelf = Self { folder: folder.to_owned(), awaited: RwLock::default() };
        // What was being written when the program was killed is never finished.
        shelf.all()?.iter().filter(|file| is_draft(file)).try_for_each(fs::remove_file)?;
        Ok(shelf)
    }

    /// Says which commitments wait for openings; those of others are thrown away, and those which another
    /// beacon has drawn.
    ///
    /// # Errors
    /// What the system says.
    pub fn expect(&self, all: impl IntoIterator<Item = (B256, Awaited)>) -> io::Result<()> {
        let mut awaited: BTreeMap<B256, Vec<Awaited>> = BTreeMap::new();
        for (root, one) in all {
            awaited.entry(root).or_default().push(one);
        }
        // Whoever publishes meanwhile writes before this or is asked by the new ones.
        let mut expected = self.awaited.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *expected, awaited);
        for file in self.files()? {
            let root = file.file_name().and_then(|name| name.to_str()?.parse().ok());
            let stays = root.and_then(|root: B256| {
                let (now, before) = (expected.get(&root)?, before.get(&root));
                Some(before.is_none_or(|before| before.iter().any(|one| now.contains(one))))
            });
            if stays != Some(true) {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    /// Returns the most bytes that openings of a root may have; none where none are awaited.
    #[must_use]
    pub fn limit(&self, root: B256) -> Option<usize> {
        let expected = self.awaited.read().unwrap_or_else(PoisonError::into_inner);
        expected.get(&root)?.iter().map(Awaited::limit).max()
    }

    /// Checks openings that somebody gives, and keeps them. Where some are there already, those were
    /// checked and are as good: these are not looked at. But where several have committed to one root,
    /// true ones take the place of others.
    ///
    /// # Errors
    /// [`ShelfError`].
    pub fn put(&self, root: B256, bytes: &[u8]) -> Result<(), ShelfError> {
        let expected = self.awaited.read().unwrap_or_else(PoisonError::into_inner);
        let awaited = expected.get(&root).ok_or(ShelfError::NotAwaited { root })?;
        let is_there = self.has(root);
        if is_there && awaited.len() == 1 {
            return Ok(());
        }
        let response: Option<Response> = postcard::from_bytes(bytes).ok();
        let response = response.ok_or(ShelfError::NotOfThis { root })?;
        let found: Vec<Found> =
            awaited.iter().filter_map(|one| one.look(root, &response)).collect();
        if found.is_empty() {
            return Err(ShelfError::NotOfThis { root });
        }
        if is_there && !found.contains(&Found::True) {
            return Ok(());
        }
        Ok(self.write(root, bytes)?)
    }

    /// Keeps openings of one's own, and no more than some of them. What is there already is not written
    /// again.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep(&self, root: B256, bytes: &[u8]) -> io::Result<()> {
        if self.get(root).is_some_and(|kept| kept == bytes) {
            return Ok(());
        }
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

    /// Tells whether there are openings of a root.
    #[must_use]
    pub fn has(&self, root: B256) -> bool {
        self.file(root).exists()
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = self.all()?;
        files.retain(|file| !is_draft(file));
        Ok(files)
    }

    fn all(&self) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.path())).collect()
    }

    fn write(&self, root: B256, bytes: &[u8]) -> io::Result<()> {
        // Whole or not at all.
        let draft = self.folder.join(format!("{root}.{DRAFT}"));
        fs::write(&draft, bytes)?;
        fs::rename(draft, self.file(root))
    }

    fn file(&self, root: B256) -> PathBuf {
        self.folder.join(root.to_string())
    }
}

fn is_draft(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == DRAFT)
}
