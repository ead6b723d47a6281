//! What others may ask over HTTP: openings by their root, and figures for Prometheus.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use alloy_primitives::B256;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::figures::Figures;
use crate::shelf::{Shelf, ShelfError};
use crate::stop::Stop;

/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many bodies are held in memory at once.
const AT_ONCE: usize = 8;

/// What is served.
#[derive(Clone)]
struct Served {
    shelf: Arc<Shelf>,
    figures: Figures,
    /// Whether others may publish here.
    accepts: bool,
    places: Arc<Semaphore>,
}

/// Serves openings at `/openings/ROOT`; with `accepts` it takes them too.
pub fn openings(shelf: Arc<Shelf>, figures: Figures, accepts: bool) -> Router {
    let served = Served { shelf, figures, accepts, places: Arc::new(Semaphore::new(AT_ONCE)) };
    let route = get(read).put(keep).options(preflight);
    Router::new().route("/openings/{root}", route).with_state(served)
}

/// Serves figures at `/metrics`.
pub fn metrics(registry: Arc<Registry>) -> Router {
    Router::new().route("/metrics", get(figures)).with_state(registry)
}

/// Serves in a thread of its own until it is asked to stop. Returns the address, whose port the
/// system chooses where it was zero.
///
/// # Errors
/// What the system says.
pub fn serve(
    at: SocketAddr,
    router: Router,
    stop: &Stop,
) -> io::Result<(SocketAddr, JoinHandle<io::Result<()>>)> {
    let listener = TcpListener::bind(at)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let stop = stop.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = thread::Builder::new().name("http".to_owned()).spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let stopped = async move {
                while !stop.is_asked() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            };
            axum::serve(listener, router).with_graceful_shutdown(stopped).await
        })
    })?;
    Ok((address, thread))
}

async fn figures(State(registry): State<Arc<Registry>>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn read(State(served): State<Served>, Path(root): Path<String>) -> Response {
    let found = root.parse().ok().and_then(|root: B256| served.shelf.get(root));
    open_to_all(match found {
        Some(bytes) => {
            served.figures.bytes_out.inc_by(bytes.len() as u64);
            ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

async fn keep(State(served): State<Served>, Path(root): Path<String>, body: Body) -> Response {
    open_to_all(match kept(&served, &root, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(status) => status.into_response(),
    })
}

async fn kept(served: &Served, root: &str, body: Body) -> Result<(), StatusCode> {
    if !served.accepts {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let root: B256 = root.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    // Nothing is read of what nobody waits for.
    let limit = served.shelf.limit(root).ok_or(StatusCode::NOT_FOUND)?;
    let _place = served.places.try_acquire().map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let body = timeout(PATIENCE, to_bytes(body, limit)).await;
    let body = body.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
    let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    served.figures.bytes_in.inc_by(body.len() as u64);
    served.shelf.put(root, &body).map_err(|error| match error {
        ShelfError::NotAwaited { .. } => StatusCode::NOT_FOUND,
        ShelfError::NotOfThis { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        ShelfError::Disk(_) => StatusCode::INSUFFICIENT_STORAGE,
    })
}

async fn preflight() -> Response {
    open_to_all(StatusCode::NO_CONTENT.into_response())
}

/// Openings are public: any page may read and publish them, and none sends credentials.
fn open_to_all(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, PUT"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    response
}
