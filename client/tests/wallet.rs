//! The wallet from outside: what it refuses, what it keeps, and that it tells no secret.
#![cfg(not(target_arch = "wasm32"))]

use core::{cell::RefCell, time::Duration};
use std::rc::Rc;

use alloy_primitives::{Address, B256, Signature, U256, address, b256};
use async_trait::async_trait;
use futures_executor::block_on;
use k256::ecdsa::{RecoveryId, Signature as EcdsaSignature, VerifyingKey};
use pinfi_client::{
    storage::{Batch, MemoryStorage, Named, Storage},
    wallet::{
        AutoLock, InlineVault, Keystore, Origin, Password, Phrase, PrivateKey, ScryptCost, Vault,
        VaultError, VaultReply, VaultRequest, Wallet, WalletError, WalletStatus, WordCount,
    },
};
use proptest::prelude::*;

type Outcome = Result<(), WalletError>;

const PHRASE: &str = "test test test test test test test test test test test junk";
const FIRST: Address = address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
const SECOND: Address = address!("70997970C51812dc3A010C7d01b50e0d17dc79C8");
const KEY: &str = "0x4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d";
const OF_KEY: Address = address!("90F8bf6A479f320ead074411a4B0e7944Ea8c9C1");
const NOW: Duration = Duration::from_secs(1_800_000_000);
const DIGEST: B256 = b256!("9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658");

fn vault() -> Result<Rc<dyn Vault>, VaultError> {
    Ok(Rc::new(InlineVault::new(ScryptCost::new(2, 1, 1)?)))
}

fn wallet_in(storage: &MemoryStorage) -> Result<Wallet, WalletError> {
    block_on(Wallet::open(Rc::new(storage.clone()), vault()?))
}

fn password() -> Password {
    Password::new("correct horse".to_owned())
}

fn wrong() -> Password {
    Password::new("battery staple".to_owned())
}

/// A wallet with one account of the phrase, unlocked since [`NOW`].
fn with_phrase(storage: &MemoryStorage) -> Result<Wallet, WalletError> {
    let wallet = wallet_in(storage)?;
    let added = block_on(wallet.add_phrase(&Phrase::new(PHRASE), "main", &password(), NOW));
    assert_eq!(added, Ok(FIRST));
    Ok(wallet)
}

fn import(wallet: &Wallet, with: &Password) -> Result<Address, WalletError> {
    block_on(wallet.import_key(PrivateKey::from_hex(KEY)?, "old", with, NOW))
}

fn recover(signature: Signature, digest: B256) -> Option<Address> {
    let scalars = EcdsaSignature::from_scalars(
        signature.r().to_be_bytes::<32>(),
        signature.s().to_be_bytes::<32>(),
    );
    let recovery = RecoveryId::new(signature.v(), false);
    let key = VerifyingKey::recover_from_prehash(digest.as_slice(), &scalars.ok()?, recovery);
    Some(pinfi_client::intent::address_of(&key.ok()?))
}

#[test]
fn sign_digest_while_locked() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = wallet_in(&storage)?;
    assert_eq!(wallet.sign_digest(FIRST, DIGEST), Err(WalletError::Locked), "empty");
    let wallet = with_phrase(&storage)?;
    wallet.lock();
    assert_eq!(wallet.status(), WalletStatus::Locked);
    assert_eq!(wallet.sign_digest(FIRST, DIGEST), Err(WalletError::Locked));
    let reopened = wallet_in(&storage)?;
    assert_eq!(reopened.status(), WalletStatus::Locked, "a fresh page begins locked");
    assert_eq!(reopened.sign_digest(FIRST, DIGEST), Err(WalletError::Locked));
    Ok(())
}

#[test]
fn sign_digest_for_another_account() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    let refused = wallet.sign_digest(SECOND, DIGEST);
    assert_eq!(refused, Err(WalletError::UnknownAccount { address: SECOND }));
    Ok(())
}

#[test]
fn unlock_with_the_wrong_password() -> Outcome {
    let storage = MemoryStorage::new();
    with_phrase(&storage)?;
    let wallet = wallet_in(&storage)?;
    assert_eq!(block_on(wallet.unlock(&wrong(), NOW)), Err(WalletError::WrongPassword));
    assert_eq!(wallet.status(), WalletStatus::Locked);
    assert_eq!(block_on(wallet.unlock(&password(), NOW)), Ok(()), "it may be tried again");
    assert_eq!(wallet.status(), WalletStatus::Unlocked);
    Ok(())
}

#[test]
fn first_account_with_a_weak_password() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = wallet_in(&storage)?;
    let weak = Password::new("seven77".to_owned());
    let expected = Err(WalletError::WeakPassword { min_chars: 8 });
    assert_eq!(import(&wallet, &weak), expected);
    assert_eq!(block_on(wallet.add_phrase(&Phrase::new(PHRASE), "", &weak, NOW)), expected);
    assert_eq!(wallet.status(), WalletStatus::Empty);
    assert!(block_on(storage.list(Named::Keys))?.is_empty(), "nothing was stored");
    Ok(())
}

#[test]
fn another_account_with_another_password_or_while_locked() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    assert_eq!(import(&wallet, &wrong()), Err(WalletError::WrongPassword));
    wallet.lock();
    assert_eq!(import(&wallet, &password()), Err(WalletError::Locked));
    assert_eq!(block_on(wallet.derive_next(FIRST, "")), Err(WalletError::Locked));
    assert_eq!(wallet.accounts().len(), 1);
    Ok(())
}

#[test]
fn account_twice() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    import(&wallet, &password())?;
    assert_eq!(import(&wallet, &password()), Err(WalletError::AccountExists { address: OF_KEY }));
    let again = block_on(wallet.add_phrase(&Phrase::new(PHRASE), "", &password(), NOW));
    assert_eq!(again, Err(WalletError::AccountExists { address: FIRST }));
    Ok(())
}

#[test]
fn import_of_what_is_no_key() {
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for text in ["", "0x", "zz", &"0".repeat(64), &"1".repeat(62), &"1".repeat(66), order] {
        assert_eq!(PrivateKey::from_hex(text).err(), Some(WalletError::InvalidKey), "{text}");
    }
    assert!(PrivateKey::from_hex(&format!(" {KEY}\n")).is_ok());
}

#[test]
fn derive_next_beside_an_imported_key() -> Outcome {
    let wallet = wallet_in(&MemoryStorage::new())?;
    import(&wallet, &password())?;
    let refused = block_on(wallet.derive_next(OF_KEY, ""));
    assert_eq!(refused, Err(WalletError::NoPhrase { address: OF_KEY }));
    let refused = block_on(wallet.export_phrase(OF_KEY, &password())).err();
    assert_eq!(refused, Some(WalletError::NoPhrase { address: OF_KEY }));
    let refused = block_on(wallet.derive_next(FIRST, ""));
    assert_eq!(refused, Err(WalletError::UnknownAccount { address: FIRST }));
    Ok(())
}

#[test]
fn export_with_the_wrong_password_although_unlocked() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    let refused = Some(WalletError::WrongPassword);
    assert_eq!(block_on(wallet.export_key(FIRST, &wrong())).err(), refused);
    assert_eq!(block_on(wallet.export_phrase(FIRST, &wrong())).err(), refused);
    assert_eq!(block_on(wallet.export_keystore(FIRST, &wrong(), &password())).err(), refused);
    let weak = Password::new(String::new());
    let refused = block_on(wallet.export_keystore(FIRST, &password(), &weak)).err();
    assert_eq!(refused, Some(WalletError::WeakPassword { min_chars: 8 }));
    Ok(())
}

#[test]
fn import_keystore_with_the_wrong_file_password() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    let file = block_on(wallet.export_keystore(FIRST, &password(), &wrong()))?;
    let other = wallet_in(&MemoryStorage::new())?;
    let import = |with: &Password| {
        block_on(other.import_keystore(file.clone(), with, "from file", &password(), NOW))
    };
    assert_eq!(import(&password()), Err(WalletError::WrongFilePassword));
    assert_eq!(other.status(), WalletStatus::Empty);
    assert_eq!(import(&wrong()), Ok(FIRST));
    assert!(other.sign_digest(FIRST, DIGEST).is_ok());
    let broken = Keystore::new("{}".to_owned());
    let refused = block_on(other.import_keystore(broken, &wrong(), "", &password(), NOW));
    assert_eq!(refused.err().map(|error| error.code()), Some("wallet_unsupported_keystore"));
    Ok(())
}

#[test]
fn unlock_of_a_tampered_book() -> Outcome {
    let storage = MemoryStorage::new();
    with_phrase(&storage)?;
    let book = block_on(storage.get(Named::Meta, "wallet"))?.unwrap_or_default();
    let place = book.windows(20).position(|window| window == FIRST.as_slice());
    let mut swapped = book.clone();
    for (byte, other) in swapped.iter_mut().skip(place.unwrap_or_default()).zip(SECOND) {
        *byte = other;
    }
    block_on(storage.commit(Batch::new().put(Named::Meta, "wallet", swapped)))?;
    let wallet = wallet_in(&storage)?;
    assert_eq!(block_on(wallet.unlock(&password(), NOW)), Err(WalletError::Damaged));
    assert_eq!(wallet.status(), WalletStatus::Locked);
    let refused = block_on(wallet.export_key(SECOND, &password())).err();
    assert_eq!(refused, Some(WalletError::Damaged));
    Ok(())
}

#[test]
fn unlock_without_the_keystore() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = with_phrase(&storage)?;
    wallet.lock();
    block_on(storage.commit(Batch::new().delete(Named::Keys, "phrase-0")))?;
    assert_eq!(block_on(wallet.unlock(&password(), NOW)), Err(WalletError::Damaged));
    Ok(())
}

#[test]
fn open_of_a_damaged_book() -> Outcome {
    let storage = MemoryStorage::new();
    block_on(storage.commit(Batch::new().put(Named::Meta, "wallet", vec![9])))?;
    assert_eq!(wallet_in(&storage).err(), Some(WalletError::Damaged));
    Ok(())
}

#[test]
fn idle_wallet_locks_itself() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    let minute = Duration::from_secs(60);
    assert!(!wallet.tick(NOW + minute * 9));
    wallet.touch(NOW + minute * 9);
    assert!(!wallet.tick(NOW + minute * 18));
    assert_eq!(wallet.status(), WalletStatus::Unlocked);
    assert!(wallet.tick(NOW + minute * 19));
    assert_eq!(wallet.status(), WalletStatus::Locked);
    assert_eq!(wallet.sign_digest(FIRST, DIGEST), Err(WalletError::Locked));
    assert!(!wallet.tick(NOW + minute * 20), "it tells once");
    Ok(())
}

#[test]
fn auto_lock_setting_is_kept() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = with_phrase(&storage)?;
    let setting = AutoLock::after_minutes(2).unwrap_or_default();
    block_on(wallet.set_auto_lock(setting))?;
    assert!(wallet.tick(NOW + Duration::from_secs(120)));
    let wallet = wallet_in(&storage)?;
    assert_eq!(wallet.auto_lock(), setting);
    block_on(wallet.set_auto_lock(AutoLock::Never))?;
    block_on(wallet.unlock(&password(), NOW))?;
    assert!(!wallet.tick(NOW * 2));
    Ok(())
}

#[test]
fn wallet_keeps_its_accounts() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = with_phrase(&storage)?;
    assert_eq!(block_on(wallet.derive_next(FIRST, " second\n")), Ok(SECOND));
    import(&wallet, &password())?;
    assert_eq!(block_on(storage.list(Named::Keys))?.len(), 2, "a phrase and a key");

    let reopened = wallet_in(&storage)?;
    let accounts = reopened.accounts();
    assert_eq!(accounts, wallet.accounts());
    let labels: Vec<&str> = accounts.iter().map(|account| account.label.as_str()).collect();
    assert_eq!(labels, ["main", "second", "old"]);
    let origins: Vec<Origin> = accounts.iter().map(|account| account.origin).collect();
    let derived = |index| Origin::Phrase { phrase: 0, index };
    assert_eq!(origins, [derived(0), derived(1), Origin::Imported]);

    block_on(reopened.unlock(&password(), NOW))?;
    for address in [FIRST, SECOND, OF_KEY] {
        let signature = reopened.sign_digest(address, DIGEST)?;
        assert_eq!(recover(signature, DIGEST), Some(address));
    }
    Ok(())
}

#[test]
fn export_gives_what_came_in() -> Outcome {
    let wallet = with_phrase(&MemoryStorage::new())?;
    block_on(wallet.derive_next(FIRST, ""))?;
    import(&wallet, &password())?;
    wallet.lock();
    let phrase = block_on(wallet.export_phrase(SECOND, &password()))?;
    assert_eq!(phrase.as_str(), PHRASE);
    assert_eq!(block_on(wallet.export_key(OF_KEY, &password()))?.to_hex().as_str(), KEY);
    assert_eq!(block_on(wallet.export_key(SECOND, &password()))?.address()?, SECOND);
    assert_eq!(wallet.status(), WalletStatus::Locked, "an export unlocks nothing");
    Ok(())
}

#[test]
fn rename_and_remove() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = with_phrase(&storage)?;
    let unknown = WalletError::UnknownAccount { address: OF_KEY };
    assert_eq!(block_on(wallet.rename(OF_KEY, "x")), Err(unknown.clone()));
    assert_eq!(block_on(wallet.remove(OF_KEY)), Err(unknown));

    block_on(wallet.derive_next(FIRST, ""))?;
    block_on(wallet.rename(FIRST, "renamed"))?;
    assert_eq!(wallet.accounts().first().map(|one| one.label.clone()), Some("renamed".to_owned()));
    block_on(wallet.remove(FIRST))?;
    let gone = Err(WalletError::UnknownAccount { address: FIRST });
    assert_eq!(wallet.sign_digest(FIRST, DIGEST), gone);
    assert!(wallet.sign_digest(SECOND, DIGEST).is_ok());
    assert_eq!(block_on(wallet.derive_next(SECOND, "back")), Ok(FIRST), "the free place");

    block_on(wallet.remove(FIRST))?;
    block_on(wallet.remove(SECOND))?;
    assert_eq!(wallet.status(), WalletStatus::Empty);
    assert!(block_on(storage.list(Named::Keys))?.is_empty(), "the phrase went with its last");
    Ok(())
}

#[test]
fn change_password_of_all_secrets() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = with_phrase(&storage)?;
    import(&wallet, &password())?;
    let new = Password::new("a new password".to_owned());
    let weak = Password::new("short".to_owned());
    let refused = block_on(wallet.change_password(&password(), &weak));
    assert_eq!(refused, Err(WalletError::WeakPassword { min_chars: 8 }));
    let refused = block_on(wallet.change_password(&wrong(), &new));
    assert_eq!(refused, Err(WalletError::WrongPassword));
    block_on(wallet.change_password(&password(), &new))?;
    let wallet = wallet_in(&storage)?;
    assert_eq!(block_on(wallet.unlock(&password(), NOW)), Err(WalletError::WrongPassword));
    block_on(wallet.unlock(&new, NOW))?;
    for address in [FIRST, OF_KEY] {
        assert!(wallet.sign_digest(address, DIGEST).is_ok());
    }
    Ok(())
}

#[test]
fn other_tab_adds_an_account() -> Outcome {
    let storage = MemoryStorage::new();
    let here = with_phrase(&storage)?;
    let there = wallet_in(&storage)?;
    block_on(there.unlock(&password(), NOW))?;
    block_on(there.derive_next(FIRST, "there"))?;
    import(&here, &password())?;
    assert_eq!(here.accounts().len(), 3, "neither tab loses the other's account");
    assert_eq!(here.sign_digest(SECOND, DIGEST), Err(WalletError::Locked), "not yet in memory");
    block_on(here.unlock(&password(), NOW))?;
    assert!(here.sign_digest(SECOND, DIGEST).is_ok());
    Ok(())
}

/// A vault whose user locks the wallet, or asks for more, while it works.
struct Meddling {
    inner: InlineVault,
    wallet: RefCell<Option<Rc<Wallet>>>,
}

#[async_trait(?Send)]
impl Vault for Meddling {
    async fn perform(&self, request: VaultRequest) -> Result<VaultReply, VaultError> {
        let wallet = self.wallet.borrow().clone();
        if let Some(wallet) = wallet {
            let second = wallet.unlock(&password(), NOW).await;
            assert_eq!(second, Err(WalletError::Busy));
            wallet.lock();
        }
        self.inner.answer(&request)
    }
}

#[test]
fn lock_during_an_unlock_wins() -> Outcome {
    let storage = MemoryStorage::new();
    with_phrase(&storage)?;
    let inner = InlineVault::new(ScryptCost::new(2, 1, 1)?);
    let vault = Rc::new(Meddling { inner, wallet: RefCell::default() });
    let wallet = Rc::new(block_on(Wallet::open(Rc::new(storage), vault.clone()))?);
    vault.wallet.replace(Some(Rc::clone(&wallet)));
    assert_eq!(block_on(wallet.unlock(&password(), NOW)), Err(WalletError::Locked));
    assert_eq!(wallet.status(), WalletStatus::Locked);
    vault.wallet.replace(None);
    assert_eq!(block_on(wallet.unlock(&password(), NOW)), Ok(()), "no longer busy");
    Ok(())
}

#[test]
fn nothing_stored_or_shown_tells_a_secret() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = with_phrase(&storage)?;
    import(&wallet, &password())?;
    let phrase = block_on(wallet.export_phrase(FIRST, &password()))?;
    let key = block_on(wallet.export_key(OF_KEY, &password()))?;
    let file = block_on(wallet.export_keystore(OF_KEY, &password(), &wrong()))?;
    let request = VaultRequest::Open { keystores: vec![file.clone()], password: wrong() };
    let reply = block_on(vault()?.perform(request.clone()))?;
    let shown = format!(
        "{wallet:?} {wallet:#?} {phrase:?} {key:?} {file:?} {request:?} {reply:?} {:?} {:?}",
        password(),
        wallet.accounts(),
    );
    let stored = format!("{storage:?}");
    let mut bytes = Vec::new();
    for (name, record) in block_on(storage.list(Named::Keys))? {
        bytes.extend(name.into_bytes());
        bytes.extend(record);
    }
    let kept = String::from_utf8_lossy(&bytes).to_lowercase();
    let secrets =
        [PHRASE, "junk", "correct horse", "battery", KEY.trim_start_matches("0x"), "79, 62, 223"];
    for secret in secrets {
        assert!(!shown.contains(secret), "shown: {secret}");
        assert!(!stored.contains(secret), "stored: {secret}");
        assert!(!kept.contains(secret), "kept: {secret}");
    }
    assert!(shown.contains("PrivateKey(..)") && shown.contains("Password(..)"), "{shown}");
    Ok(())
}

#[test]
fn wallet_error_codes_are_stable() {
    let address = Address::ZERO;
    let field = String::new;
    let codes = [
        WalletError::Locked,
        WalletError::WrongPassword,
        WalletError::WrongFilePassword,
        WalletError::WeakPassword { min_chars: 8 },
        WalletError::UnknownAccount { address },
        WalletError::AccountExists { address },
        WalletError::NoPhrase { address },
        WalletError::InvalidKey,
        WalletError::Busy,
        WalletError::Damaged,
        VaultError::WrongPassword.into(),
        VaultError::PhraseLength { words: 1 }.into(),
        VaultError::PhraseWord { position: 1 }.into(),
        VaultError::PhraseChecksum.into(),
        VaultError::InvalidKey.into(),
        VaultError::InvalidKeystore { field: field() }.into(),
        VaultError::UnsupportedKeystore { field: field() }.into(),
        VaultError::NoRandomness.into(),
        VaultError::Interrupted.into(),
    ]
    .map(|error| error.code());
    let expected = [
        "wallet_locked",
        "wallet_wrong_password",
        "wallet_wrong_file_password",
        "wallet_weak_password",
        "wallet_unknown_account",
        "wallet_account_exists",
        "wallet_no_phrase",
        "wallet_invalid_key",
        "wallet_busy",
        "wallet_damaged",
        "wallet_wrong_password",
        "wallet_phrase_length",
        "wallet_phrase_word",
        "wallet_phrase_checksum",
        "wallet_invalid_key",
        "wallet_invalid_keystore",
        "wallet_unsupported_keystore",
        "wallet_no_randomness",
        "wallet_interrupted",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn new_phrase_makes_a_wallet() -> Outcome {
    let storage = MemoryStorage::new();
    let wallet = wallet_in(&storage)?;
    let phrase = block_on(wallet.new_phrase(WordCount::TwentyFour))?;
    assert_eq!(wallet.status(), WalletStatus::Empty, "not kept yet");
    let address = block_on(wallet.add_phrase(&phrase, "", &password(), NOW))?;
    assert_eq!(wallet.status(), WalletStatus::Unlocked);
    assert_eq!(recover(wallet.sign_digest(address, DIGEST)?, DIGEST), Some(address));
    let wrong_phrase = Phrase::new("abandon about");
    let refused = block_on(wallet.add_phrase(&wrong_phrase, "", &password(), NOW));
    assert_eq!(refused, Err(WalletError::Vault(VaultError::PhraseLength { words: 2 })));
    Ok(())
}

/// n / 2: above it a signature is the high one of its pair.
fn half_order() -> U256 {
    U256::from_be_bytes(b256!("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0").0)
}

proptest! {
    #[test]
    fn law_signature_is_low_and_recovers(digest in any::<[u8; 32]>(), key in any::<[u8; 31]>()) {
        // A leading zero keeps the key below the order; the last bit keeps it from zero.
        let hex = format!("00{}1", alloy_primitives::hex::encode(key).split_at(61).0);
        let key = PrivateKey::from_hex(&hex)?;
        let address = key.address()?;
        let wallet = wallet_in(&MemoryStorage::new())?;
        block_on(wallet.import_key(key, "", &password(), NOW))?;
        let signature = wallet.sign_digest(address, B256::from(digest))?;
        prop_assert!(signature.s() <= half_order());
        prop_assert_eq!(recover(signature, B256::from(digest)), Some(address));
        prop_assert_eq!(wallet.sign_digest(address, B256::from(digest)), Ok(signature));
    }
}
