//! What a client gets, also where programs are killed and the relay is started anew.

use pinfi_jobs::check::check_units;
use pinfi_jobs::spec::{JobId, Work};
use pinfi_session::follow::News;
use pinfi_session::network::Endpoint as _;
use pinfi_session::opening::SessionError;

use crate::customer::{Customer, Ended};
use crate::ends::relay;
use crate::jobs::{each, library, long, product};
use crate::stage::{Provider, play};
use crate::wallet::domain;

#[test]
fn each_library_job_comes_back_checked_and_signed() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        for (id, task) in (1..).zip(each()) {
            let job = library(id, task);
            customer.submit(&job).await;
            let (ended, steps, news) = customer.end().await.unwrap();
            let News::Done { outputs, receipt } = news else { panic!("{news:?}") };
            let Work::Library(task) = &job.work else { panic!("a task") };
            let units: Vec<_> = (0..task.shape().unwrap().units).collect();
            assert_eq!(check_units(task, &outputs, &units), Ok(()), "{task:?}");
            assert_eq!(receipt.check(&domain()), Ok(()));
            assert_eq!((ended, steps), (job.id, receipt.receipt.steps));
        }
        assert!(customer.orders.is_empty());
    });
}

#[test]
fn a_hundred_jobs_in_a_row_leave_nothing_behind() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        for id in 1..=100 {
            customer.submit(&product(id)).await;
            assert!(matches!(customer.end().await.unwrap(), (_, 12, News::Done { .. })));
            // The next job's answer comes after the last one's results were dropped.
            customer.submit(&product(id)).await;
            let news = customer.end().await.unwrap().2;
            let News::Failed { code, .. } = news else { panic!("{news:?}") };
            assert_eq!(code, "QueueResultsDropped");
            assert_eq!(provider.station.held_bytes(), 0, "after job {id}");
            assert_eq!(provider.station.sessions(), 1);
        }
        assert_eq!(provider.stage.steps.get(), 1_200, "each ran once");
        assert!(customer.orders.is_empty());
    });
}

#[test]
fn a_lost_connection_is_made_anew_and_the_job_goes_on() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        customer.submit(&product(1)).await;
        customer.first_step().await;
        customer.open().await.unwrap();
        let (_, steps, news) = customer.end().await.unwrap();
        assert!(matches!(news, News::Done { .. }), "{news:?}");
        assert_eq!(steps, 11, "what came is not sent again");
        assert_eq!(provider.stage.steps.get(), 12, "it ran once");
    });
}

#[test]
fn a_client_that_has_forgotten_its_job_sends_it_again_and_it_runs_once() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        customer.submit(&product(1)).await;
        customer.first_step().await;
        // Its program is started anew, once while the job may still run, and once after its end.
        for _ in 0..2 {
            customer = Customer::opened(&provider).await;
            customer.submit(&product(1)).await;
            while provider.stage.steps.get() < 12 {
                tokio::task::yield_now().await;
            }
        }
        let (_, steps, news) = customer.end().await.unwrap();
        assert!(matches!(news, News::Done { .. }), "{news:?}");
        assert_eq!(steps, 12, "all of them");
        assert_eq!(provider.stage.steps.get(), 12, "it ran once");
    });
}

#[test]
fn a_provider_that_stops_says_so_and_one_that_is_killed_is_noticed() {
    play(async {
        let (_relay, url) = relay(0).await;
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        customer.submit(&long(1)).await;
        customer.submit(&product(2)).await;
        customer.first_step().await;
        provider.station.stop();
        let told = loop {
            if let Err(ended) = customer.next().await {
                break ended.refusal();
            }
        };
        assert_eq!(told, "SessionStopping");
        provider.station.parted().await;
        provider.end.close().await;
        drop(provider);

        // Its program is started anew, and has forgotten all jobs: they are sent anew.
        let provider = Provider::start(&url).await;
        customer.open().await.unwrap();
        customer.first_step().await;
        drop(provider);
        let lost = loop {
            if let Err(ended) = customer.next().await {
                break ended;
            }
        };
        let is_lost =
            matches!(lost, Ended::Session(SessionError::Transport(_) | SessionError::Closed));
        assert!(is_lost, "{lost:?}");

        let _provider = Provider::start(&url).await;
        customer.open().await.unwrap();
        let mut ends = Vec::new();
        while ends.len() < 2 {
            let (job, _, news) = customer.end().await.unwrap();
            ends.push((job, matches!(news, News::Done { .. })));
        }
        ends.sort();
        assert_eq!(ends, [(JobId([1; 16]), true), (JobId([2; 16]), true)]);
    });
}

#[test]
fn a_relay_that_is_started_anew_costs_no_result() {
    play(async {
        let (server, url) = relay(0).await;
        let port = server.http_addr().unwrap().port();
        let provider = Provider::start(&url).await;
        let mut customer = Customer::opened(&provider).await;
        customer.submit(&product(1)).await;
        customer.first_step().await;
        server.shutdown().await.unwrap();
        let (_server, _) = relay(port).await;
        let news = loop {
            match customer.end().await {
                Ok((_, _, news)) => break news,
                // Both ends find the relay again by themselves, at times after the connection is lost.
                Err(_) => while customer.open().await.is_err() {},
            }
        };
        assert!(matches!(news, News::Done { .. }), "{news:?}");
        assert_eq!(provider.stage.steps.get(), 12, "it ran once");
    });
}
