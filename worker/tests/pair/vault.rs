//! Keys, sealed and opened by a worker.

use core::cell::RefCell;

use futures_executor::LocalPool;
use pinfi_client::wallet::{
    Password, Phrase, PrivateKey, Sealable, Vault as _, VaultError, VaultReply, VaultRequest,
};
use pinfi_worker::{
    WorkerError,
    host::{WorkerHost, WorkerVault},
};

use super::fake::*;

#[test]
fn vault_error_comes_through() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let vault = WorkerVault::new(WorkerHost::new(fake.clone()), |_| {});
    let phrase = Phrase::new("abandon about");
    let refused = pool.run_until(vault.perform(VaultRequest::ReadPhrase { phrase }));
    assert_eq!(refused.err(), Some(VaultError::PhraseLength { words: 2 }));
    let running = vault.perform(VaultRequest::NewPhrase { words: Default::default() });
    fake.later({
        let inbox = fake.inbox(0).ok_or(WorkerError::Protocol)?;
        move || inbox.broken()
    });
    assert_eq!(pool.run_until(running).err(), Some(VaultError::Interrupted));
    Ok(())
}

#[test]
fn vault_seals_and_opens_with_an_estimate() -> Outcome {
    let mut pool = LocalPool::new();
    let (progress, on_progress) = notes();
    let on_progress = RefCell::new(on_progress);
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let vault = WorkerVault::new(host, move |progress| on_progress.borrow_mut()(progress));
    let key = PrivateKey::from_hex(&"17".repeat(32)).map_err(|_| WorkerError::Protocol)?;
    let password = || Password::new("correct horse".to_owned());
    let secrets = vec![Sealable { secret: key.clone().into(), address: None }];
    let request = VaultRequest::Seal { secrets, password: password(), beside: None };
    let sealed = pool.run_until(vault.perform(request)).map_err(WorkerError::Vault)?;
    let VaultReply::Keystores(keystores) = sealed else { return Err(WorkerError::Protocol) };
    let request = VaultRequest::Open { keystores: keystores.clone(), password: password() };
    let opened = pool.run_until(vault.perform(request)).map_err(WorkerError::Vault)?;
    let VaultReply::Secrets(secrets) = opened else { return Err(WorkerError::Protocol) };
    assert_eq!(secrets.first().map(|secret| secret.as_bytes()), Some(key.as_bytes()));

    let wrong = Password::new("battery staple".to_owned());
    let request = VaultRequest::Open { keystores, password: wrong };
    let refused = pool.run_until(vault.perform(request));
    assert_eq!(refused.err(), Some(VaultError::WrongPassword));

    let progress = progress.borrow();
    assert_eq!(progress.len(), 9, "three ticks each");
    assert!(progress.iter().all(|one| one.is_estimate && one.fraction() < 1.0), "{progress:?}");
    let first: Vec<f64> = progress.iter().take(3).map(|one| one.fraction()).collect();
    assert!(first.is_sorted() && first.last() > first.first(), "{first:?}");
    Ok(())
}
