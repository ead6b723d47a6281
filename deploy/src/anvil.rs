//! A chain of one's own: anvil, from npm.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use serde_json::json;

use crate::artifacts::root;
use crate::native::{HttpTransport, WallTimer};
use pinfi_client::settlement::evm::Node;
use std::rc::Rc;

/// The keys of anvil's first three accounts, which everybody knows: worth nothing anywhere.
pub const DEV_KEYS: [[u8; 32]; 3] = [
    alloy_primitives::hex!("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
    alloy_primitives::hex!("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"),
    alloy_primitives::hex!("5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"),
];

/// How long it may take to start.
const START: Duration = Duration::from_secs(60);

/// A running anvil; it ends with this.
pub struct Anvil {
    child: Child,
    port: u16,
}

/// How anvil is to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Its port; none: a free one.
    pub port: Option<u16>,
    /// Seconds between blocks.
    pub block_secs: u64,
    /// Where its state outlives it.
    pub state: Option<PathBuf>,
    /// Further arguments.
    pub more: Vec<String>,
}

impl Anvil {
    /// Starts anvil and waits until it answers.
    ///
    /// # Errors
    /// What the system says; that it does not answer.
    pub fn start(options: &Options) -> io::Result<Self> {
        let port = match options.port {
            Some(port) => port,
            // Free a moment ago: nobody else takes it in between but by great chance.
            None => TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
        };
        let mut command = Command::new(binary());
        // Blocks come by the clock: anvil that mines at once loses transactions that come close
        // together, and each block takes it longer than the one before.
        command.args(["--silent", "--port", &port.to_string()]);
        command.args(["--block-time", &options.block_secs.to_string()]);
        if let Some(state) = &options.state {
            command.arg("--state").arg(state).args(["--state-interval", "1"]);
            command.arg("--preserve-historical-states");
        }
        command.args(&options.more).stdin(Stdio::null()).stdout(Stdio::null());
        let mut anvil = Self { child: command.spawn()?, port };
        let begun = Instant::now();
        while block_on(anvil.node().chain_id()).is_err() {
            if let Some(status) = anvil.child.try_wait()? {
                return Err(io::Error::other(format!("anvil ended ({status})")));
            }
            if begun.elapsed() > START {
                return Err(io::Error::other("anvil does not answer"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(anvil)
    }

    /// Returns its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns it as a node.
    #[must_use]
    pub fn node(&self) -> Node {
        Node::new(Rc::new(HttpTransport::new(self.url())), Rc::new(WallTimer))
    }

    /// Mines a block after `secs` have passed for the chain.
    ///
    /// # Errors
    /// That it does not do it.
    pub fn pass(&self, secs: u64) -> io::Result<()> {
        for (method, params) in [("evm_increaseTime", json!([secs])), ("evm_mine", json!([]))] {
            block_on(self.node().call(method, params)).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Waits until it ends.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait(&mut self) -> io::Result<()> {
        self.child.wait().map(drop)
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the key of one of anvil's accounts.
///
/// # Errors
/// Never, for keys that are keys.
pub fn dev_key(number: usize) -> io::Result<SigningKey> {
    let key = DEV_KEYS.get(number).ok_or_else(|| io::Error::other("no such account"))?;
    SigningKey::from_slice(key).map_err(|_| io::Error::other("not a key"))
}

/// The program itself: what npm puts on the path is a script that starts it.
fn binary() -> PathBuf {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "amd64",
    };
    let end = std::env::consts::EXE_SUFFIX;
    let package = format!("node_modules/@foundry-rs/anvil-{system}-{machine}/bin/anvil{end}");
    root().join(Path::new(&package))
}
