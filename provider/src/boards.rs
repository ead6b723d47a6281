//! The boards of openings: a shelf of one's own, and others over HTTP.
//!
//! On the wire: `GET` and `PUT /openings/ROOT`, the bytes those of [`Response`] as postcard has them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::miner::{Board, BoardError};
use pinfi_core::pocps::Response;
use ureq::Agent;

use crate::figures::Figures;
use crate::shelf::{Awaited, Found, Shelf};

/// How long a board may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes that are read of an answer whose right size is not known.
const MOST: u64 = 64 << 20;
/// How many publications are remembered as done.
const REMEMBERED: usize = 1_024;

/// The boards that are known here.
pub struct Boards {
    shelf: Option<Arc<Shelf>>,
    urls: Vec<String>,
    agent: Agent,
    figures: Figures,
    /// Which board has which openings already.
    done: RefCell<BTreeSet<(B256, usize)>>,
}

impl Boards {
    /// Makes them of a shelf here, if there is one, and the URLs of others.
    #[must_use]
    pub fn new(shelf: Option<Arc<Shelf>>, urls: Vec<String>, figures: Figures) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .build();
        Self { shelf, urls, agent: config.into(), figures, done: RefCell::default() }
    }

    /// Looks for openings of a commitment, first here, then on each board until some tell of it. What
    /// is not of this commitment counts for nothing: any board could make it up.
    #[must_use]
    pub fn look(&self, root: B256, awaited: &Awaited) -> Option<Found> {
        let read = |bytes: Vec<u8>| {
            let response: Response = postcard::from_bytes(&bytes).ok()?;
            awaited.look(root, &response)
        };
        let own = self.shelf.as_ref().and_then(|shelf| shelf.get(root)).and_then(read);
        let limit = u64::try_from(awaited.limit()).unwrap_or(MOST);
        own.or_else(|| {
            self.urls.iter().find_map(|url| self.fetch(url, root, limit).ok()?.and_then(read))
        })
    }

    fn fetch(&self, url: &str, root: B256, limit: u64) -> Result<Option<Vec<u8>>, BoardError> {
        let response = self.agent.get(place(url, root)).call();
        let mut response = response.map_err(|error| unreachable(&error))?;
        if response.status() != 200 {
            return Ok(None);
        }
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        let body = body.map_err(|error| unreachable(&error))?;
        self.figures.bytes_in.inc_by(body.len() as u64);
        Ok(Some(body))
    }

    fn put(&self, url: &str, root: B256, bytes: &[u8]) -> Result<(), BoardError> {
        let request = self.agent.put(place(url, root));
        let response = request.header("content-type", "application/octet-stream").send(bytes);
        let response = response.map_err(|error| unreachable(&error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(BoardError::Refused { message: format!("HTTP status {status}") });
        }
        self.figures.bytes_out.inc_by(bytes.len() as u64);
        Ok(())
    }
}

fn place(url: &str, root: B256) -> String {
    format!("{}/openings/{root}", url.trim_end_matches('/'))
}

fn unreachable(error: &ureq::Error) -> BoardError {
    BoardError::Unreachable { message: error.to_string() }
}

#[async_trait(?Send)]
impl Board for Boards {
    /// Publishes on all boards; those that had it before are not asked again.
    async fn publish(&self, response: &Response) -> Result<(), BoardError> {
        let root = response.root;
        let refused = |message: String| BoardError::Refused { message };
        let bytes = postcard::to_allocvec(response).map_err(|error| refused(error.to_string()))?;
        if let Some(shelf) = &self.shelf {
            shelf.keep(root, &bytes).map_err(|error| refused(error.to_string()))?;
        }
        let mut outcome = Ok(());
        for (number, url) in self.urls.iter().enumerate() {
            if self.done.borrow().contains(&(root, number)) {
                continue;
            }
            match self.put(url, root, &bytes) {
                Ok(()) => {
                    let mut done = self.done.borrow_mut();
                    if done.len() >= REMEMBERED {
                        done.clear();
                    }
                    done.insert((root, number));
                }
                // The others are asked all the same.
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    async fn find(&self, root: B256) -> Result<Option<Response>, BoardError> {
        let read = |bytes: Vec<u8>| postcard::from_bytes(&bytes).ok();
        if let Some(own) = self.shelf.as_ref().and_then(|shelf| shelf.get(root)).and_then(read) {
            return Ok(Some(own));
        }
        for url in &self.urls {
            if let Some(found) = self.fetch(url, root, MOST)?.and_then(read) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
