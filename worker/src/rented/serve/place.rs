//! Where the device's end is: a worker whose page tells it of the ledger.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::{collections::BTreeMap, rc::Rc};

use alloy_primitives::Bytes;
use alloy_sol_types::Eip712Domain;
use async_trait::async_trait;
use futures_channel::oneshot;
use pinfi_jobs::queue::Ending;
use pinfi_jobs::receipt::{Receipt, SignedReceipt};
use pinfi_jobs::sign::NotSigned;
use pinfi_session::rentals::Rentals;
use pinfi_session::station::{GpuMachine, Machine, Notice, Place, Turn};

use super::key::Key;
use super::rental::Told;
use super::{Scope, Signed};
use crate::rented::{FromRented, Guest};

/// How often it is looked at whether a proof has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A worker as the place of a station.
pub(super) struct WorkerPlace {
    pub(super) scope: Rc<dyn Scope>,
    pub(super) told: Rc<Told>,
    pub(super) signer: Signer,
    pub(super) machine: GpuMachine,
    /// Whether the page is told of those who come.
    pub(super) tells: bool,
}

#[async_trait(?Send)]
impl Place for WorkerPlace {
    fn rentals(&self) -> &dyn Rentals {
        &*self.told
    }

    async fn sign(&self, receipt: Receipt) -> Result<SignedReceipt, NotSigned> {
        match &self.signer {
            Signer::Own(key, domain) => receipt.sign(domain, &**key).await,
            Signer::Page(asked) => {
                let (number, answer) = asked.ask();
                let asks = FromRented::SignReceipt { number, receipt: Box::new(receipt.clone()) };
                self.scope.post(asks);
                let answer = answer.await.unwrap_or_else(|_| Err("no answer".to_owned()));
                match answer {
                    Ok(signature) => Ok(SignedReceipt { receipt, signature }),
                    Err(reason) => Err(NotSigned { account: receipt.provider, reason }),
                }
            }
        }
    }

    fn machine(&self) -> &dyn Machine {
        &self.machine
    }

    async fn sleep(&self, time: Duration) {
        self.scope.sleep(time).await;
    }

    fn note(&self, notice: Notice<'_>) {
        if !self.tells {
            return;
        }
        self.scope.post(FromRented::Guest(match notice {
            Notice::Opened { claim } => Guest::Came(*claim),
            Notice::Closed { claim } => Guest::Left(*claim),
            Notice::Began { key } => Guest::Began { client: key.client, job: key.job },
            Notice::Step { took, .. } => {
                Guest::Step { millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX) }
            }
            Notice::Ended { key, ending } => Guest::Ended {
                client: key.client,
                job: key.job,
                failed: match ending {
                    Ending::Done(_) => None,
                    Ending::Failed { code, .. } => Some(code.clone()),
                },
            },
        }));
    }
}

/// What the page says of proofs: they have the device first.
pub(super) struct AfterProofs {
    pub(super) scope: Rc<dyn Scope>,
    pub(super) proving: Rc<Cell<bool>>,
}

#[async_trait(?Send)]
impl Turn for AfterProofs {
    async fn come(&self) {
        while self.proving.get() {
            self.scope.sleep(LOOK_EVERY).await;
        }
    }
}

/// Signatures that the page was asked for.
#[derive(Default)]
pub(super) struct Asked {
    waiting: RefCell<BTreeMap<u64, Signed>>,
    next: Cell<u64>,
}

impl Asked {
    /// Passes on what the page answers.
    pub(super) fn answer(&self, number: u64, answer: Result<Bytes, String>) {
        if let Some(waiting) = self.waiting.borrow_mut().remove(&number) {
            // Who does not wait any more does not need it.
            let _ = waiting.send(answer);
        }
    }

    fn ask(&self) -> (u64, oneshot::Receiver<Result<Bytes, String>>) {
        let number = self.next.replace(self.next.get() + 1);
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().insert(number, sender);
        (number, receiver)
    }
}

/// Who signs receipts.
pub(super) enum Signer {
    /// A key of this worker's own.
    Own(Box<Key>, Box<Eip712Domain>),
    /// The page.
    Page(Rc<Asked>),
}
