//! The vault that does the work where it stands.

use core::time::Duration;

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::{
    super::{Entropy, Password, Secret, VaultError},
    Keystore, ScryptCost, Sealable, Vault, VaultReply, VaultRequest,
    cipher::Sealed,
    kdf::{DerivedKey, Kdf},
    keystore::File,
    phrase,
};

/// Does the key work in the calling thread, which it blocks meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct InlineVault {
    cost: ScryptCost,
}

impl InlineVault {
    /// Makes a vault that seals at `cost`. It opens at whatever cost a file states.
    #[must_use]
    pub const fn new(cost: ScryptCost) -> Self {
        Self { cost }
    }

    /// Answers one request.
    ///
    /// # Errors
    /// As [`Vault::perform`].
    pub fn answer(&self, request: &VaultRequest) -> Result<VaultReply, VaultError> {
        match request {
            VaultRequest::NewPhrase { words } => {
                let mut entropy = Zeroizing::new(vec![0; words.entropy_bytes()]);
                fill(&mut entropy)?;
                phrase::write(&Entropy::new(entropy)).map(VaultReply::Phrase)
            }
            VaultRequest::WritePhrase { entropy } => phrase::write(entropy).map(VaultReply::Phrase),
            VaultRequest::ReadPhrase { phrase } => phrase::read(phrase).map(VaultReply::Entropy),
            VaultRequest::Derive { entropy, indexes } => {
                phrase::derive(entropy, indexes).map(VaultReply::Keys)
            }
            VaultRequest::Seal { secrets, password, beside } => {
                self.seal(secrets, password, beside.as_ref()).map(VaultReply::Keystores)
            }
            VaultRequest::Open { keystores, password } => {
                open(keystores, password).map(VaultReply::Secrets)
            }
        }
    }

    /// Estimates how long a request's key derivation will take, from two rehearsals of a 64th of
    /// the work timed by `clock`; `None` where there is no derivation. An estimate and no more: the
    /// library that derives tells nothing on its way.
    pub fn estimate(
        &self,
        request: &VaultRequest,
        clock: impl Fn() -> Duration,
    ) -> Option<Duration> {
        let password = Password::new(String::new());
        let mut total = None;
        for kdf in self.derivations(request) {
            let (rehearsal, times) = kdf.rehearsal();
            let rehearse = || {
                let start = clock();
                rehearsal.derive(&password).ok()?;
                Some(clock().saturating_sub(start))
            };
            // A browser compiles what it runs often anew: the first time is slow.
            let took = rehearse()?.min(rehearse()?).saturating_mul(times);
            total = Some(total.unwrap_or(Duration::ZERO).saturating_add(took));
        }
        total
    }

    fn derivations(&self, request: &VaultRequest) -> Vec<Kdf> {
        let keystores = match request {
            VaultRequest::Open { keystores, .. } => keystores.as_slice(),
            VaultRequest::Seal { beside: Some(keystore), .. } => core::slice::from_ref(keystore),
            VaultRequest::Seal { beside: None, .. } => {
                return vec![Kdf::Scrypt { cost: self.cost, salt: Vec::new() }];
            }
            _ => &[],
        };
        let mut kdfs: Vec<Kdf> = Vec::new();
        for file in keystores.iter().filter_map(|keystore| File::parse(keystore).ok()) {
            if !kdfs.contains(&file.kdf) {
                kdfs.push(file.kdf);
            }
        }
        kdfs
    }

    fn seal(
        &self,
        secrets: &[Sealable],
        password: &Password,
        beside: Option<&Keystore>,
    ) -> Result<Vec<Keystore>, VaultError> {
        let (kdf, key) = match beside {
            Some(keystore) => {
                let file = File::parse(keystore)?;
                let key = file.kdf.derive(password)?;
                file.sealed.open(&key)?;
                (file.kdf, key)
            }
            None => {
                let mut salt = vec![0; 32];
                fill(&mut salt)?;
                let kdf = Kdf::Scrypt { cost: self.cost, salt };
                let key = kdf.derive(password)?;
                (kdf, key)
            }
        };
        let seal = |item: &Sealable| {
            let (mut iv, mut id) = ([0; 16], [0; 16]);
            fill(&mut iv)?;
            fill(&mut id)?;
            let sealed = Sealed::seal(&key, iv, item.secret.as_bytes());
            Ok(File { kdf: kdf.clone(), sealed }.write(item.address, id))
        };
        secrets.iter().map(seal).collect()
    }
}

#[async_trait(?Send)]
impl Vault for InlineVault {
    async fn perform(&self, request: VaultRequest) -> Result<VaultReply, VaultError> {
        self.answer(&request)
    }
}

/// Opens keystores; those that share a salt share its one derivation.
fn open(keystores: &[Keystore], password: &Password) -> Result<Vec<Secret>, VaultError> {
    let mut derived: Vec<(Kdf, DerivedKey)> = Vec::new();
    let mut secrets = Vec::with_capacity(keystores.len());
    for keystore in keystores {
        let File { kdf, sealed } = File::parse(keystore)?;
        let known = derived.iter().position(|(of, _)| *of == kdf);
        let at = match known {
            Some(at) => at,
            None => {
                let key = kdf.derive(password)?;
                derived.push((kdf, key));
                derived.len() - 1
            }
        };
        let (_, key) = derived.get(at).ok_or(VaultError::WrongPassword)?;
        secrets.push(Secret::new(sealed.open(key)?));
    }
    Ok(secrets)
}

fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|_| VaultError::NoRandomness)
}
