//! A client that keeps its session by itself.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use alloy_primitives::{Address, Bytes};
use async_trait::async_trait;
use pinfi_jobs::Refusal;
use pinfi_jobs::library::{HashSearch, Task};
use pinfi_jobs::sign::{NotSigned, Sign as _};
use pinfi_jobs::spec::JobId;
use pinfi_session::claim::Opening;
use pinfi_session::client::{Client, Device, Host, Notice, Over, SubmitError};
use pinfi_session::dial::{Iroh, check};
use pinfi_session::follow::News;
use pinfi_session::network::{DialError, Endpoint as _};
use pinfi_session::orders::Told;
use pinfi_session::transport::EndpointKey;

use crate::ends::{begin, relay};
use crate::jobs::{library, long, product};
use crate::stage::{Provider, claim, client, play, provider};
use crate::wallet::{Wallet, domain};

/// What a client was told.
#[derive(Debug, PartialEq)]
enum Said {
    Opened,
    Lost,
    Accepted(JobId),
    Step(JobId),
    Done(JobId),
    Failed(JobId, String),
}

/// A program that has a wallet, or none.
struct Program {
    wallet: Option<Wallet>,
    said: RefCell<VecDeque<Said>>,
}

#[async_trait(?Send)]
impl Host for Program {
    async fn sign(&self, opening: &Opening) -> Result<Bytes, NotSigned> {
        match &self.wallet {
            Some(wallet) => opening.sign(&domain(), wallet).await,
            None => Err(NotSigned { account: opening.claim.client, reason: "declined".to_owned() }),
        }
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn note(&self, notice: Notice<'_>) {
        let said = match notice {
            Notice::Opened { .. } => Said::Opened,
            Notice::Lost { .. } => Said::Lost,
            Notice::Job { job, told } => match told {
                Told::Accepted { .. } => Said::Accepted(job),
                Told::News { news: News::Step { .. }, .. } => Said::Step(job),
                Told::News { news: News::Done { .. }, .. } => Said::Done(job),
                Told::News { news: News::Failed { code, .. }, .. } => Said::Failed(job, code),
                other => panic!("{other:?}"),
            },
        };
        self.said.borrow_mut().push_back(said);
    }
}

impl Program {
    /// Waits for what is told next.
    async fn next(&self) -> Said {
        loop {
            if let Some(said) = self.said.borrow_mut().pop_front() {
                return said;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits until something is told.
    async fn until(&self, wanted: impl Fn(&Said) -> bool) -> Said {
        loop {
            let said = self.next().await;
            if wanted(&said) {
                return said;
            }
        }
    }
}

type Dialling = tokio::task::JoinHandle<Result<(), Over>>;

fn device(key: EndpointKey, relay: &str, signer: Address) -> Device {
    Device { key, relay: relay.to_owned(), signers: vec![Address::ZERO, signer] }
}

/// A client with a wallet that dials.
fn dials(wallet: Option<Wallet>, device: Device) -> (Rc<Client>, Rc<Program>, Dialling) {
    let program = Rc::new(Program { wallet, said: RefCell::default() });
    let client = Rc::new(Client::new(Rc::clone(&program) as Rc<dyn Host>, claim(), domain()));
    let dialling = Rc::clone(&client);
    let task =
        tokio::task::spawn_local(async move { dialling.dial(&Iroh::default(), &device).await });
    (client, program, task)
}

async fn opened(there: &Provider, relay: &str) -> (Rc<Client>, Rc<Program>, Dialling) {
    let device = device(there.end.key(), relay, provider().address());
    let (client, program, task) = dials(Some(client()), device);
    assert_eq!(program.next().await, Said::Opened);
    (client, program, task)
}

#[test]
fn check_rejects_what_cannot_be_dialled() {
    // No point of the curve has the height 2.
    let mut two = [0; 32];
    two[0] = 2;
    let none = EndpointKey(two);
    assert_eq!(check(none, "http://localhost"), Err(DialError::Key { key: none }));
    let relay = "nowhere".to_owned();
    assert_eq!(check(EndpointKey([0; 32]), &relay), Err(DialError::Relay { relay }));
    assert_eq!(check(EndpointKey([0; 32]), "http://localhost:3340"), Ok(()));
}

#[test]
fn dial_tells_at_once_why_there_is_no_session() {
    play(async {
        let (_relay, url) = relay(0).await;
        let gone = begin(250, &url).await;
        let nobody = device(gone.key(), &url, provider().address());
        gone.close().await;
        let there = Provider::start(&url).await;
        let of = |signer| device(there.end.key(), &url, signer);
        let stranger = Wallet::new(7);
        for (wallet, device, code) in [
            (Some(client()), nobody, "DialUnreached"),
            (None, of(provider().address()), "SessionNotSigned"),
            (Some(client()), of(stranger.address()), "SessionOtherSigner"),
            (Some(stranger), of(provider().address()), "SessionRefused"),
        ] {
            let (client, program, task) = dials(wallet, device);
            let over = task.await.unwrap().unwrap_err();
            assert_eq!(over.code(), code, "{over}");
            assert!(program.said.borrow().is_empty(), "nothing was open, so nothing is lost");
            assert_eq!(client.submit(product(1)), Err(SubmitError::Closed));
        }
    });
}

#[test]
fn job_that_would_be_refused_is_not_sent_and_others_run() {
    play(async {
        let (_relay, url) = relay(0).await;
        let there = Provider::start(&url).await;
        let (client, program, _task) = opened(&there, &url).await;
        let huge = HashSearch { text: Vec::new(), start: 0, segments: 1 << 21, zero_bits: 1 };
        let refused = client.submit(library(1, Task::HashSearch(huge))).unwrap_err();
        assert!(matches!(refused, SubmitError::Refused(Refusal::OutOfBounds(_))), "{refused}");
        assert_eq!(client.submit(product(2)), Ok(12));
        assert_eq!(program.next().await, Said::Accepted(JobId([2; 16])));
        for _ in 0..12 {
            assert_eq!(program.next().await, Said::Step(JobId([2; 16])));
        }
        assert_eq!(program.next().await, Said::Done(JobId([2; 16])));
    });
}

#[test]
fn close_stops_jobs_and_leaves_no_session_behind() {
    play(async {
        let (_relay, url) = relay(0).await;
        let there = Provider::start(&url).await;
        let (client, program, task) = opened(&there, &url).await;
        client.submit(long(1)).unwrap();
        program.until(|said| matches!(said, Said::Step(_))).await;
        client.close();
        assert_eq!(task.await.unwrap(), Ok(()));
        assert_eq!(client.submit(product(2)), Err(SubmitError::Closed));
        while there.stage.failures.borrow().is_empty() || there.station.sessions() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(*there.stage.failures.borrow(), ["JobCancelled"]);
    });
}

#[test]
fn lost_connection_is_made_anew_and_what_was_cancelled_meanwhile_stops() {
    play(async {
        let (_relay, url) = relay(0).await;
        let there = Provider::start(&url).await;
        let (client, program, task) = opened(&there, &url).await;
        client.submit(long(1)).unwrap();
        client.submit(product(2)).unwrap();
        program.until(|said| matches!(said, Said::Step(_))).await;
        there.station.stop();
        program.until(|said| *said == Said::Lost).await;
        client.cancel(JobId([1; 16]));
        there.station.parted().await;
        there.end.close().await;
        drop(there);

        // Its program is started anew, and has forgotten both.
        let there = Provider::start(&url).await;
        program.until(|said| *said == Said::Opened).await;
        let failed = program.until(|said| matches!(said, Said::Failed(..))).await;
        assert_eq!(failed, Said::Failed(JobId([1; 16]), "JobCancelled".to_owned()));
        program.until(|said| *said == Said::Done(JobId([2; 16]))).await;
        assert_eq!(there.stage.steps.get(), 12, "only one of them ran");
        client.close();
        assert_eq!(task.await.unwrap(), Ok(()));
    });
}

#[test]
fn close_ends_dialling_at_any_time() {
    play(async {
        let (_relay, url) = relay(0).await;
        let there = Provider::start(&url).await;
        let device = device(there.end.key(), &url, provider().address());
        let (client, program, task) = dials(Some(client()), device);
        client.close();
        assert_eq!(task.await.unwrap(), Ok(()));
        assert!(program.said.borrow().is_empty(), "nothing was open");
    });
}
