//! A network of ends within this program.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Poll;

use async_trait::async_trait;
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use pinfi_session::network::{Call, DialError, Endpoint, Network};
use pinfi_session::transport::{Connection, EndpointKey, pair};

type Line = mpsc::UnboundedSender<Connection>;

/// Who is there.
#[derive(Clone, Default)]
pub(crate) struct Wires(Rc<RefCell<BTreeMap<EndpointKey, Line>>>);

struct End {
    key: EndpointKey,
    wires: Wires,
    calls: RefCell<mpsc::UnboundedReceiver<Connection>>,
}

/// The key of a secret: here they are the same.
pub(crate) fn key(secret: [u8; 32]) -> EndpointKey {
    EndpointKey(secret)
}

/// Lets all else have its turn.
pub(crate) async fn turn() {
    let mut had = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut had, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[async_trait(?Send)]
impl Network for Wires {
    async fn begin(&self, secret: &[u8; 32], relay: &str) -> Result<Rc<dyn Endpoint>, DialError> {
        if !relay.starts_with("http") {
            return Err(DialError::Relay { relay: relay.to_owned() });
        }
        let (line, calls) = mpsc::unbounded();
        let key = key(*secret);
        self.0.borrow_mut().insert(key, line);
        Ok(Rc::new(End { key, wires: self.clone(), calls: RefCell::new(calls) }))
    }
}

#[async_trait(?Send)]
impl Endpoint for End {
    fn key(&self) -> EndpointKey {
        self.key
    }

    async fn online(&self) {}

    async fn dial(&self, key: EndpointKey, _: &str) -> Result<Connection, DialError> {
        let (near, far) = pair(self.key, key);
        let wires = self.wires.0.borrow();
        let sent = wires.get(&key).map(|line| line.unbounded_send(far));
        match sent {
            Some(Ok(())) => Ok(near),
            _ => Err(DialError::Unreached { reason: "nobody is there".to_owned() }),
        }
    }

    #[allow(clippy::await_holding_refcell_ref, reason = "one task waits for calls")]
    async fn call(&self) -> Result<Call, DialError> {
        let connection = self.calls.borrow_mut().next().await.ok_or(DialError::Closed)?;
        Ok(Box::pin(async move { Ok(connection) }))
    }

    async fn close(&self) {
        self.wires.0.borrow_mut().remove(&self.key);
    }
}
