//! From a password to a key.

use scrypt::Params;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::super::{Password, VaultError};

/// Bounds the memory that a keystore may ask for, in bytes: beyond it a phone's browser gives up.
const MAX_MEMORY: u64 = 512 << 20;
/// Bounds scrypt's parallelism, which is time here.
const MAX_P: u32 = 64;
/// Bounds the rounds of PBKDF2: about a minute.
const MAX_ROUNDS: u32 = 10_000_000;
/// Says how much smaller a rehearsal is: a 64th of the work, under 2 % of the time.
const REHEARSAL_LOG: u8 = 6;

/// States the cost of scrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptCost {
    log_n: u8,
    r: u32,
    p: u32,
}

impl ScryptCost {
    /// Takes what OWASP asks for at least: N = 2^17, r = 8, p = 1, which is 128 MiB. The next step,
    /// geth's 2^18, is more memory than a phone's tab can count on.
    pub const OWASP: Self = Self { log_n: 17, r: 8, p: 1 };

    /// Takes a cost of N = 2^`log_n`.
    ///
    /// # Errors
    /// [`VaultError::UnsupportedKeystore`] for what scrypt does not define or what needs more than
    /// 512 MiB.
    pub fn new(log_n: u8, r: u32, p: u32) -> Result<Self, VaultError> {
        let memory = 1u64.checked_shl(log_n.into()).and_then(|n| n.checked_mul(128));
        let memory = memory.and_then(|bytes| bytes.checked_mul(r.into()));
        let fits = memory.is_some_and(|bytes| bytes <= MAX_MEMORY);
        // scrypt needs N > 1.
        if log_n == 0 || !fits || p > MAX_P || Params::new(log_n, r, p).is_err() {
            return Err(unsupported("kdfparams"));
        }
        Ok(Self { log_n, r, p })
    }

    /// Returns N, the number of blocks that are held in memory.
    #[must_use]
    pub const fn n(self) -> u64 {
        1 << self.log_n
    }

    /// Returns r, the block's size.
    #[must_use]
    pub const fn r(self) -> u32 {
        self.r
    }

    /// Returns p, the number of passes.
    #[must_use]
    pub const fn p(self) -> u32 {
        self.p
    }
}

/// Fixes the derived key's length in bytes.
pub(super) const DKLEN: usize = 32;

/// Holds a derived key: its first half encrypts, its second half authenticates.
pub(super) struct DerivedKey(Zeroizing<[[u8; DKLEN / 2]; 2]>);

impl DerivedKey {
    pub(super) fn cipher_half(&self) -> &[u8; DKLEN / 2] {
        let [half, _] = &*self.0;
        half
    }

    pub(super) fn mac_half(&self) -> &[u8; DKLEN / 2] {
        let [_, half] = &*self.0;
        half
    }
}

/// States one derivation wholly, but for the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kdf {
    Scrypt { cost: ScryptCost, salt: Vec<u8> },
    Pbkdf2 { rounds: u32, salt: Vec<u8> },
}

impl Kdf {
    pub(super) fn pbkdf2(rounds: u32, salt: Vec<u8>) -> Result<Self, VaultError> {
        if rounds == 0 || rounds > MAX_ROUNDS {
            return Err(unsupported("kdfparams.c"));
        }
        Ok(Self::Pbkdf2 { rounds, salt })
    }

    pub(super) fn derive(&self, password: &Password) -> Result<DerivedKey, VaultError> {
        let mut key = Zeroizing::new([[0; DKLEN / 2]; 2]);
        let output = key.as_flattened_mut();
        match self {
            Self::Scrypt { cost, salt } => {
                let params = Params::new(cost.log_n, cost.r, cost.p);
                let params = params.map_err(|_| unsupported("kdfparams"))?;
                scrypt::scrypt(password.as_bytes(), salt, &params, output)
                    .map_err(|_| unsupported("kdfparams.dklen"))?;
            }
            Self::Pbkdf2 { rounds, salt } => {
                pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), salt, *rounds, output);
            }
        }
        Ok(DerivedKey(key))
    }

    /// Returns the same kind of work in small, and how often it fits into the whole.
    pub(super) fn rehearsal(&self) -> (Self, u32) {
        match self {
            Self::Scrypt { cost, salt } => {
                let log_n = cost.log_n.saturating_sub(REHEARSAL_LOG).max(1);
                let times = cost.p << (cost.log_n - log_n);
                let cost = ScryptCost { log_n, p: 1, ..*cost };
                (Self::Scrypt { cost, salt: salt.clone() }, times)
            }
            Self::Pbkdf2 { rounds, salt } => {
                let few = (rounds >> REHEARSAL_LOG).max(1);
                (Self::Pbkdf2 { rounds: few, salt: salt.clone() }, rounds / few)
            }
        }
    }
}

pub(super) fn unsupported(field: &str) -> VaultError {
    VaultError::UnsupportedKeystore { field: field.to_owned() }
}
