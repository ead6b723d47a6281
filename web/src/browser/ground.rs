//! What the ledger in this tab lives on.

use std::rc::Rc;

use pinfi_client::{
    settlement::embedded::{Ground, Host, Peers},
    storage::StorageError,
};

/// Gives the machine: its clock and its randomness.
#[cfg(target_arch = "wasm32")]
pub(crate) fn host() -> Rc<dyn Host> {
    Rc::new(pinfi_client::settlement::embedded::BrowserHost)
}

/// Gives a machine whose clock stands still: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn host() -> Rc<dyn Host> {
    Rc::new(pinfi_client::settlement::embedded::ManualHost::at(0))
}

/// Joins the other tabs under a name.
#[cfg(target_arch = "wasm32")]
pub(crate) fn peers(name: &str) -> Rc<dyn Peers> {
    Rc::new(pinfi_client::settlement::embedded::BrowserPeers::join(name))
}

/// Is alone: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn peers(_: &str) -> Rc<dyn Peers> {
    Rc::new(pinfi_client::settlement::embedded::MemoryPeers::default())
}

/// Opens this browser's storage, finds the other tabs, and gives both with the machine's clock.
///
/// # Errors
/// [`StorageError`] where the browser offers no database.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn ground() -> Result<Ground, StorageError> {
    use pinfi_client::storage::IndexedDb;

    const NAME: &str = "pinfi";
    Ok(Ground { storage: Rc::new(IndexedDb::open(NAME).await?), peers: peers(NAME), host: host() })
}

/// Gives a ground in memory: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn ground() -> Result<Ground, StorageError> {
    use pinfi_client::storage::MemoryStorage;

    Ok(Ground { storage: Rc::new(MemoryStorage::new()), peers: peers(""), host: host() })
}
