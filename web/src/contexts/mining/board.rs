//! Where openings are published, and looked for.

use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::{
    miner::{Board, BoardError, Boards, MemoryBoard, board_url},
    settlement::evm::ChoiceError,
};
use pinfi_core::pocps::Response;

use crate::browser;

/// The preference that names a board over HTTP. What it holds is public.
const URL: &str = "pinfi.board";

thread_local! {
    static OWN: MemoryBoard = MemoryBoard::default();
}

/// Gives this tab's own board, and the one that the user has named.
pub(crate) fn board() -> Rc<dyn Board> {
    let mut all: Vec<Rc<dyn Board>> = vec![Rc::new(OWN.with(Clone::clone))];
    all.extend(url().map(|url| browser::board(&url)));
    Rc::new(Boards(all))
}

/// The boards as they are chosen at the time: a machine runs for days.
pub(super) struct Chosen;

#[async_trait(?Send)]
impl Board for Chosen {
    async fn publish(&self, response: &Response) -> Result<(), BoardError> {
        board().publish(response).await
    }

    async fn find(&self, root: B256) -> Result<Option<Response>, BoardError> {
        board().find(root).await
    }
}

/// Gives the URL that the user has named.
pub(crate) fn url() -> Option<String> {
    browser::read(URL).filter(|url| !url.is_empty())
}

/// Names a board; empty: none.
///
/// # Errors
/// [`ChoiceError`].
pub(crate) fn name(text: &str) -> Result<(), ChoiceError> {
    if text.trim().is_empty() {
        browser::forget(URL);
        return Ok(());
    }
    browser::write(URL, &board_url(text)?);
    Ok(())
}
