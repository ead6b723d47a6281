//! One request to a node and its answer, as text.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use async_trait::async_trait;

/// What a node answered over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The header `retry-after` in seconds, where there is one.
    pub retry_after_secs: Option<u64>,
    /// The body.
    pub body: String,
}

/// Why there is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nobody is there, or the browser does not let us.
    #[error("the node cannot be reached")]
    Unreachable,
    /// It took too long.
    #[error("the node did not answer in time")]
    TimedOut,
}

/// Carries a request to one node. A transport gives up by itself when an answer takes too long.
#[async_trait(?Send)]
pub trait Transport {
    /// Posts a JSON body.
    ///
    /// # Errors
    /// [`TransportError`].
    async fn post(&self, body: String) -> Result<Reply, TransportError>;
}

type Fault = Box<dyn Fn(&str) -> Option<Result<Reply, TransportError>>>;

/// A transport that goes wrong on demand, in front of another one or of nobody. Clones are one.
#[derive(Clone, Default)]
pub struct FaultyTransport(Rc<Faulty>);

#[derive(Default)]
struct Faulty {
    inner: Option<Rc<dyn Transport>>,
    next: RefCell<VecDeque<Result<Reply, TransportError>>>,
    rule: RefCell<Option<Fault>>,
    seen: RefCell<Vec<String>>,
}

impl FaultyTransport {
    /// Makes one in front of `inner`.
    #[must_use]
    pub fn before(inner: Rc<dyn Transport>) -> Self {
        Self(Rc::new(Faulty { inner: Some(inner), ..Faulty::default() }))
    }

    /// Answers the next request that is not answered yet with `reply`.
    pub fn script(&self, reply: Result<Reply, TransportError>) {
        self.0.next.borrow_mut().push_back(reply);
    }

    /// Asks `rule` about every request from now on; what it does not answer passes through.
    pub fn rule(&self, rule: impl Fn(&str) -> Option<Result<Reply, TransportError>> + 'static) {
        *self.0.rule.borrow_mut() = Some(Box::new(rule));
    }

    /// Lets everything pass through again.
    pub fn heal(&self) {
        *self.0.rule.borrow_mut() = None;
        self.0.next.borrow_mut().clear();
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.0.seen.borrow().clone()
    }
}

#[async_trait(?Send)]
impl Transport for FaultyTransport {
    async fn post(&self, body: String) -> Result<Reply, TransportError> {
        self.0.seen.borrow_mut().push(body.clone());
        let scripted = self.0.next.borrow_mut().pop_front();
        if let Some(reply) = scripted {
            return reply;
        }
        let ruled = self.0.rule.borrow().as_ref().and_then(|rule| rule(&body));
        if let Some(reply) = ruled {
            return reply;
        }
        match &self.0.inner {
            Some(inner) => inner.post(body).await,
            None => Err(TransportError::Unreachable),
        }
    }
}
