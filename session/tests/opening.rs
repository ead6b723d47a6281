//! A session opens for the rental's holder alone, and only while the rental runs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../jobs/tests/common/wallet.rs"]
mod wallet;

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use alloy_primitives::{Address, B256, Bytes, b256};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::State;
use pinfi_jobs::sign::{Sign, SignatureError};
use pinfi_jobs::spec::JobId;
use pinfi_session::claim::Opening;
use pinfi_session::opening::{Opened, SessionError, Terms, accept, open};
use pinfi_session::rentals::{OneRental, Rentals, Running};
use pinfi_session::talk::{ask, dismiss, hear_event, hear_request, tell};
use pinfi_session::transport::{Connection, EndpointKey, TransportError, pair};
use pinfi_session::wire::{
    Claim, Event, FromClient, FromProvider, Offer, Request, VERSION, WireError, decode, encode,
};
use wallet::{Wallet, domain};

const STAKE: StakeId = StakeId(5);
const UNTIL: Timestamp = Timestamp(2_000);

fn client() -> Wallet {
    Wallet::new(8)
}

fn claim() -> Claim {
    Claim { stake: STAKE, rental: RentalId(6), client: client().address() }
}

fn rentals(now: u64) -> OneRental {
    let running = Running { rental: RentalId(6), client: client().address(), until: UNTIL };
    OneRental { now: Timestamp(now), stake: STAKE, rental: Some(running) }
}

fn offer() -> Offer {
    let (limits, provider) = (Limits::DEFAULT, Wallet::new(9).address());
    Offer { limits, provider, device: "a GPU".to_owned(), is_software: false }
}

fn ends() -> (Connection, Connection) {
    pair(EndpointKey([1; 32]), EndpointKey([2; 32]))
}

/// Runs two futures beside each other.
fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut a, mut b) = (None, None);
    pollster::block_on(std::future::poll_fn(|context| {
        if a.is_none()
            && let Poll::Ready(value) = first.as_mut().poll(context)
        {
            a = Some(value);
        }
        if b.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(context)
        {
            b = Some(value);
        }
        if a.is_some() && b.is_some() { Poll::Ready(()) } else { Poll::Pending }
    }));
    (a.unwrap(), b.unwrap())
}

fn try_open(
    claim: Claim,
    wallet: &Wallet,
    rentals: OneRental,
) -> (Result<Terms, SessionError>, Result<Opened, SessionError>) {
    let (mut ours, mut theirs) = ends();
    let domain = domain();
    both(
        open(&mut ours, claim, async |opening: &Opening| opening.sign(&domain, wallet).await),
        accept(&mut theirs, &offer(), &domain, &rentals, async || false),
    )
}

/// What the provider makes of some frames.
fn hear(frames: &[Vec<u8>]) -> SessionError {
    let (ours, mut theirs) = ends();
    let domain = domain();
    let talk = async {
        let Connection { mut outgoing, incoming, .. } = ours;
        for frame in frames {
            outgoing.send(frame).await.unwrap();
        }
        // It still listens.
        incoming
    };
    both(talk, accept(&mut theirs, &offer(), &domain, &rentals(1_000), async || false))
        .1
        .unwrap_err()
}

fn refusal(result: Result<Terms, SessionError>) -> String {
    match result.unwrap_err() {
        SessionError::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

#[test]
fn accept_rejects_whoever_does_not_hold_the_rental() {
    let stranger = Wallet::new(9);
    let own = Claim { client: stranger.address(), ..claim() };
    let other_rental = Claim { rental: RentalId(7), ..claim() };
    for (claim, wallet, now) in [
        (own, &stranger, 1_000),
        (other_rental, &client(), 1_000),
        (claim(), &client(), 2_000),
        (claim(), &client(), 9_000),
    ] {
        let (told, seen) = try_open(claim, wallet, rentals(now));
        assert_eq!(seen, Err(SessionError::NotRented), "{claim:?}");
        assert_eq!(refusal(told), "SessionNotRented");
    }
    let idle = OneRental { rental: None, ..rentals(1_000) };
    assert_eq!(try_open(claim(), &client(), idle).1, Err(SessionError::NotRented));
}

#[test]
fn accept_rejects_a_signature_of_somebody_else_and_another_device() {
    let stranger = Wallet::new(9);
    let (told, seen) = try_open(claim(), &stranger, rentals(1_000));
    let error =
        SignatureError::OtherSigner { expected: client().address(), found: stranger.address() };
    assert_eq!(seen, Err(SessionError::Signature(error)));
    assert_eq!(refusal(told), "SessionSignature");
    let elsewhere = Claim { stake: StakeId(4), ..claim() };
    let (told, seen) = try_open(elsewhere, &client(), rentals(1_000));
    assert_eq!(seen, Err(SessionError::OtherStake { found: StakeId(4) }));
    assert_eq!(refusal(told), "SessionOtherStake");
}

#[test]
fn accept_rejects_an_opening_of_another_connection() {
    // Somebody in between has the holder sign for its own connection, and sends that on.
    let base = Opening {
        claim: claim(),
        challenge: B256::repeat_byte(3),
        provider: EndpointKey([2; 32]),
        transport: EndpointKey([1; 32]),
    };
    let signature = pollster::block_on(base.sign(&domain(), &client())).unwrap();
    assert_eq!(base.check(&domain(), &signature), Ok(()));
    for other in [
        Opening { challenge: B256::repeat_byte(4), ..base },
        Opening { provider: EndpointKey([3; 32]), ..base },
        Opening { transport: EndpointKey([3; 32]), ..base },
        Opening { claim: Claim { rental: RentalId(7), ..claim() }, ..base },
    ] {
        assert!(other.check(&domain(), &signature).is_err(), "{other:?}");
    }
    // An old signature meets a new challenge.
    let hello = encode(&FromClient::Hello { version: VERSION });
    let again = encode(&FromClient::Open { claim: claim(), signature });
    assert!(matches!(hear(&[hello, again]), SessionError::Signature(_)));
}

#[test]
fn accept_rejects_what_is_not_to_be_said() {
    let hello = encode(&FromClient::Hello { version: VERSION });
    let open = encode(&FromClient::Open { claim: claim(), signature: Bytes::new() });
    assert_eq!(hear(&[]), SessionError::Closed);
    assert_eq!(hear(std::slice::from_ref(&hello)), SessionError::Closed);
    assert_eq!(hear(&[vec![]]), SessionError::Wire(WireError::Malformed));
    assert_eq!(hear(&[vec![0xff; 100]]), SessionError::Wire(WireError::Malformed));
    let long = [&hello[..], &[0; 3]].concat();
    assert_eq!(hear(&[long]), SessionError::Wire(WireError::Trailing { count: 3 }));
    assert_eq!(hear(&[open]), SessionError::OutOfTurn { expected: "hello" });
    assert_eq!(hear(&[hello.clone(), hello]), SessionError::OutOfTurn { expected: "a claim" });
    let other = encode(&FromClient::Hello { version: 2 });
    assert_eq!(hear(&[other]), SessionError::OtherVersion { found: 2 });
    let huge = TransportError::TooLong { bytes: 5_000, most: 4_096 };
    assert_eq!(hear(&[vec![0; 5_000]]), SessionError::Transport(huge));
}

#[test]
fn accept_draws_another_challenge_for_each_connection() {
    let drawn = || {
        let (mut ours, mut theirs) = ends();
        let domain = domain();
        let talk = async {
            let hello = encode(&FromClient::Hello { version: VERSION });
            ours.outgoing.send(&hello).await.unwrap();
            let frame = ours.incoming.receive(4_096).await.unwrap().unwrap();
            drop(ours);
            decode::<FromProvider>(&frame).unwrap()
        };
        both(talk, accept(&mut theirs, &offer(), &domain, &rentals(1_000), async || false)).0
    };
    assert_ne!(drawn(), drawn());
}

/// A ledger on which the device is rented once it has moved on.
struct Late(Cell<OneRental>);

impl Rentals for Late {
    fn now(&self) -> Timestamp {
        self.0.get().now()
    }

    fn serves(&self, stake: StakeId) -> bool {
        self.0.get().serves(stake)
    }

    fn running(&self, stake: StakeId) -> Option<Running> {
        self.0.get().running(stake)
    }
}

#[test]
fn accept_waits_for_a_rental_that_it_has_not_heard_of() {
    let before = rentals(1_000).rental.unwrap();
    let earlier = Running { rental: RentalId(before.rental.0 - 1), ..before };
    let another = Running { rental: RentalId(before.rental.0 + 1), ..before };
    // None yet, or the one before; nothing is waited for once a later one runs.
    for (rental, waits) in [(None, true), (Some(earlier), true), (Some(another), false)] {
        let late = Late(Cell::new(OneRental { rental, ..rentals(1_000) }));
        let (mut ours, mut theirs) = ends();
        let (domain, client) = (domain(), client());
        let later = async || {
            late.0.set(rentals(1_000));
            true
        };
        let (told, seen) = both(
            open(&mut ours, claim(), async |opening: &Opening| {
                opening.sign(&domain, &client).await
            }),
            accept(&mut theirs, &offer(), &domain, &late, later),
        );
        assert_eq!(seen.is_ok(), waits, "{rental:?}");
        if !waits {
            assert_eq!(refusal(told), "SessionNotRented");
        }
    }
}

#[test]
fn open_gives_the_terms_and_the_session_ends_with_the_rental() {
    let (told, seen) = try_open(claim(), &client(), rentals(1_000));
    assert_eq!(told, Ok(Terms { until: UNTIL, offer: offer() }));
    let opened = seen.unwrap();
    assert_eq!(opened.claim, claim());
    assert!(opened.check(&rentals(1_999)).is_ok());
    assert_eq!(opened.check(&rentals(2_000)), Err(SessionError::NotRented));
    let mut sold = rentals(1_500);
    sold.rental = sold.rental.map(|it| Running { client: Address::ZERO, ..it });
    assert_eq!(opened.check(&sold), Err(SessionError::NotRented), "the token went to another");
    let mut extended = rentals(2_500);
    extended.rental = extended.rental.map(|it| Running { until: Timestamp(3_000), ..it });
    assert_eq!(opened.check(&extended).unwrap().until, Timestamp(3_000));
}

#[test]
fn hear_rejects_frames_that_are_too_long_or_out_of_turn() {
    let small = Limits { source_bytes: 0, total_bytes: 0, output_bytes: 0, ..Limits::DEFAULT };
    let hear = |frame: Vec<u8>| {
        let (mut ours, mut theirs) = ends();
        pollster::block_on(async {
            ours.outgoing.send(&frame).await.unwrap();
            theirs.outgoing.send(&frame).await.unwrap();
            let request = hear_request(&mut *theirs.incoming, &small).await.unwrap_err();
            (request, hear_event(&mut *ours.incoming, &small).await.unwrap_err())
        })
    };
    let bytes = (4 << 20) + 1;
    let long = || SessionError::Transport(TransportError::TooLong { bytes, most: bytes - 1 });
    assert_eq!(hear(vec![0; (4 << 20) + 1]), (long(), long()));
    let malformed = || SessionError::Wire(WireError::Malformed);
    assert_eq!(hear(vec![]), (malformed(), malformed()));
    let (request, event) = hear(encode(&FromClient::Hello { version: VERSION }));
    assert_eq!(request, SessionError::OutOfTurn { expected: "a request" });
    assert_eq!(event, malformed());
    let refused = FromProvider::Refused { code: "RentalOver".to_owned(), reason: String::new() };
    assert!(matches!(hear(encode(&refused)).1, SessionError::Refused { .. }));
}

#[test]
fn requests_and_events_come_as_they_were_said() {
    let (mut ours, mut theirs) = ends();
    let limits = Limits::DEFAULT;
    let job = JobId([7; 16]);
    let cancel = Request::Cancel { job };
    let accepted = Event::Accepted { job, state: State::Waiting, ahead: 3 };
    pollster::block_on(async {
        ask(&mut *ours.outgoing, cancel.clone()).await.unwrap();
        let heard = hear_request(&mut *theirs.incoming, &limits).await.unwrap();
        assert_eq!(heard, Some(cancel));
        tell(&mut *theirs.outgoing, accepted.clone()).await.unwrap();
        assert_eq!(hear_event(&mut *ours.incoming, &limits).await.unwrap(), Some(accepted));
        let over = SessionError::NotRented;
        dismiss(&mut *theirs.outgoing, &over).await.unwrap();
        let error = hear_event(&mut *ours.incoming, &limits).await.unwrap_err();
        assert!(matches!(error, SessionError::Refused { code, .. } if code == over.code()));
        drop(theirs);
        assert_eq!(hear_event(&mut *ours.incoming, &limits).await.unwrap(), None);
    });
}

#[test]
fn signing_hashes_equal_those_of_an_independent_program() {
    // Computed by hand from EIP-712 with the npm package js-sha3.
    let opening = Opening {
        claim: Claim { client: Address::repeat_byte(0x44), ..claim() },
        challenge: B256::repeat_byte(3),
        provider: EndpointKey([2; 32]),
        transport: EndpointKey([1; 32]),
    };
    let expected = b256!("cd11f710095cc0c82b326e3dd1e1a796524c4a10c55a933e48b86a6407a8779c");
    assert_eq!(opening.signing_hash(&domain()), expected);
}
