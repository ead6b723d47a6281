//! Who is next, what is kept for whom, and that nothing runs twice.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::time::Duration;

use alloy_primitives::{Address, B256};
use pinfi_core::units::Timestamp;
use pinfi_jobs::chain::Partial;
use pinfi_jobs::queue::{Capacity, Ending, Key, Position, Queue, QueueError, State, Submission};
use pinfi_jobs::run::RunError;
use pinfi_jobs::spec::JobId;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_000);

fn key(client: u8, job: u8) -> Key {
    Key { client: Address::repeat_byte(client), job: JobId([job; 16]) }
}

fn submission(hash: u8) -> Submission {
    Submission { hash: B256::repeat_byte(hash), job_bytes: 10, output_bytes: 90 }
}

fn partial(step: u64) -> Partial {
    Partial { step, pieces: Vec::new() }
}

fn failed() -> Ending {
    Ending::from(&RunError::Stuck { step: 0, millis: 5 })
}

fn queue() -> Queue {
    Queue::new(Capacity::default())
}

fn submit(queue: &mut Queue, key: Key) -> Position {
    queue.submit(key, submission(key.job.0[0]), NOW).unwrap()
}

/// Runs the next job in one step.
fn run_next(queue: &mut Queue, seconds: u64) -> Option<Key> {
    let key = queue.take_next()?;
    queue.step(key, partial(0), Duration::from_secs(seconds)).unwrap();
    queue.finish(key, failed(), NOW).unwrap();
    Some(key)
}

#[test]
fn submit_rejects_another_job_of_the_same_name() {
    let mut queue = queue();
    submit(&mut queue, key(1, 1));
    let error = queue.submit(key(1, 1), submission(2), NOW).unwrap_err();
    let (kept, got) = (B256::repeat_byte(1), B256::repeat_byte(2));
    assert_eq!(error, QueueError::OtherJob { kept, got });
    // Names are each client's own.
    assert!(queue.submit(key(2, 1), submission(2), NOW).is_ok());
}

#[test]
fn submit_rejects_more_than_the_capacity() {
    let capacity = Capacity { bytes: 250, jobs: 2, names: 3, keep_secs: 10 };
    let mut queue = Queue::new(capacity);
    submit(&mut queue, key(1, 1));
    submit(&mut queue, key(1, 2));
    let many = QueueError::TooMany { client: key(1, 0).client };
    assert_eq!(queue.submit(key(1, 3), submission(3), NOW), Err(many));
    let full = QueueError::Full { needed: 300, most: 250 };
    assert_eq!(queue.submit(key(2, 1), submission(1), NOW), Err(full));
    assert_eq!(queue.held_bytes(), 200, "a refused job holds nothing");
    // Acknowledged results make room, and names still count.
    for job in [1, 2] {
        assert_eq!(run_next(&mut queue, 1), Some(key(1, job)));
        queue.acknowledge(key(1, job), NOW).unwrap();
    }
    assert_eq!(queue.held_bytes(), 0);
    submit(&mut queue, key(1, 3));
    run_next(&mut queue, 1);
    queue.acknowledge(key(1, 3), NOW).unwrap();
    assert_eq!(queue.submit(key(1, 4), submission(4), NOW), Err(many));
    let huge = Submission { job_bytes: u64::MAX, output_bytes: u64::MAX, ..submission(1) };
    assert!(matches!(queue.submit(key(2, 1), huge, NOW), Err(QueueError::Full { .. })));
}

#[test]
fn step_and_finish_reject_a_job_that_does_not_run() {
    let mut queue = queue();
    let not = |job| QueueError::NotRunning { job: key(1, job).job };
    submit(&mut queue, key(1, 1));
    assert_eq!(queue.step(key(1, 1), partial(0), Duration::ZERO), Err(not(1)));
    assert_eq!(queue.finish(key(1, 1), failed(), NOW), Err(not(1)));
    queue.take_next().unwrap();
    assert_eq!(queue.step(key(1, 2), partial(0), Duration::ZERO), Err(not(2)));
    assert_eq!(
        queue.step(key(1, 1), partial(1), Duration::ZERO),
        Err(QueueError::OutOfOrder { due: 0, got: 1 })
    );
    assert_eq!(queue.take_next(), None, "one at a time");
}

#[test]
fn stream_and_acknowledge_reject_what_is_not_there() {
    let mut queue = queue();
    let (own, job) = (key(1, 1), key(1, 1).job);
    assert_eq!(queue.stream(own, 0).unwrap_err(), QueueError::Unknown { job });
    assert_eq!(queue.acknowledge(own, NOW), Err(QueueError::Unknown { job }));
    assert_eq!(queue.cancel(own, NOW), Err(QueueError::Unknown { job }));
    submit(&mut queue, own);
    assert_eq!(queue.acknowledge(own, NOW), Err(QueueError::NotEnded { job }));
    assert_eq!(queue.stream(own, 1).unwrap_err(), QueueError::Ahead { from: 1, steps: 0 });
    // Nobody sees what is another client's.
    assert_eq!(queue.stream(key(2, 1), 0).unwrap_err(), QueueError::Unknown { job });
    run_next(&mut queue, 1);
    queue.acknowledge(own, NOW).unwrap();
    assert_eq!(queue.acknowledge(own, NOW), Ok(()), "again is as good");
    assert_eq!(queue.stream(own, 0).unwrap_err(), QueueError::Dropped { job });
}

#[test]
fn submit_again_finds_the_job_in_each_of_its_states() {
    let mut queue = queue();
    let own = key(1, 1);
    submit(&mut queue, key(1, 9));
    assert_eq!(submit(&mut queue, own), Position { state: State::Waiting, ahead: 1 });
    assert_eq!(submit(&mut queue, own), Position { state: State::Waiting, ahead: 1 });
    run_next(&mut queue, 1);
    assert_eq!(submit(&mut queue, own).ahead, 0);
    assert_eq!(queue.take_next(), Some(own));
    queue.step(own, partial(0), Duration::ZERO).unwrap();
    assert_eq!(submit(&mut queue, own).state, State::Running { done: 1 });
    queue.finish(own, failed(), NOW).unwrap();
    assert_eq!(submit(&mut queue, own).state, State::Ended { done: 1, ending: failed() });
    queue.acknowledge(own, NOW).unwrap();
    assert_eq!(submit(&mut queue, own).state, State::Dropped);
    assert_eq!(queue.take_next(), None, "it ran once");
}

#[test]
fn ending_says_what_the_device_said() {
    let Ending::Failed { code, reason } = failed() else { panic!("it failed") };
    assert_eq!(code, "JobStuck");
    assert!(reason.contains("5 ms"), "{reason}");
}

#[test]
fn stream_goes_on_where_the_client_was() {
    let mut queue = queue();
    let own = key(1, 1);
    submit(&mut queue, own);
    queue.take_next().unwrap();
    for step in 0..5 {
        queue.step(own, partial(step), Duration::ZERO).unwrap();
    }
    let (rest, state) = queue.stream(own, 3).unwrap();
    assert_eq!((rest, state), (&[partial(3), partial(4)][..], State::Running { done: 5 }));
    assert_eq!(queue.stream(own, 5).unwrap().0, &[]);
    queue.finish(own, failed(), NOW).unwrap();
    let (rest, state) = queue.stream(own, 0).unwrap();
    assert_eq!((rest.len(), state), (5, State::Ended { done: 5, ending: failed() }));
}

#[test]
fn next_is_the_client_that_was_served_least() {
    let mut queue = queue();
    for job in 1..=4 {
        submit(&mut queue, key(1, job));
    }
    submit(&mut queue, key(2, 1));
    submit(&mut queue, key(2, 2));
    // Client 1's jobs take 3 s each, client 2's 5 s.
    let mut order = Vec::new();
    for _ in 0..6 {
        let client = queue.clone().take_next().unwrap().client.0[0];
        run_next(&mut queue, if client == 1 { 3 } else { 5 });
        order.push(client);
    }
    assert_eq!(order, [1, 2, 1, 2, 1, 1]);
}

#[test]
fn next_gives_nobody_credit_for_having_been_away() {
    let mut queue = queue();
    for job in 1..=4 {
        submit(&mut queue, key(1, job));
    }
    run_next(&mut queue, 100);
    // A client that comes anew is not before all others until it has had 100 s.
    for job in 1..=3 {
        submit(&mut queue, key(2, job));
    }
    assert_eq!(queue.served(key(2, 0).client), Duration::from_secs(100));
    let order: Vec<_> = (0..4).map(|_| run_next(&mut queue, 10).unwrap().client.0[0]).collect();
    assert_eq!(order, [1, 2, 1, 2]);
}

#[test]
fn cancel_ends_what_waits_and_tells_of_what_runs() {
    let mut queue = queue();
    submit(&mut queue, key(1, 1));
    submit(&mut queue, key(1, 2));
    queue.take_next().unwrap();
    assert_eq!(queue.cancel(key(1, 1), NOW), Ok(State::Running { done: 0 }));
    let State::Ended { done: 0, ending: Ending::Failed { code, .. } } =
        queue.cancel(key(1, 2), NOW).unwrap()
    else {
        panic!("it does not wait any more")
    };
    assert_eq!(code, "JobCancelled");
    queue.finish(key(1, 1), failed(), NOW).unwrap();
    assert_eq!(queue.cancel(key(1, 1), NOW), Ok(State::Ended { done: 0, ending: failed() }));
    assert_eq!(queue.take_next(), None);
}

#[test]
fn expire_drops_results_and_then_names() {
    let mut queue = Queue::new(Capacity { keep_secs: 10, ..Capacity::default() });
    let own = key(1, 1);
    submit(&mut queue, own);
    queue.expire(Timestamp(9_999));
    run_next(&mut queue, 1);
    queue.expire(Timestamp(1_009));
    assert!(queue.stream(own, 0).is_ok(), "its time is not up");
    queue.expire(Timestamp(1_010));
    assert_eq!(queue.position(own).unwrap().state, State::Dropped);
    assert_eq!(queue.held_bytes(), 0);
    queue.expire(Timestamp(1_020));
    assert_eq!(queue.position(own), Err(QueueError::Unknown { job: own.job }));
    assert_eq!(queue.served(own.client), Duration::ZERO);
}

#[test]
fn end_rental_ends_what_waits_and_keeps_what_has_ended() {
    let mut queue = queue();
    for job in 1..=3 {
        submit(&mut queue, key(1, job));
    }
    submit(&mut queue, key(2, 1));
    run_next(&mut queue, 1);
    run_next(&mut queue, 0);
    assert_eq!(queue.take_next(), Some(key(1, 2)));
    for job in 1..=3 {
        queue.end_rental(key(1, job), NOW);
    }
    assert!(queue.stream(key(1, 1), 0).is_ok());
    assert_eq!(queue.running(), Some(key(1, 2)), "whoever runs it stops it");
    let State::Ended { ending: Ending::Failed { code, .. }, .. } =
        queue.position(key(1, 3)).unwrap().state
    else {
        panic!("it does not wait any more")
    };
    assert_eq!(code, "RentalOver");
    queue.end_rental(key(3, 1), NOW);
    assert!(queue.position(key(3, 1)).is_err(), "of what is not known nothing is made");
}

#[derive(Clone, Debug)]
enum Call {
    Submit(u8, u8),
    Run(u64),
    Cancel(u8, u8),
    Acknowledge(u8, u8),
    Expire(u64),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let pair = || (1..4_u8, 1..6_u8);
    let call = prop_oneof![
        4 => pair().prop_map(|(client, job)| Call::Submit(client, job)),
        3 => (0..20_u64).prop_map(Call::Run),
        1 => pair().prop_map(|(client, job)| Call::Cancel(client, job)),
        2 => pair().prop_map(|(client, job)| Call::Acknowledge(client, job)),
        1 => (0..60_u64).prop_map(Call::Expire),
    ];
    prop::collection::vec(call, 0..80)
}

proptest! {
    /// Whatever is called in whatever order: a name that is remembered ran once at most, no more
    /// is held than may be, and what is held is what the jobs hold.
    #[test]
    fn law_nothing_runs_twice_and_no_more_is_held_than_may_be(calls in calls()) {
        let capacity = Capacity { bytes: 500, jobs: 3, names: 4, keep_secs: 50 };
        let mut queue = Queue::new(capacity);
        let mut ran: BTreeMap<Key, u32> = BTreeMap::new();
        let mut now = 0;
        for call in calls {
            match call {
                Call::Submit(client, job) => {
                    let _refused = queue.submit(key(client, job), submission(job), Timestamp(now));
                }
                Call::Run(seconds) => if let Some(next) = queue.take_next() {
                    *ran.entry(next).or_default() += 1;
                    prop_assert_eq!(ran[&next], 1, "{:?}", next);
                    queue.step(next, partial(0), Duration::from_secs(seconds)).unwrap();
                    queue.finish(next, failed(), Timestamp(now)).unwrap();
                },
                Call::Cancel(client, job) => {
                    let _unknown = queue.cancel(key(client, job), Timestamp(now));
                }
                Call::Acknowledge(client, job) => {
                    let _unknown = queue.acknowledge(key(client, job), Timestamp(now));
                }
                Call::Expire(seconds) => {
                    now += seconds;
                    queue.expire(Timestamp(now));
                    ran.retain(|key, _| queue.position(*key).is_ok());
                }
            }
            let all = (1..4).flat_map(|client| (1..6).map(move |job| key(client, job)));
            let states = all.filter_map(|key| queue.position(key).ok());
            let held = states.filter(|it| it.state != State::Dropped).count() as u64 * 100;
            prop_assert_eq!(queue.held_bytes(), held);
            prop_assert!(held <= capacity.bytes);
        }
    }
}
