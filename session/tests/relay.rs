//! Two ends that know nothing of each other but a key and a relay, which this test starts.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::net::Ipv4Addr;

use common::{Wallet, domain};
use iroh_relay::server::{RelayConfig, Server, ServerConfig};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::sign::Sign;
use pinfi_session::dial::{DialError, answer, begin, dial};
use pinfi_session::opening::{accept, open};
use pinfi_session::record::EndpointRecord;
use pinfi_session::rentals::{OneRental, Running};
use pinfi_session::transport::{Connection, EndpointKey, TransportError};
use pinfi_session::wire::Claim;

const STAKE: StakeId = StakeId(5);

async fn relay() -> (Server, String) {
    let mut config = ServerConfig::default();
    config.relay = Some(RelayConfig::new((Ipv4Addr::LOCALHOST, 0)));
    let server = Server::spawn(config).await.unwrap();
    let address = server.http_addr().unwrap();
    (server, format!("http://{address}"))
}

/// A client and a provider that have reached each other.
async fn connected(relay: &str) -> (Connection, Connection) {
    let provider = begin([2; 32], relay).await.unwrap();
    let client = begin([1; 32], relay).await.unwrap();
    provider.online().await;
    let key = EndpointKey(*provider.id().as_bytes());
    let record = EndpointRecord { stake: STAKE, key, relay: relay.to_owned(), since: Timestamp(0) };
    let call = async {
        let mut connection = dial(&client, &record).await.unwrap();
        // The other end hears of a stream once something is said.
        connection.outgoing.send(b"first").await.unwrap();
        connection
    };
    let (ours, theirs) = tokio::join!(call, answer(&provider));
    let (ours, mut theirs) = (ours, theirs.unwrap());
    assert_eq!(theirs.incoming.receive(5).await.unwrap().unwrap(), b"first");
    assert_eq!((ours.own, ours.peer), (EndpointKey(*client.id().as_bytes()), key));
    assert_eq!((theirs.own, theirs.peer), (ours.peer, ours.own), "both keys are proven");
    (ours, theirs)
}

#[tokio::test]
async fn begin_and_dial_reject_what_is_no_relay_or_key() {
    let error = begin([1; 32], "nowhere").await.unwrap_err();
    assert_eq!(error, DialError::Relay { relay: "nowhere".to_owned() });
    let (_server, relay) = relay().await;
    let end = begin([1; 32], &relay).await.unwrap();
    let key = EndpointKey([0xff; 32]);
    let record = EndpointRecord { stake: STAKE, key, relay, since: Timestamp(0) };
    assert_eq!(dial(&end, &record).await.unwrap_err(), DialError::Key { key });
    end.close().await;
    assert_eq!(answer(&end).await.unwrap_err(), DialError::Closed);
}

#[tokio::test]
async fn a_session_opens_through_a_relay() {
    let (_server, relay) = relay().await;
    let (mut ours, mut theirs) = connected(&relay).await;
    let wallet = Wallet::new(8);
    let claim = Claim { stake: STAKE, rental: RentalId(6), client: wallet.address() };
    let until = Timestamp(2_000);
    let running = Running { rental: RentalId(6), client: wallet.address(), until };
    let rentals = OneRental { now: Timestamp(1_000), stake: STAKE, rental: Some(running) };
    let domain = domain();
    let (told, seen) = tokio::join!(
        open(&mut ours, claim, &domain, &wallet),
        accept(&mut theirs, STAKE, Limits::DEFAULT, &domain, &rentals),
    );
    assert_eq!((told.unwrap().until, seen.unwrap().claim), (until, claim));
}

#[tokio::test]
async fn frames_come_whole_in_order_and_no_longer_than_is_taken() {
    let (_server, relay) = relay().await;
    let (mut ours, mut theirs) = connected(&relay).await;
    let long: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let frames = [&[][..], b"a", &long, b"last"];
    let send = async {
        for frame in frames {
            ours.outgoing.send(frame).await.unwrap();
        }
    };
    let receive = async {
        for frame in frames {
            assert_eq!(theirs.incoming.receive(2_000_000).await.unwrap().unwrap(), frame);
        }
    };
    tokio::join!(send, receive);
    ours.outgoing.send(&[0; 100]).await.unwrap();
    let error = theirs.incoming.receive(99).await.unwrap_err();
    assert_eq!(error, TransportError::TooLong { bytes: 100, most: 99 });
}

#[tokio::test]
async fn a_lost_connection_is_told() {
    let (_server, relay) = relay().await;
    let (ours, mut theirs) = connected(&relay).await;
    drop(ours);
    let end = theirs.incoming.receive(10).await;
    assert!(matches!(end, Ok(None) | Err(TransportError::Gone { .. })), "{end:?}");
}
