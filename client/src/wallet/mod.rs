//! Accounts and their keys: made, kept, unlocked, used to sign, and wiped.
//!
//! Nothing outside this module sees a private key except through an export, which asks for the
//! password again.

mod accounts;
mod book;
mod drawn;
mod endpoint;
mod error;
mod export;
mod idle;
mod secret;
mod session;
mod state;
mod vault;

pub use book::{Account, Origin};
pub use endpoint::EndpointSecret;
pub use error::{VaultError, WalletError};
pub use idle::AutoLock;
pub use secret::{Entropy, Password, Phrase, PrivateKey, Secret};
pub use session::SessionKey;
pub use state::{Wallet, WalletStatus};
pub use vault::{
    InlineVault, Keystore, ScryptCost, Sealable, Vault, VaultReply, VaultRequest, WordCount,
};
