//! What the transport itself promises.

use pinfi_jobs::limits::Limits;
use pinfi_session::dial::{End, Paths};
use pinfi_session::network::{DialError, Endpoint as _};
use pinfi_session::opening::SessionError;
use pinfi_session::talk::{dismiss, hear_event};
use pinfi_session::transport::{Connection, EndpointKey, TransportError};

use crate::ends::{begin, relay};

/// A client and a provider that have reached each other, and their ends.
async fn connected(relay: &str) -> (Connection, Connection, [End; 2]) {
    let (provider, client) = (begin(2, relay).await, begin(1, relay).await);
    provider.online().await;
    let call = async {
        let mut connection = client.dial(provider.key(), relay).await.unwrap();
        // The other end hears of a stream once something is said.
        connection.outgoing.send(b"first").await.unwrap();
        connection
    };
    let answer = async { provider.call().await.unwrap().await };
    let (ours, theirs) = tokio::join!(call, answer);
    let mut theirs = theirs.unwrap();
    assert_eq!(theirs.incoming.receive(5).await.unwrap().unwrap(), b"first");
    assert_eq!((ours.own, ours.peer), (client.key(), provider.key()));
    assert_eq!((theirs.own, theirs.peer), (ours.peer, ours.own), "both keys are proven");
    (ours, theirs, [client, provider])
}

#[tokio::test]
async fn dialling_rejects_what_is_no_relay_or_key() {
    let error = End::begin(&[1; 32], "nowhere", Paths::Relay).await.unwrap_err();
    assert_eq!(error, DialError::Relay { relay: "nowhere".to_owned() });
    let (_relay, relay) = relay(0).await;
    let end = begin(1, &relay).await;
    // No point of the curve has the height 2.
    let mut two = [0; 32];
    two[0] = 2;
    let key = EndpointKey(two);
    assert_eq!(end.dial(key, &relay).await.unwrap_err(), DialError::Key { key });
    let error = end.dial(end.key(), "nowhere").await.unwrap_err();
    assert_eq!(error, DialError::Relay { relay: "nowhere".to_owned() });
    end.close().await;
    assert_eq!(end.call().await.err().unwrap(), DialError::Closed);
}

#[tokio::test]
async fn frames_come_whole_in_order_and_no_longer_than_is_taken() {
    let (_relay, relay) = relay(0).await;
    let (mut ours, mut theirs, _ends) = connected(&relay).await;
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
    let (_relay, relay) = relay(0).await;
    let (ours, mut theirs, _ends) = connected(&relay).await;
    drop(ours);
    let end = theirs.incoming.receive(10).await;
    assert!(matches!(end, Ok(None) | Err(TransportError::Gone { .. })), "{end:?}");
}

#[tokio::test]
async fn the_last_word_arrives_though_the_connection_is_dropped_after_it() {
    let (_relay, relay) = relay(0).await;
    let (mut ours, theirs, _ends) = connected(&relay).await;
    let part = async {
        let Connection { mut outgoing, incoming, .. } = theirs;
        dismiss(&mut *outgoing, &SessionError::NotRented).await.unwrap();
        drop((outgoing, incoming));
    };
    let hear = hear_event(&mut *ours.incoming, &Limits::DEFAULT);
    let (heard, ()) = tokio::join!(hear, part);
    let SessionError::Refused { code, .. } = heard.unwrap_err() else { panic!("not told") };
    assert_eq!(code, "SessionNotRented");
}

#[tokio::test]
async fn whom_nobody_knows_at_the_relay_is_not_reached() {
    let (_relay, relay) = relay(0).await;
    let client = begin(1, &relay).await;
    let nobody = begin(3, &relay).await;
    let key = nobody.key();
    nobody.close().await;
    let error = client.dial(key, &relay).await.err().unwrap();
    assert!(matches!(error, DialError::Unreached { .. }), "{error}");
}
