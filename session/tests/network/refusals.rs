//! Who gets nothing, and what ends without a result.

use std::rc::Rc;

use pinfi_core::units::RentalId;
use pinfi_jobs::sign::Sign as _;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::wire::{Claim, Event, Request};

use pinfi_session::follow::News;
use pinfi_session::opening::SessionError;
use pinfi_session::transport::{EndpointKey, pair};

use crate::customer::Customer;
use crate::ends::relay;
use crate::jobs::{long, module, product};
use crate::stage::{Provider, UNTIL, claim, client, play};
use crate::wallet::Wallet;

#[test]
fn a_stranger_opens_no_session() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let stranger = || Wallet::new(7);
        let own = Claim { client: stranger().address(), ..claim() };
        let other = Claim { rental: RentalId(7), ..claim() };
        for (wallet, claim, code) in [
            (stranger(), own, "SessionNotRented"),
            (stranger(), claim(), "SessionSignature"),
            (client(), other, "SessionNotRented"),
        ] {
            let mut customer = Customer::of(&provider, wallet, claim).await;
            assert_eq!(customer.open().await.unwrap_err().refusal(), code);
        }
        assert_eq!(provider.station.sessions(), 0);
    });
}

#[test]
fn strangers_who_open_nothing_keep_no_client_out() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut strangers = Vec::new();
        for number in 0..40 {
            let (theirs, ours) = pair(EndpointKey([number; 32]), EndpointKey([99; 32]));
            let station = Rc::clone(&provider.station);
            let served = tokio::task::spawn_local(async move { station.serve(ours).await });
            strangers.push((theirs, served));
            tokio::task::yield_now().await;
        }
        let mut customer = Customer::opened(&provider).await;
        customer.submit(&product(1)).await;
        assert!(matches!(customer.end().await.unwrap(), (_, _, News::Done { .. })));
        // Eight made room for others of them, one for the client.
        let gone = strangers.iter().filter(|(_, served)| served.is_finished()).count();
        assert_eq!(gone, 9);
        let (_connection, served) = strangers.swap_remove(0);
        assert_eq!(served.await.unwrap(), Err(SessionError::Crowded { most: 32 }));
    });
}

#[test]
fn an_expired_rental_opens_no_session_and_ends_one_that_is_open() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        customer.submit(&long(1)).await;
        customer.submit(&product(2)).await;
        customer.first_step().await;
        provider.pass(UNTIL);
        provider.station.look();
        let refusal = loop {
            match customer.next().await {
                Ok(_) => {}
                Err(ended) => break ended.refusal(),
            }
        };
        assert_eq!(refusal, "SessionNotRented");
        assert_eq!(customer.open().await.unwrap_err().refusal(), "SessionNotRented");
        // The one that ran is stopped, and the one that waited never runs.
        while provider.stage.failures.borrow().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(*provider.stage.failures.borrow(), ["RentalOver"]);
        assert_eq!(provider.station.sessions(), 0);
    });
}

/// Sends a job that this client itself would not send.
async fn force(customer: &mut Customer, job: &Job) -> Event {
    customer.ask(Request::Submit { job: job.to_bytes() }).await;
    customer.event().await.unwrap()
}

#[test]
fn oversized_and_malicious_modules_are_refused_and_endless_ones_end() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        let deep = format!("out[0] = {}1u{};", "(".repeat(2_000), ")".repeat(2_000));
        for job in [
            module(1, &format!("out[0] = 1u; /*{}*/", "x".repeat(70 << 10)), 1),
            module(2, &deep, 1),
            module(3, "out[0] = ;", 1),
            module(4, "out[0] = 1u;", 1 << 30),
            module(5, "out[0] = arrayLength(&out", 1),
        ] {
            let event = force(&mut customer, &job).await;
            let Event::Rejected { code, .. } = event else { panic!("{event:?}") };
            assert_eq!(code, "JobRefused");
        }
        customer.ask(Request::Submit { job: vec![0xff; 100] }).await;
        let event = customer.event().await.unwrap();
        let Event::Rejected { code, .. } = event else { panic!("{event:?}") };
        assert_eq!(code, "JobMalformed");
        for id in [6, 7] {
            customer.submit(&module(id, "loop { out[0] += 1u; }", 1)).await;
            let (job, steps, news) = customer.end().await.unwrap();
            let News::Failed { code, .. } = news else { panic!("{news:?}") };
            assert_eq!((job, steps, code.as_str()), (JobId([id; 16]), 0, "JobOutOfIterations"));
        }
        customer.submit(&product(8)).await;
        assert!(matches!(customer.end().await.unwrap(), (_, 12, News::Done { .. })));
    });
}

#[test]
fn what_is_no_request_ends_the_session_and_no_other() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        let (connection, _) = customer.open.as_mut().unwrap();
        connection.outgoing.send(&[0xff; 40]).await.unwrap();
        let ended = customer.event().await.unwrap_err();
        assert_eq!(ended.refusal(), "SessionMalformed");
        customer.open().await.unwrap();
        customer.submit(&product(1)).await;
        assert!(matches!(customer.end().await.unwrap(), (_, 12, News::Done { .. })));
    });
}

#[test]
fn a_second_session_of_a_rental_takes_the_place_of_the_first() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut first = Customer::opened(&provider).await;
        first.submit(&long(1)).await;
        first.first_step().await;
        let mut second = Customer::opened(&provider).await;
        let ended = loop {
            match first.next().await {
                Ok(_) => {}
                Err(ended) => break ended,
            }
        };
        assert_eq!(ended.refusal(), "SessionReplaced");
        second.submit(&product(2)).await;
        second.ask(Request::Cancel { job: JobId([1; 16]) }).await;
        assert!(matches!(second.end().await.unwrap(), (_, 12, News::Done { .. })));
        assert_eq!(provider.station.sessions(), 1);
    });
}
