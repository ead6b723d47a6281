//! The account's key, from its encrypted file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use alloy_primitives::Address;
use k256::ecdsa::SigningKey;
use pinfi_client::wallet::{
    InlineVault, Keystore, Password, PrivateKey, ScryptCost, Sealable, VaultError, VaultReply,
    VaultRequest, WalletError,
};
use zeroize::Zeroizing;

/// Where the password is, unless a file is named: whoever reads a process's environment may read its
/// memory too, while a command line is shown to all.
pub const PASSWORD: &str = "PINFI_PASSWORD";

/// Why there is no key. No variant has a secret in it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be read.
    #[error("{}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Others on this machine may read a file that is for its owner alone.
    #[error("{} can be read by others: `chmod 600` it", file.display())]
    ReadByOthers {
        /// The file.
        file: PathBuf,
    },
    /// There is no password.
    #[error("the password is neither in a file that `password` names nor in {PASSWORD}")]
    NoPassword,
    /// The key file does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The password is too short for a new key.
    #[error(transparent)]
    Weak(Box<WalletError>),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// What is in it is no key.
    #[error("the key file holds no key")]
    NoKey,
}

/// Reads the key file with the password of a file, or of the environment.
///
/// # Errors
/// [`KeyError`].
pub fn key(file: &Path, password: Option<&Path>) -> Result<SigningKey, KeyError> {
    let json = read(file)?;
    open(Keystore::new(json), word(password)?)
}

fn word(password: Option<&Path>) -> Result<Password, KeyError> {
    Ok(Password::new(match password {
        Some(file) => {
            let text = Zeroizing::new(read(file)?);
            // A line's end is the editor's.
            text.trim_end_matches(['\n', '\r']).to_owned()
        }
        None => std::env::var(PASSWORD).map_err(|_| KeyError::NoPassword)?,
    }))
}

/// Makes a new key and keeps it in a new file, under the password of a file or of the environment.
/// Returns its address.
///
/// # Errors
/// [`KeyError`]; [`KeyError::File`] where the file is there already.
pub fn create(file: &Path, password: Option<&Path>) -> Result<Address, KeyError> {
    let password = word(password)?;
    password.check_strength().map_err(|error| KeyError::Weak(Box::new(error)))?;
    let mut bytes = Zeroizing::new(vec![0; 32]);
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    // Of 2^128 draws one is out of range.
    let key = PrivateKey::from_bytes(bytes).map_err(|_| KeyError::NoRandomness)?;
    let address = key.address().map_err(|_| KeyError::NoKey)?;
    let secrets = vec![Sealable { secret: key.into(), address: Some(address) }];
    let vault = InlineVault::new(ScryptCost::OWASP);
    let reply = vault.answer(&VaultRequest::Seal { secrets, password, beside: None })?;
    let VaultReply::Keystores(keystores) = reply else { return Err(KeyError::NoKey) };
    let keystore = keystores.first().ok_or(KeyError::NoKey)?;
    let error = |error| KeyError::File { file: file.to_owned(), error };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    for_its_owner(&mut options);
    options
        .open(file)
        .and_then(|mut to| to.write_all(keystore.as_json().as_bytes()))
        .map_err(error)?;
    Ok(address)
}

fn open(keystore: Keystore, password: Password) -> Result<SigningKey, KeyError> {
    let vault = InlineVault::new(ScryptCost::OWASP);
    let reply = vault.answer(&VaultRequest::Open { keystores: vec![keystore], password })?;
    let VaultReply::Secrets(mut secrets) = reply else { return Err(KeyError::NoKey) };
    let key = secrets.pop().and_then(|secret| secret.into_key().ok()).ok_or(KeyError::NoKey)?;
    SigningKey::from_slice(key.as_bytes()).map_err(|_| KeyError::NoKey)
}

fn read(file: &Path) -> Result<String, KeyError> {
    let error = |error| KeyError::File { file: file.to_owned(), error };
    if !is_private(file).map_err(error)? {
        return Err(KeyError::ReadByOthers { file: file.to_owned() });
    }
    fs::read_to_string(file).map_err(error)
}

#[cfg(unix)]
fn is_private(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(file)?.permissions().mode() & 0o077 == 0)
}

#[cfg(unix)]
fn for_its_owner(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn for_its_owner(_: &mut OpenOptions) {}

/// Other systems say it in other ways, which their folders of one user see to.
#[cfg(not(unix))]
fn is_private(file: &Path) -> io::Result<bool> {
    fs::metadata(file).map(|_| true)
}
