//! Which chain a user has chosen to settle on, and through which node.

use alloy_primitives::Address;
use pinfi_evm::AddressBook;
use serde::{Deserialize, Serialize};

use crate::storage::{Batch, Named, Storage, StorageError};

/// Where it is kept. Not among the page's preferences: a node's URL may hold a key of its owner's.
const NAME: &str = "settlement/chain";
/// Hosts that a page may reach without encryption: those of this machine.
const LOCAL: [&str; 2] = ["localhost", "127.0.0.1"];

/// A chain that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The URL of the node's JSON-RPC.
    pub rpc: String,
    /// Where the contracts are.
    pub book: AddressBook,
    /// The wallet outside that signs; none: our own keys.
    #[serde(default)]
    pub outside: Option<ChosenWallet>,
}

/// A wallet outside that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenWallet {
    /// Its name in reverse DNS order (EIP-6963).
    pub rdns: String,
    /// The account that it signed for last.
    pub account: Address,
}

/// Why a choice is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// This is no URL of HTTP, or it has a name and password in it, which browsers do not send.
    #[error("this is not the URL of a node")]
    Url,
    /// Only nodes on this machine may be asked without encryption.
    #[error("a node at {host} must be reached by https")]
    Insecure {
        /// The host.
        host: String,
    },
    /// The address book cannot be read.
    #[error("this is not an address book: {why}")]
    Book {
        /// What is wrong, and where.
        why: String,
    },
}

impl ChoiceError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url => "NodeUrl",
            Self::Insecure { .. } => "NodeUrlInsecure",
            Self::Book { .. } => "AddressBook",
        }
    }
}

impl Choice {
    /// Reads what was typed: a URL, and an address book as `deploy` and `devnet` write it.
    ///
    /// # Errors
    /// [`ChoiceError`].
    pub fn read(rpc: &str, book: &str) -> Result<Self, ChoiceError> {
        let rpc = rpc.trim();
        check_url(rpc)?;
        let book = serde_json::from_str(book);
        let book = book.map_err(|error| ChoiceError::Book { why: error.to_string() })?;
        Ok(Self { rpc: rpc.to_owned(), book, outside: None })
    }

    /// Returns the node's host with its port, which may be shown.
    #[must_use]
    pub fn host(&self) -> &str {
        split(&self.rpc).map_or("", |(_, host)| host)
    }

    /// Returns what an earlier visit has kept; none where that cannot be read.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn kept(storage: &dyn Storage) -> Result<Option<Self>, StorageError> {
        let bytes = storage.get(Named::Meta, NAME).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Keeps the choice for later visits.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn keep(&self, storage: &dyn Storage) -> Result<(), StorageError> {
        let unwritable = |_| StorageError::Failed { name: "unwritable".to_owned() };
        let bytes = serde_json::to_vec(self).map_err(unwritable)?;
        storage.commit(Batch::new().put(Named::Meta, NAME, bytes)).await
    }

    /// Forgets the choice. What was read of the chain, and its transactions, are kept.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn forget(storage: &dyn Storage) -> Result<(), StorageError> {
        storage.commit(Batch::new().delete(Named::Meta, NAME)).await
    }
}

/// Checks that a page may reach a URL: by https, or on this machine.
///
/// # Errors
/// [`ChoiceError::Url`], [`ChoiceError::Insecure`].
pub(crate) fn check_url(url: &str) -> Result<(), ChoiceError> {
    let (scheme, host) = split(url).ok_or(ChoiceError::Url)?;
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    let is_strange = |c: char| c.is_whitespace() || c.is_control() || "\"'<>\\^`{|}@".contains(c);
    if name.is_empty() || url.contains(is_strange) {
        return Err(ChoiceError::Url);
    }
    match scheme {
        "https" => Ok(()),
        "http" if LOCAL.contains(&name) => Ok(()),
        "http" => Err(ChoiceError::Insecure { host: name.to_owned() }),
        _ => Err(ChoiceError::Url),
    }
}

/// Gives scheme and host, with its port, of a URL.
fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    Some((scheme, rest.split(['/', '?', '#']).next().unwrap_or_default()))
}

// Natively: what they wait for is at hand, and a browser's executor can't be waited for.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::storage::MemoryStorage;

    const BOOK: &str = include_str!("../../../../deploy/tests/support/book.json");

    #[test]
    fn read_of_what_is_no_url_is_refused() {
        for url in [
            "",
            "node",
            "ws://localhost:1",
            "https://",
            "http:///x",
            "https://a b",
            "file:///etc",
            "https://me:word@node.example",
        ] {
            assert_eq!(Choice::read(url, BOOK), Err(ChoiceError::Url), "{url}");
        }
    }

    #[test]
    fn read_of_a_remote_node_without_encryption_is_refused() {
        for (url, host) in [
            ("http://node.example/key", "node.example"),
            ("http://localhost.example:80", "localhost.example"),
        ] {
            let error = Choice::read(url, BOOK);
            assert_eq!(error, Err(ChoiceError::Insecure { host: host.to_owned() }));
        }
    }

    #[test]
    fn read_of_a_book_that_is_none_is_refused_with_the_place() {
        for book in ["", "{}", "<html>", "[1]"] {
            let error = Choice::read("http://localhost:8545", book);
            assert!(matches!(error, Err(ChoiceError::Book { .. })), "{book}: {error:?}");
        }
    }

    #[test]
    fn choice_is_kept_and_forgotten() {
        let storage = MemoryStorage::new();
        assert_eq!(block_on(Choice::kept(&storage)), Ok(None));
        let choice = Choice::read(" https://node.example:8/v1?key=1 ", BOOK).unwrap();
        assert_eq!(
            (choice.rpc.as_str(), choice.host()),
            ("https://node.example:8/v1?key=1", "node.example:8")
        );
        block_on(choice.keep(&storage)).unwrap();
        assert_eq!(block_on(Choice::kept(&storage)), Ok(Some(choice)));
        block_on(Choice::forget(&storage)).unwrap();
        assert_eq!(block_on(Choice::kept(&storage)), Ok(None));
    }
}
