//! What an account signs: every change to a ledger as an EIP-712 typed message.
//!
//! | file | what lives there |
//! |---|---|
//! | `domain` | which ledger a signature is for |
//! | `action` | what can be signed: the protocol's actions and those of a sandbox |
//! | `typed` | the typed structs, the manual of what a wallet shows and hashes |
//! | `game` | the names and fields of the verification game's moves |
//! | `fields` | the same fields for screens and for JSON |
//! | `signed` | an action with its nonce, deadline and signature, and who signed it |
//! | `json`, `json_text` | the form for people and other programs |
//!
//! ```
//! use alloy_primitives::Address;
//! use pinfi_client::intent::{Domain, Intent, sign};
//! use pinfi_core::Action;
//! use pinfi_core::units::{Timestamp, Wei};
//!
//! let domain = Domain { chain_id: 31_337, ledger: Address::repeat_byte(0x11) };
//! let action = Action::Transfer { to: Address::repeat_byte(0x22), amount: Wei(1) };
//! let intent = Intent::new(domain, action, 0, Timestamp(1_800_000_000));
//! let key = k256::ecdsa::SigningKey::from_slice(&[7; 32]).map_err(|_| "not a key")?;
//! let signed = sign(&intent, &key)?;
//! assert_eq!(signed.recover(&domain)?, signed.signer);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod domain;
mod error;
mod fields;
mod game;
mod json;
mod json_text;
mod signed;
mod typed;

pub use action::{LedgerAction, Speed};
pub use domain::Domain;
pub use error::{IntentError, WireError};
pub use fields::{Field, FieldValue, describe};
pub(crate) use fields::{decimal, fixed_hex, lower_hex};
pub(crate) use json::Fields;
pub(crate) use json_text::{JsonObject, json_array, json_text};
pub(crate) use signed::recover_hash;
pub use signed::{Intent, SignedAction, address_of, sign, sign_hash};
