//! The wallet on a browser's database and randomness.
#![cfg(target_arch = "wasm32")]

use core::time::Duration;
use std::rc::Rc;

use alloy_primitives::B256;
use pinfi_client::{
    storage::IndexedDb,
    wallet::{
        InlineVault, Password, ScryptCost, Vault, Wallet, WalletError, WalletStatus, WordCount,
    },
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NOW: Duration = Duration::from_secs(1_800_000_000);

async fn open() -> Result<Wallet, WalletError> {
    let storage = Rc::new(IndexedDb::open("test-wallet").await?);
    let vault: Rc<dyn Vault> = Rc::new(InlineVault::new(ScryptCost::new(4, 1, 1)?));
    Wallet::open(storage, vault).await
}

#[wasm_bindgen_test]
async fn wallet_outlives_the_page() {
    let outcome: Result<(), WalletError> = async {
        let password = Password::new("correct horse".to_owned());
        let wallet = open().await?;
        let phrase = wallet.new_phrase(WordCount::Twelve).await?;
        let first = wallet.add_phrase(&phrase, "main", &password, NOW).await?;
        let second = wallet.derive_next(first, "second").await?;
        drop(wallet);

        let wallet = open().await?;
        assert_eq!(wallet.status(), WalletStatus::Locked);
        assert_eq!(wallet.sign_digest(first, B256::ZERO), Err(WalletError::Locked));
        let wrong = Password::new("battery staple".to_owned());
        assert_eq!(wallet.unlock(&wrong, NOW).await, Err(WalletError::WrongPassword));
        wallet.unlock(&password, NOW).await?;
        assert!(wallet.sign_digest(second, B256::ZERO).is_ok());
        assert_eq!(wallet.export_phrase(second, &password).await?.as_str(), phrase.as_str());
        Ok(())
    }
    .await;
    assert_eq!(outcome, Ok(()));
}
