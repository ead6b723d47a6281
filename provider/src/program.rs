//! What the two programs begin and end with.

use std::error::Error;
use std::process::ExitCode;
use std::{env, io, process, thread};

use crate::stop::Stop;

/// The status of a program that the second signal has ended, as a shell gives it for SIGINT.
const INTERRUPTED: i32 = 130;

/// Runs a program with the words of its command line, and tells why it ends where something is wrong.
pub fn main(run: impl FnOnce(&[&str]) -> Result<(), Box<dyn Error>>) -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Asks the program to stop when the system does, at SIGINT and SIGTERM, and ends it at the second: what it
/// leaves then, the next run finds in the journal and on the chain.
///
/// # Errors
/// What the system says.
pub fn stop_at_signals() -> io::Result<Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stop = Stop::default();
    let asked = stop.clone();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let Ok(mut signals) = Signals::new() else { return };
            signals.next().await;
            eprintln!("stopping: what was begun is finished; a second signal ends it at once");
            asked.ask();
            signals.next().await;
            process::exit(INTERRUPTED);
        });
    })?;
    Ok(stop)
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    /// Waits for the next of either.
    async fn next(&mut self) {
        let Self(one, other) = self;
        std::future::poll_fn(|cx| match one.poll_recv(cx) {
            std::task::Poll::Pending => other.poll_recv(cx),
            ready => ready,
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
