//! The client's end: the page signs, and is told what happens.

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use alloy_primitives::Bytes;
use alloy_sol_types::Eip712Domain;
use async_trait::async_trait;
use futures_channel::oneshot;
use pinfi_jobs::sign::NotSigned;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::claim::Opening;
use pinfi_session::client::{Client, Host, Notice};
use pinfi_session::follow::News;
use pinfi_session::opening::Terms;
use pinfi_session::orders::Told;
use pinfi_session::transport::EndpointKey;
use pinfi_session::wire::Claim;

use super::{Scope, Signed};
use crate::rented::{self, FromRented};
use crate::{DeviceInfo, DeviceKind};

/// A session, from the client's end.
pub(super) struct Renter {
    pub(super) client: Client,
    page: Rc<Page>,
}

impl Renter {
    pub(super) fn new(scope: Rc<dyn Scope>, claim: Claim, domain: Eip712Domain) -> Self {
        let page = Rc::new(Page { scope, signed: RefCell::default() });
        Self { client: Client::new(Rc::clone(&page) as Rc<dyn Host>, claim, domain), page }
    }

    /// Passes on what the page answers when it is asked to sign.
    pub(super) fn signed(&self, answer: Result<Bytes, String>) {
        if let Some(waiting) = self.page.signed.take() {
            // Who does not wait any more does not need it.
            let _ = waiting.send(answer);
        }
    }

    /// Submits a job, and tells the page if it is not even sent.
    pub(super) fn submit(&self, job: &[u8]) {
        let Ok(job) = Job::from_bytes(job) else { return };
        let id = job.id;
        if let Err(error) = self.client.submit(job) {
            self.page.fail(id, error.code(), error.to_string());
        }
    }
}

/// The page, as the client has it.
struct Page {
    scope: Rc<dyn Scope>,
    signed: RefCell<Option<Signed>>,
}

#[async_trait(?Send)]
impl Host for Page {
    /// Has the page sign: it asks the user.
    async fn sign(&self, opening: &Opening) -> Result<Bytes, NotSigned> {
        let (sender, receiver) = oneshot::channel();
        self.signed.replace(Some(sender));
        self.scope.post(FromRented::Sign(*opening));
        let answer = receiver.await.unwrap_or_else(|_| Err("no answer".to_owned()));
        answer.map_err(|reason| NotSigned { account: opening.claim.client, reason })
    }

    async fn sleep(&self, time: Duration) {
        self.scope.sleep(time).await;
    }

    fn note(&self, notice: Notice<'_>) {
        match notice {
            Notice::Opened { terms, provider } => {
                self.scope.post(FromRented::Opened(Box::new(told(terms, provider))));
            }
            Notice::Lost { cause } => {
                self.scope.post(FromRented::Lost { reason: cause.to_string() });
            }
            Notice::Job { job, told } => self.tell(job, told),
        }
    }
}

impl Page {
    fn tell(&self, job: JobId, told: Told) {
        match told {
            Told::Accepted { ahead } => self.scope.post(FromRented::Accepted { job, ahead }),
            Told::News { news: News::Step { partial, done, steps }, busy_millis } => {
                self.scope.post(FromRented::Step { job, partial, done, steps, busy_millis });
            }
            Told::News { news: News::Done { outputs, receipt }, .. } => {
                self.scope.post(FromRented::Done { job, outputs, receipt });
            }
            Told::News { news: News::Failed { code, reason }, .. } => {
                self.fail(job, &code, reason);
            }
            Told::News { news: News::Nothing, .. } => {}
            Told::Unbelieved(error) => self.fail(job, Told::UNBELIEVED, error.to_string()),
        }
    }

    fn fail(&self, job: JobId, code: &str, reason: String) {
        self.scope.post(FromRented::Failed { job, code: code.to_owned(), reason });
    }
}

/// Says to the page what was agreed on.
fn told(Terms { until, offer }: &Terms, endpoint: EndpointKey) -> rented::Terms {
    let kind = if offer.is_software { DeviceKind::SoftwareGpu } else { DeviceKind::Gpu };
    rented::Terms {
        until: *until,
        limits: offer.limits,
        device: DeviceInfo {
            kind,
            name: offer.device.clone(),
            max_buffer_bytes: offer.limits.buffer_bytes,
            max_binding_bytes: offer.limits.buffer_bytes,
        },
        provider: offer.provider,
        endpoint,
    }
}
