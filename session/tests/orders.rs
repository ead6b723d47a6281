//! The client's jobs where connections and programs come and go.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use alloy_primitives::Address;
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::library::{HashSearch, Task};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::State;
use pinfi_jobs::spec::{Grain, Job, JobId, Work};
use pinfi_session::follow::News;
use pinfi_session::opening::Terms;
use pinfi_session::orders::{Heard, Orders, Told};
use pinfi_session::wire::{Claim, Event, Offer, Request};

const JOB: JobId = JobId([1; 16]);
const CANCEL: Request = Request::Cancel { job: JOB };
const RESUME: Request = Request::Resume { job: JOB, from: 0 };

fn job() -> Job {
    let search = HashSearch { text: Vec::new(), start: 0, segments: 4, zero_bits: 60 };
    Job { id: JOB, grain: Grain(0), work: Work::Library(Task::HashSearch(search)) }
}

fn submitted() -> Orders {
    let (limits, provider) = (Limits::DEFAULT, Address::repeat_byte(9));
    let offer = Offer { limits, provider, device: "one".to_owned(), is_software: false };
    let terms = Terms { until: Timestamp(9), offer };
    let client = Address::repeat_byte(8);
    let claim = Claim { stake: StakeId(5), rental: RentalId(6), client };
    let mut orders = Orders::new(alloy_sol_types::Eip712Domain::default());
    orders.submit(job(), claim, &terms).unwrap();
    orders
}

fn unknown() -> Event {
    let (code, reason) = ("QueueUnknownJob".to_owned(), "there is none".to_owned());
    Event::Rejected { job: Some(JOB), code, reason }
}

#[test]
fn cancel_asks_for_nothing_where_the_job_is_not_followed() {
    assert_eq!(submitted().cancel(JobId([2; 16])), None);
    assert_eq!(Orders::new(alloy_sol_types::Eip712Domain::default()).cancel_all(), []);
}

#[test]
fn cancelled_job_is_cancelled_anew_over_each_connection() {
    let mut orders = submitted();
    assert_eq!((orders.steps(JOB), orders.resume()), (4, vec![RESUME]));
    assert_eq!(orders.cancel(JOB), Some(CANCEL));
    assert_eq!(orders.resume(), [RESUME, CANCEL]);
    assert_eq!(submitted().cancel_all(), [CANCEL]);
}

#[test]
fn forgotten_job_is_sent_again_unless_it_was_cancelled() {
    let submit = Request::Submit { job: job().to_bytes() };
    assert_eq!(submitted().hear(unknown()), Heard { news: None, requests: vec![submit] });
    let mut orders = submitted();
    orders.cancel(JOB).unwrap();
    let Heard { news: Some((JOB, Told::News { news, .. })), requests } = orders.hear(unknown())
    else {
        panic!("nothing is told")
    };
    let News::Failed { code, .. } = news else { panic!("{news:?}") };
    assert_eq!((code.as_str(), requests), ("JobCancelled", Vec::new()));
    assert!(orders.is_empty());
    assert_eq!(orders.hear(unknown()), Heard::default(), "it is answered once");
}

#[test]
fn job_that_an_earlier_program_has_sent_is_gone_on_with() {
    for (state, requests) in [(State::Waiting, vec![]), (State::Running { done: 2 }, vec![RESUME])]
    {
        let heard = submitted().hear(Event::Accepted { job: JOB, state, ahead: 3 });
        let news = Some((JOB, Told::Accepted { ahead: 3 }));
        assert_eq!(heard, Heard { news, requests });
    }
}
