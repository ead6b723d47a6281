//! What the wallet knows while it is locked: its accounts, without their keys.

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{AutoLock, WalletError};

/// Bounds a label, in characters.
pub(super) const MAX_LABEL_CHARS: usize = 40;

const VERSION: u8 = 1;

/// Describes one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its address.
    pub address: Address,
    /// The user's name for it, at most 40 characters.
    pub label: String,
    /// Where its key comes from.
    pub origin: Origin,
}

/// Says where an account's key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A phrase of this wallet: the key is `m/44'/60'/0'/0/index`.
    Phrase {
        /// The phrase's number in this wallet.
        phrase: u32,
        /// The account's place behind it.
        index: u32,
    },
    /// A key of its own.
    Imported,
}

impl Account {
    /// Names the record that holds the account's secret.
    pub(super) fn record(&self) -> String {
        match self.origin {
            Origin::Phrase { phrase, .. } => phrase_record(phrase),
            Origin::Imported => format!("{:#x}", self.address),
        }
    }
}

pub(super) fn phrase_record(phrase: u32) -> String {
    format!("phrase-{phrase}")
}

/// Lists the accounts and the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Book {
    pub(super) accounts: Vec<Account>,
    pub(super) auto_lock: AutoLock,
}

impl Book {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WalletError> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| WalletError::Damaged),
            _ => Err(WalletError::Damaged),
        }
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WalletError> {
        let bytes = postcard::to_extend(self, vec![VERSION]);
        bytes.map_err(|_| WalletError::Damaged)
    }

    pub(super) fn find(&self, address: Address) -> Result<&Account, WalletError> {
        let account = self.accounts.iter().find(|account| account.address == address);
        account.ok_or(WalletError::UnknownAccount { address })
    }

    /// Adds an account at the end.
    pub(super) fn add(
        &mut self,
        address: Address,
        label: &str,
        origin: Origin,
    ) -> Result<(), WalletError> {
        if self.find(address).is_ok() {
            return Err(WalletError::AccountExists { address });
        }
        self.accounts.push(Account { address, label: clean_label(label), origin });
        Ok(())
    }

    /// Lists the records of the secrets, each once, in the order of their first account.
    pub(super) fn records(&self) -> Vec<String> {
        let mut records: Vec<String> = Vec::new();
        for record in self.accounts.iter().map(Account::record) {
            if !records.contains(&record) {
                records.push(record);
            }
        }
        records
    }

    /// Returns a number that no phrase of this wallet has.
    pub(super) fn free_phrase(&self) -> u32 {
        let taken = self.accounts.iter().filter_map(|account| match account.origin {
            Origin::Phrase { phrase, .. } => Some(phrase),
            Origin::Imported => None,
        });
        taken.max().map_or(0, |last| last.wrapping_add(1))
    }

    /// Returns the first place behind a phrase that no account has.
    pub(super) fn free_index(&self, phrase: u32) -> u32 {
        let taken = |index| {
            let origin = Origin::Phrase { phrase, index };
            self.accounts.iter().any(|account| account.origin == origin)
        };
        (0..).find(|index| !taken(*index)).unwrap_or(u32::MAX)
    }
}

/// Cuts a label to what fits and drops what would break a line.
pub(super) fn clean_label(label: &str) -> String {
    let printable = label.chars().filter(|letter| !letter.is_control());
    let label: String = printable.take(MAX_LABEL_CHARS).collect();
    label.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_of_foreign_bytes_is_damaged() {
        for bytes in [&[][..], &[0], &[2, 0, 0, 10], &[VERSION], &[VERSION, 9, 9]] {
            assert_eq!(Book::decode(bytes), Err(WalletError::Damaged), "{bytes:?}");
        }
    }

    #[test]
    fn add_twice_is_refused() {
        let mut book = Book::default();
        let address = Address::repeat_byte(1);
        assert_eq!(book.add(address, "a", Origin::Imported), Ok(()));
        let before = book.clone();
        let again = book.add(address, "b", Origin::Phrase { phrase: 0, index: 0 });
        assert_eq!(again, Err(WalletError::AccountExists { address }));
        assert_eq!(book, before);
    }

    #[test]
    fn label_is_cleaned() {
        assert_eq!(clean_label("  a\n\u{7}b "), "ab");
        assert_eq!(clean_label(&"长".repeat(99)).chars().count(), MAX_LABEL_CHARS);
    }

    #[test]
    fn free_places_fill_gaps_and_phrases_count_on() {
        let mut book = Book::default();
        assert_eq!((book.free_phrase(), book.free_index(0)), (0, 0));
        for (byte, phrase, index) in [(1, 0, 0), (2, 0, 2), (3, 4, 0)] {
            let origin = Origin::Phrase { phrase, index };
            assert_eq!(book.add(Address::repeat_byte(byte), "", origin), Ok(()));
        }
        assert_eq!(book.free_phrase(), 5);
        assert_eq!((book.free_index(0), book.free_index(4)), (1, 1));
        assert_eq!(book.records(), ["phrase-0", "phrase-4"]);
    }

    #[test]
    fn decode_inverts_encode() {
        let mut book = Book { auto_lock: AutoLock::Never, ..Book::default() };
        assert_eq!(book.add(Address::repeat_byte(7), "seven", Origin::Imported), Ok(()));
        assert_eq!(book.encode().and_then(|bytes| Book::decode(&bytes)), Ok(book));
    }
}
