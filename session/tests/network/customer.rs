//! A client of a provider that is somewhere at a relay.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use alloy_sol_types::Eip712Domain;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::claim::Opening;
use pinfi_session::dial::End;
use pinfi_session::follow::News;
use pinfi_session::network::{DialError, Endpoint as _};
use pinfi_session::opening::{SessionError, Terms, open};
use pinfi_session::orders::{Heard, Orders, Told};
use pinfi_session::talk::{ask, hear_event};
use pinfi_session::transport::{Connection, EndpointKey};
use pinfi_session::wire::{Claim, Event, Request};

use crate::wallet::Wallet;

/// Why a client hears nothing more.
#[derive(Debug)]
pub(crate) enum Ended {
    Dial(DialError),
    Session(SessionError),
}

impl Ended {
    /// The code of a refusal by the provider.
    pub(crate) fn refusal(self) -> String {
        match self {
            Self::Session(SessionError::Refused { code, .. }) => code,
            Self::Session(error) => panic!("{error}"),
            Self::Dial(error) => panic!("{error}"),
        }
    }
}

/// Where a device is, and the ledger on which it is rented.
pub(crate) struct Device {
    pub(crate) key: EndpointKey,
    pub(crate) relay: String,
    pub(crate) domain: Eip712Domain,
}

/// A client of the provider.
pub(crate) struct Customer {
    end: End,
    device: Device,
    wallet: Wallet,
    pub(crate) claim: Claim,
    pub(crate) orders: Orders,
    pub(crate) open: Option<(Connection, Terms)>,
}

impl Customer {
    /// A client with an end of its own; its session is not open yet.
    pub(crate) fn at(end: End, device: Device, wallet: Wallet, claim: Claim) -> Self {
        let orders = Orders::new(device.domain.clone());
        Self { end, device, wallet, claim, orders, open: None }
    }

    /// Dials and opens; what was not heard the end of goes on.
    pub(crate) async fn open(&mut self) -> Result<(), Ended> {
        self.open = None;
        let Device { key, relay, domain } = &self.device;
        let dialled = self.end.dial(*key, relay).await;
        let mut connection = dialled.map_err(Ended::Dial)?;
        let wallet = &self.wallet;
        let sign = async |opening: &Opening| opening.sign(domain, wallet).await;
        let opened = open(&mut connection, self.claim, sign).await;
        let terms = opened.map_err(Ended::Session)?;
        self.open = Some((connection, terms));
        for request in self.orders.resume() {
            self.ask(request).await;
        }
        Ok(())
    }

    pub(crate) async fn ask(&mut self, request: Request) {
        let (connection, _) = self.open.as_mut().unwrap();
        // That a connection is lost is heard.
        let _ = ask(&mut *connection.outgoing, request).await;
    }

    pub(crate) async fn submit(&mut self, job: &Job) {
        let (_, terms) = self.open.as_ref().unwrap();
        let request = self.orders.submit(job.clone(), self.claim, terms).unwrap();
        self.ask(request).await;
    }

    /// Hears what the provider says, as it says it.
    pub(crate) async fn event(&mut self) -> Result<Event, Ended> {
        let (connection, terms) = self.open.as_mut().unwrap();
        let heard = hear_event(&mut *connection.incoming, &terms.offer.limits).await;
        heard.map_err(Ended::Session)?.ok_or(Ended::Session(SessionError::Closed))
    }

    /// Hears what is new about a job.
    pub(crate) async fn next(&mut self) -> Result<(JobId, Told), Ended> {
        loop {
            let event = self.event().await?;
            let Heard { news, requests } = self.orders.hear(event);
            for request in requests {
                self.ask(request).await;
            }
            if let Some(news) = news {
                return Ok(news);
            }
        }
    }

    /// Hears how the next job that ends does so, and how many steps came before.
    pub(crate) async fn end(&mut self) -> Result<(JobId, u64, News), Ended> {
        let mut steps = 0;
        loop {
            match self.next().await? {
                (_, Told::Accepted { .. }) => {}
                (_, Told::News { news: News::Step { .. }, .. }) => steps += 1,
                (job, Told::News { news, .. }) => return Ok((job, steps, news)),
                (_, Told::Unbelieved(error)) => panic!("{error}"),
            }
        }
    }

    /// Hears the first step.
    pub(crate) async fn first_step(&mut self) {
        while !matches!(self.next().await.unwrap().1, Told::News { news: News::Step { .. }, .. }) {}
    }
}
