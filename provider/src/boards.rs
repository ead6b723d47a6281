//! The boards of openings: a shelf of one's own, and others over HTTP.
//!
//! On the wire: `GET` and `PUT /openings/ROOT`, the bytes those of [`Response`] as postcard has them.
//! None of this waits for a board: what comes of asking is seen the next time.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use alloy_primitives::{B256, keccak256};
use async_trait::async_trait;
use pinfi_client::miner::{Board, BoardError};
use pinfi_core::pocps::Response;

use crate::figures::Figures;
use crate::remote::{Answer, Errand, Remote};
use crate::shelf::{Awaited, Found, Shelf};

/// How many publications are remembered as done.
const REMEMBERED: usize = 1_024;

/// What the boards tell of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Openings of it were found.
    Found(Found),
    /// No board has any, or those that might do not answer.
    Nowhere,
    /// Some are being asked.
    Underway,
}

/// The boards that are known here.
pub struct Boards {
    shelf: Option<Arc<Shelf>>,
    others: Vec<Remote>,
    figures: Figures,
    /// Which openings, by the hash of their bytes, which board has already.
    done: RefCell<BTreeSet<(B256, usize)>>,
}

impl Boards {
    /// Makes them of a shelf here, if there is one, and the URLs of others.
    ///
    /// # Errors
    /// Where the system refuses a thread.
    pub fn new(shelf: Option<Arc<Shelf>>, urls: &[String], figures: Figures) -> io::Result<Self> {
        let others =
            urls.iter().map(|url| Remote::new(url, &figures)).collect::<io::Result<_>>()?;
        Ok(Self { shelf, others, figures, done: RefCell::default() })
    }

    /// Looks for openings of a commitment, here and on each board. What is not of this commitment counts
    /// for nothing: any board could make it up.
    #[must_use]
    pub fn look(&self, root: B256, awaited: &Awaited) -> Look {
        if let Some(response) = self.own(root) {
            let begun = Instant::now();
            let found = awaited.look(root, &response);
            self.figures.checking.inc_by(begun.elapsed().as_secs_f64());
            if let Some(found) = found {
                return Look::Found(found);
            }
        }
        let found =
            self.ask_all(&Errand::Look { root, awaited: *awaited }, |answer| match answer {
                Answer::Tells(found) => Some(found),
                _ => None,
            });
        match found {
            Ok(Some(found)) => Look::Found(found),
            Err(BoardError::Underway) => Look::Underway,
            Ok(None) | Err(_) => Look::Nowhere,
        }
    }

    fn own(&self, root: B256) -> Option<Response> {
        let bytes = self.shelf.as_ref()?.get(root)?;
        postcard::from_bytes(&bytes).ok()
    }

    /// Asks all others, and waits for none. Fails where none has what is wanted and one is still asked, or
    /// could not say so.
    fn ask_all<T>(
        &self,
        errand: &Errand,
        wanted: impl Fn(Answer) -> Option<T>,
    ) -> Result<Option<T>, BoardError> {
        let (mut found, mut underway, mut trouble) = (None, false, None);
        for board in &self.others {
            match board.ask(errand) {
                None => underway = true,
                Some(Ok(answer)) => found = found.or_else(|| wanted(answer)),
                Some(Err(error)) => trouble = Some(error),
            }
        }
        if found.is_none() && underway {
            // The answers that are there already are heard together with the others.
            return Err(BoardError::Underway);
        }
        self.others.iter().for_each(|board| board.forget(errand.ask()));
        match trouble {
            Some(error) if found.is_none() => Err(error),
            _ => Ok(found),
        }
    }
}

#[async_trait(?Send)]
impl Board for Boards {
    /// Publishes on all boards; those that had it before are not asked again.
    async fn publish(&self, response: &Response) -> Result<(), BoardError> {
        let root = response.root;
        let refused = |message: String| BoardError::Refused { message };
        let bytes = postcard::to_allocvec(response).map_err(|error| refused(error.to_string()))?;
        let digest = keccak256(&bytes);
        let mut outcome = Ok(());
        if let Some(shelf) = &self.shelf {
            outcome = shelf.keep(root, &bytes).map_err(|error| refused(error.to_string()));
        }
        let errand = Errand::Take { root, digest, bytes: bytes.into() };
        for (number, board) in self.others.iter().enumerate() {
            if self.done.borrow().contains(&(digest, number)) {
                continue;
            }
            match board.ask(&errand) {
                Some(Ok(_)) => {
                    let mut done = self.done.borrow_mut();
                    if done.len() >= REMEMBERED {
                        done.clear();
                    }
                    done.insert((digest, number));
                }
                // What has failed is told before what is still to be seen.
                Some(Err(error)) => outcome = Err(error),
                None if outcome.is_ok() => outcome = Err(BoardError::Underway),
                None => {}
            }
            board.forget(errand.ask());
        }
        outcome
    }

    async fn find(&self, root: B256) -> Result<Option<Response>, BoardError> {
        if let Some(own) = self.own(root) {
            return Ok(Some(own));
        }
        self.ask_all(&Errand::Find { root }, |answer| match answer {
            Answer::Has(response) => Some(Response::clone(&response)),
            _ => None,
        })
    }
}
