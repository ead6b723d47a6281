//! What the ledger in this tab lives on.

use std::rc::Rc;

use pinfi_client::{settlement::embedded::Ground, storage::StorageError};

/// Opens this browser's storage, finds the other tabs, and gives both with the machine's clock.
///
/// # Errors
/// [`StorageError`] where the browser offers no database.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn ground() -> Result<Ground, StorageError> {
    use pinfi_client::{
        settlement::embedded::{BrowserHost, BrowserPeers},
        storage::IndexedDb,
    };

    const NAME: &str = "pinfi";
    Ok(Ground {
        storage: Rc::new(IndexedDb::open(NAME).await?),
        peers: Rc::new(BrowserPeers::join(NAME)),
        host: Rc::new(BrowserHost),
    })
}

/// Gives a ground in memory: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn ground() -> Result<Ground, StorageError> {
    use pinfi_client::{
        settlement::embedded::{ManualHost, MemoryPeers},
        storage::MemoryStorage,
    };

    Ok(Ground {
        storage: Rc::new(MemoryStorage::new()),
        peers: Rc::new(MemoryPeers::default()),
        host: Rc::new(ManualHost::at(0)),
    })
}
