//! What a chain is reached through: a node, the clock, and the wallets in the page.

use std::{any::Any, rc::Rc};

use pinfi_client::settlement::evm::{Timer, Transport};

use crate::contexts::Found;

/// Gives the node at a URL.
#[cfg(target_arch = "wasm32")]
pub(crate) fn node(url: &str) -> Rc<dyn Transport> {
    Rc::new(pinfi_client::settlement::evm::FetchTransport::new(url))
}

/// Gives a node that is never there: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn node(_: &str) -> Rc<dyn Transport> {
    Rc::new(pinfi_client::settlement::evm::FaultyTransport::default())
}

/// Gives the wall clock.
#[cfg(target_arch = "wasm32")]
pub(crate) fn timer() -> Rc<dyn Timer> {
    Rc::new(pinfi_client::settlement::evm::BrowserTimer)
}

/// Gives a clock that jumps: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn timer() -> Rc<dyn Timer> {
    Rc::new(pinfi_client::settlement::evm::ManualTimer::default())
}

/// Calls `found` for each wallet that announces itself, as long as what it returns lives.
#[cfg(target_arch = "wasm32")]
pub(crate) fn find_wallets(found: impl Fn(Found) + 'static) -> Option<Box<dyn Any>> {
    use pinfi_client::settlement::evm::{Announced, Discovery};

    let discovery = Discovery::begin(move |wallet: Announced| {
        let Announced { name, icon, rdns, uuid, provider } = wallet;
        found(Found { name, icon, rdns, uuid, provider });
    })?;
    Some(Box::new(discovery))
}

/// Finds nothing: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn find_wallets(_: impl Fn(Found) + 'static) -> Option<Box<dyn Any>> {
    None
}
