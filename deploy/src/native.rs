//! A node over HTTP, and the wall clock.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use pinfi_client::settlement::evm::{Reply, Timer, Transport, TransportError};
use ureq::Agent;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A node at an `http` URL. It blocks: for programs of one thread that have nothing else to do.
#[derive(Clone)]
pub struct HttpTransport {
    agent: Agent,
    url: String,
}

impl HttpTransport {
    /// Makes a transport to the node at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_idle_connections(0)
            .build();
        Self { agent: config.into(), url: url.into() }
    }
}

#[async_trait(?Send)]
impl Transport for HttpTransport {
    async fn post(&self, body: String) -> Result<Reply, TransportError> {
        let request = self.agent.post(&self.url).header("content-type", "application/json");
        let mut response = request.send(body).map_err(|error| cause(&error))?;
        let retry_after = response.headers().get("retry-after");
        let retry_after_secs = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(1 << 28).read_to_string();
        Ok(Reply { status, retry_after_secs, body: body.map_err(|error| cause(&error))? })
    }
}

const fn cause(error: &ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::TimedOut,
        _ => TransportError::Unreachable,
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallTimer;

#[async_trait(?Send)]
impl Timer for WallTimer {
    fn wall_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    async fn sleep(&self, ms: u64) {
        thread::sleep(Duration::from_millis(ms));
    }
}
