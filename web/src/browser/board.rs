//! A board of openings over HTTP.

use std::rc::Rc;

use pinfi_client::miner::Board;

/// Gives the board at a URL.
#[cfg(target_arch = "wasm32")]
pub(crate) fn board(url: &str) -> Rc<dyn Board> {
    Rc::new(pinfi_client::miner::FetchBoard::new(url))
}

/// Gives a board that forgets: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn board(_: &str) -> Rc<dyn Board> {
    Rc::new(pinfi_client::miner::MemoryBoard::default())
}
