//! Where openings are published for verifiers to fetch.
//!
//! A board is not trusted: what it holds is found by the root that the ledger has, and checked
//! against it. One that lies or is silent only makes an accusation come, which the provider then
//! answers on the ledger.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_core::pocps::Response;

use crate::settlement::evm::{ChoiceError, check_url};

/// Why something was not published, or not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoardError {
    /// It does not answer, or not what was asked.
    #[error("the board of openings does not answer: {message}")]
    Unreachable {
        /// Why.
        message: String,
    },
    /// It answers that it does not take this.
    #[error("the board of openings refuses: {message}")]
    Refused {
        /// Why.
        message: String,
    },
    /// It is being asked: what comes of it is seen the next time.
    #[error("the board of openings is being asked")]
    Underway,
}

impl BoardError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "BoardUnreachable",
            Self::Refused { .. } => "BoardRefused",
            Self::Underway => "BoardUnderway",
        }
    }
}

/// Publishes openings by the root that they are of.
#[async_trait(?Send)]
pub trait Board {
    /// Publishes the openings of a commitment.
    ///
    /// # Errors
    /// [`BoardError`]; [`BoardError::Underway`] where it does not wait for the board's answer.
    async fn publish(&self, response: &Response) -> Result<(), BoardError>;

    /// Returns what was published for a root: unchecked, and perhaps nothing.
    ///
    /// # Errors
    /// [`BoardError::Unreachable`], [`BoardError::Underway`].
    async fn find(&self, root: B256) -> Result<Option<Response>, BoardError>;
}

/// Reads the URL of a board that was typed.
///
/// # Errors
/// [`ChoiceError::Url`], [`ChoiceError::Insecure`].
pub fn board_url(text: &str) -> Result<String, ChoiceError> {
    let url = text.trim();
    check_url(url)?;
    Ok(url.to_owned())
}

/// Several boards as one: published on all, found on the first that has it.
#[derive(Clone, Default)]
pub struct Boards(pub Vec<Rc<dyn Board>>);

#[async_trait(?Send)]
impl Board for Boards {
    /// Publishes on all of them, also where one fails.
    async fn publish(&self, response: &Response) -> Result<(), BoardError> {
        let mut outcome = Ok(());
        for board in &self.0 {
            if let Err(error) = board.publish(response).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    /// Looks on all of them; fails only where none has it and one could not say so.
    async fn find(&self, root: B256) -> Result<Option<Response>, BoardError> {
        let mut outcome = Ok(None);
        for board in &self.0 {
            match board.find(root).await {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => {}
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }
}

/// How many commitments a board in memory keeps.
const KEPT: usize = 64;

/// A board within one program, which forgets the oldest. Clones are the same board.
#[derive(Clone, Default)]
pub struct MemoryBoard(Rc<RefCell<VecDeque<Response>>>);

#[async_trait(?Send)]
impl Board for MemoryBoard {
    async fn publish(&self, response: &Response) -> Result<(), BoardError> {
        let mut all = self.0.borrow_mut();
        all.retain(|kept| kept.root != response.root);
        all.push_front(response.clone());
        all.truncate(KEPT);
        Ok(())
    }

    async fn find(&self, root: B256) -> Result<Option<Response>, BoardError> {
        Ok(self.0.borrow().iter().find(|kept| kept.root == root).cloned())
    }
}
