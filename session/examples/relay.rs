//! A relay on this machine, over plain HTTP, until the program is ended: for tests, and to try things.
//!
//! ```text
//! cargo run -p pinfi-session --example relay -- [PORT]
//! ```
//! It prints its URL. Without a port it takes any.
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

#[cfg(not(target_arch = "wasm32"))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    use iroh_relay::server::{RelayConfig, Server, ServerConfig};
    use std::net::Ipv4Addr;

    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let mut config = ServerConfig::default();
    config.relay = Some(RelayConfig::new((Ipv4Addr::LOCALHOST, port)));
    let server = Server::spawn(config).await?;
    if let Some(address) = server.http_addr() {
        println!("http://{address}");
    }
    core::future::pending::<()>().await;
    Ok(())
}

#[cfg(target_arch = "wasm32")]
fn main() {}
