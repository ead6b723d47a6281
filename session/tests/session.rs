//! A whole session on a real device: jobs go in, results come back over lost connections, and the
//! client believes nothing that it has not checked.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../jobs/tests/common/wallet.rs"]
mod wallet;

use alloy_primitives::B256;
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::chain::output_hash;
use pinfi_jobs::check::check_units;
use pinfi_jobs::library::{HashSearch, MatrixProduct, Scalar, Task, from_u32};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending, Key, State};
use pinfi_jobs::receipt::Receipt;
use pinfi_jobs::run::{Cancel, Done, Prepared, run};
use pinfi_jobs::sign::Sign;
use pinfi_jobs::spec::{Grain, Job, JobId, Work};
use pinfi_session::desk::{Answer, Desk, Follow, Next};
use pinfi_session::follow::{FollowError, Follower, News};
use pinfi_session::wire::{Claim, Event, Request, decode, encode};
use wallet::{Wallet, domain};

const NOW: Timestamp = Timestamp(1_000);

fn client() -> Wallet {
    Wallet::new(8)
}

fn provider() -> Wallet {
    Wallet::new(9)
}

fn claim() -> Claim {
    Claim { stake: StakeId(5), rental: RentalId(6), client: client().address() }
}

fn task() -> Task {
    Task::MatrixProduct(MatrixProduct {
        scalar: Scalar::U32,
        rows: 12,
        inner: 8,
        columns: 6,
        a: from_u32(&(0..96).collect::<Vec<_>>()),
        b: from_u32(&(0..48).collect::<Vec<_>>()),
    })
}

/// A job of twelve steps.
fn job(id: u8) -> Job {
    Job { id: JobId([id; 16]), grain: Grain(0), work: Work::Library(task()) }
}

fn desk() -> Desk {
    Desk::new(Limits::DEFAULT, Capacity::default())
}

/// Asks, and gives all that is told then.
fn ask(desk: &mut Desk, claim: Claim, request: Request) -> Vec<Event> {
    let Answer { event, follow } = desk.handle(claim, request, NOW);
    let mut events: Vec<_> = event.into_iter().collect();
    let Some(Follow { job, mut from, .. }) = follow else { return events };
    while let Some(event) = desk.next(Key { client: claim.client, job }, from) {
        from += 1;
        let is_last = !matches!(event, Event::Partial { .. });
        events.push(event);
        if is_last {
            break;
        }
    }
    events
}

fn submit(desk: &mut Desk, job: &Job) -> Vec<Event> {
    ask(desk, claim(), Request::Submit { job: job.to_bytes() })
}

fn resume(desk: &mut Desk, job: u8, from: u64) -> Vec<Event> {
    ask(desk, claim(), Request::Resume { job: JobId([job; 16]), from })
}

fn code(events: &[Event]) -> &str {
    match events {
        [Event::Rejected { code, .. }] => code,
        other => panic!("{other:?}"),
    }
}

/// Runs the next job on the device, and gives what its client would be told.
fn run_next(desk: &mut Desk, change: impl FnOnce(&mut Receipt)) -> Vec<Event> {
    let Next { key, job, .. } = desk.take_next().unwrap();
    let limits = *desk.limits();
    let prepared = Prepared::new(&job, &limits).unwrap();
    let outcome = pollster::block_on(async {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter = instance.request_adapter(&Default::default()).await.unwrap();
        let (device, queue) = adapter.request_device(&Default::default()).await.unwrap();
        let on_step = |done: &Done| desk.step(key, done.clone()).unwrap();
        run(&device, &queue, &prepared, &Cancel::default(), on_step).await.unwrap()
    });
    let Claim { stake, rental, client } = claim();
    let mut receipt = Receipt {
        job: job.id,
        input_hash: job.hash(),
        provider: provider().address(),
        client,
        stake,
        rental,
        device: "lavapipe".to_owned(),
        started: NOW,
        ended: Timestamp(1_001),
        busy_millis: 1,
        steps: prepared.steps(),
        output_hash: output_hash(&outcome.outputs),
        chain: outcome.chain,
    };
    change(&mut receipt);
    let signed = pollster::block_on(receipt.sign(&domain(), &provider())).unwrap();
    desk.finish(key, Ending::Done(Box::new(signed)), NOW).unwrap();
    ask(desk, claim(), Request::Resume { job: job.id, from: 0 })
}

/// A field and how it is made another.
type Change = (&'static str, fn(&mut Receipt));

fn hear(follower: &mut Follower, event: Event) -> Result<News, FollowError> {
    // What is said goes over the wire.
    let event = decode(&encode(&event)).unwrap();
    follower.hear(event, &claim(), provider().address(), &domain())
}

#[test]
fn handle_rejects_what_is_no_job_or_refused_or_another() {
    let mut desk = desk();
    let handle = |desk: &mut Desk, job: Vec<u8>| ask(desk, claim(), Request::Submit { job });
    assert_eq!(code(&handle(&mut desk, vec![1, 2, 3])), "JobMalformed");
    let long = [job(1).to_bytes(), vec![0]].concat();
    assert_eq!(code(&handle(&mut desk, long)), "JobMalformed");
    let empty = HashSearch { text: vec![], start: 0, segments: 0, zero_bits: 1 };
    let refused = Job { work: Work::Library(Task::HashSearch(empty)), ..job(1) };
    assert_eq!(code(&submit(&mut desk, &refused)), "JobRefused");
    submit(&mut desk, &job(1));
    let other = Job { grain: Grain(1), ..job(1) };
    assert_eq!(code(&submit(&mut desk, &other)), "QueueOtherJob");
    assert_eq!(code(&resume(&mut desk, 2, 0)), "QueueUnknownJob");
    assert_eq!(code(&resume(&mut desk, 1, 1)), "QueueAhead");
    let acknowledge = Request::Acknowledge { job: JobId([1; 16]) };
    assert_eq!(code(&ask(&mut desk, claim(), acknowledge)), "QueueNotEnded");
    // What one client has is nothing to another.
    let steal = Request::Resume { job: JobId([1; 16]), from: 0 };
    let thief = Claim { client: provider().address(), ..claim() };
    assert_eq!(code(&ask(&mut desk, thief, steal)), "QueueUnknownJob");
}

#[test]
fn a_job_comes_back_over_a_lost_connection_and_runs_once() {
    let mut desk = desk();
    let mut follower = Follower::new(&job(1), &Limits::DEFAULT).unwrap();
    let accepted = Event::Accepted { job: JobId([1; 16]), state: State::Waiting, ahead: 0 };
    assert_eq!(submit(&mut desk, &job(1)), std::slice::from_ref(&accepted));
    // The answer was lost, and the client sends the job again.
    assert_eq!(submit(&mut desk, &job(1)), [accepted]);
    let events = run_next(&mut desk, |_| {});
    assert_eq!(events.len(), 13);
    // Five steps arrive before the connection is lost.
    for (step, event) in events.into_iter().take(5).enumerate() {
        let News::Step { done, steps: 12, .. } = hear(&mut follower, event).unwrap() else {
            panic!("no step")
        };
        assert_eq!(done, step as u64 + 1);
    }
    assert_eq!(follower.due(), 5);
    assert!(matches!(
        &submit(&mut desk, &job(1))[..],
        [Event::Accepted { state: State::Ended { done: 12, .. }, .. }]
    ));
    assert_eq!(desk.take_next(), None, "nothing runs twice");
    // It goes on a step too early, which does no harm.
    let rest = resume(&mut desk, 1, 4);
    assert_eq!(rest.len(), 9);
    let mut last = News::Nothing;
    for event in rest {
        last = hear(&mut follower, event).unwrap();
    }
    let News::Done { outputs, receipt } = last else { panic!("{last:?}") };
    assert_eq!(check_units(&task(), &outputs, &(0..12).collect::<Vec<_>>()), Ok(()));
    assert_eq!(receipt.check(&domain()), Ok(()));
    let acknowledge = Request::Acknowledge { job: JobId([1; 16]) };
    assert_eq!(ask(&mut desk, claim(), acknowledge), []);
    assert_eq!(code(&resume(&mut desk, 1, 0)), "QueueResultsDropped");
}

#[test]
fn hear_rejects_what_does_not_follow() {
    let mut desk = desk();
    submit(&mut desk, &job(1));
    let events = run_next(&mut desk, |_| {});
    let fresh = || Follower::new(&job(1), &Limits::DEFAULT).unwrap();
    let mut follower = fresh();
    let error = hear(&mut follower, events[1].clone()).unwrap_err();
    assert_eq!(error, FollowError::Missing { due: 0, got: 1 });
    let error = hear(&mut follower, events[12].clone()).unwrap_err();
    assert_eq!(error, FollowError::Early { done: 0, steps: 12 });
    hear(&mut follower, events[0].clone()).unwrap();
    assert_eq!(hear(&mut follower, events[0].clone()), Ok(News::Nothing), "again");
    // A part of another result is found at the end.
    let Event::Partial { job, steps, busy_millis, mut partial } = events[1].clone() else {
        panic!("no step")
    };
    partial.pieces[0].bytes[0] ^= 1;
    hear(&mut follower, Event::Partial { job, steps, busy_millis, partial: partial.clone() })
        .unwrap();
    for event in &events[2..12] {
        hear(&mut follower, event.clone()).unwrap();
    }
    let error = hear(&mut follower, events[12].clone()).unwrap_err();
    assert_eq!(error, FollowError::OtherReceipt { what: "output" });
    partial.pieces[0].offset = 1 << 40;
    partial.step = 0;
    let error =
        hear(&mut fresh(), Event::Partial { job, steps, busy_millis, partial }).unwrap_err();
    assert_eq!(error, FollowError::NoPart { step: 0 });
}

#[test]
fn hear_rejects_a_receipt_about_something_else() {
    let changes: [Change; 7] = [
        ("job", |it| it.input_hash = B256::ZERO),
        ("client", |it| it.client = provider().address()),
        ("stake", |it| it.stake = StakeId(1)),
        ("rental", |it| it.rental = RentalId(1)),
        ("number of steps", |it| it.steps = 1),
        ("output", |it| it.output_hash = B256::ZERO),
        ("chain", |it| it.chain = B256::ZERO),
    ];
    for (what, change) in changes {
        let mut desk = desk();
        submit(&mut desk, &job(1));
        let mut events = run_next(&mut desk, change);
        let last = events.pop().unwrap();
        let mut follower = Follower::new(&job(1), &Limits::DEFAULT).unwrap();
        for event in events {
            hear(&mut follower, event).unwrap();
        }
        assert_eq!(hear(&mut follower, last.clone()), Err(FollowError::OtherReceipt { what }));
        let other = follower.hear(last, &claim(), client().address(), &domain());
        assert!(other.is_err(), "{what}");
    }
}

#[test]
fn cancel_and_the_end_of_a_rental_end_what_waits() {
    let mut desk = desk();
    for id in 1..=4 {
        submit(&mut desk, &job(id));
    }
    let first = desk.take_next().unwrap();
    assert_eq!(first.job, job(1));
    let cancel = |job: u8| Request::Cancel { job: JobId([job; 16]) };
    let told = ask(&mut desk, claim(), cancel(2));
    let [Event::Ended { ending: Ending::Failed { code, .. }, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(code, "JobCancelled");
    assert_eq!(ask(&mut desk, claim(), cancel(1)), [], "whoever runs it stops it");
    let mut follower = Follower::new(&job(2), &Limits::DEFAULT).unwrap();
    let news = hear(&mut follower, told.into_iter().next().unwrap()).unwrap();
    assert!(matches!(news, News::Failed { .. }), "{news:?}");
    let other = Claim { rental: RentalId(7), ..claim() };
    ask(&mut desk, other, Request::Submit { job: job(5).to_bytes() });
    desk.end_rental(&claim(), NOW);
    let failed = Ending::Failed { code: "JobCancelled".to_owned(), reason: String::new() };
    desk.finish(first.key, failed, NOW).unwrap();
    let next = desk.take_next().unwrap();
    assert_eq!((next.job, next.claim), (job(5), other), "what another rental pays for is next");
    let told = resume(&mut desk, 3, 0);
    let [Event::Ended { ending: Ending::Failed { code, .. }, done: 0, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(code, "RentalOver");
    assert_eq!(first.key, Key { client: client().address(), job: JobId([1; 16]) });
}
