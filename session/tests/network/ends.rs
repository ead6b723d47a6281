//! A relay on this machine, and ends at it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::net::{Ipv4Addr, SocketAddr};

use iroh_relay::server::{RelayConfig, Server, ServerConfig};
use pinfi_session::dial::{End, Paths};

/// Starts a relay on this machine, at a port or at any.
pub(crate) async fn relay(port: u16) -> (Server, String) {
    let mut config = ServerConfig::default();
    config.relay = Some(RelayConfig::new((Ipv4Addr::LOCALHOST, port)));
    let server = Server::spawn(config).await.unwrap();
    let address: SocketAddr = server.http_addr().unwrap();
    (server, format!("http://{address}"))
}

/// Begins an end there.
pub(crate) async fn begin(key: u8, relay: &str) -> End {
    End::begin(&[key; 32], relay, Paths::Relay).await.unwrap()
}
