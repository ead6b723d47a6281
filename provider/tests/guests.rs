//! The program serves those who rent its stakes' device: a real process, a relay, a client that knows of
//! it what the chain says.
#![cfg(all(unix, feature = "gpu"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "../../session/tests/network/customer.rs"]
#[allow(dead_code, reason = "shared with the tests of sessions, which use all of it")]
mod customer;
#[path = "../../session/tests/network/ends.rs"]
mod ends;
#[path = "support/program.rs"]
mod program;
#[path = "../../deploy/tests/support/mod.rs"]
mod support;
#[path = "../../jobs/tests/common/wallet.rs"]
mod wallet;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use alloy_primitives::{Address, B256};
use iroh_relay::server::Server;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_client::settlement::{Settlement as _, SettlementExt as _, Signer as _};
use pinfi_core::Action;
use pinfi_core::game::GameAction;
use pinfi_core::units::StakeId;
use pinfi_jobs::check::check_units;
use pinfi_jobs::library::{HashSearch, Task};
use pinfi_jobs::spec::{Grain, Job, JobId, Work};
use pinfi_session::follow::News;
use pinfi_session::opening::SessionError;
use pinfi_session::transport::EndpointKey;
use pinfi_session::wire::Claim;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use customer::{Customer, Device, Ended};
use program::{PATIENCE, Running, config, output, provider, scrape};
use support::*;
use wallet::Wallet;

/// Steps of the job that is cut off: seconds of work for a GPU in software.
const STEPS: u32 = 512;

/// A relay in threads of its own: the test's thread waits for the chain at times.
struct Relay {
    url: String,
    _server: Server,
    _runtime: Runtime,
}

impl Relay {
    fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (server, url) = runtime.block_on(ends::relay(0));
        Self { url, _server: server, _runtime: runtime }
    }
}

/// A stake that a machine's key may answer for, and the machine's configuration.
struct Scene {
    ledger: ChainLedger,
    operator: Address,
    config: PathBuf,
    relay: Relay,
    _folder: TempDir,
    _world: World,
}

impl Scene {
    fn new() -> Self {
        let relay = Relay::start();
        let (world, ledger, folder, operator) = program::appointed();
        let jobs = format!("[jobs]\nrelay = \"{}\"\n", relay.url);
        let config = config(&folder, &world.anvil.url(), &jobs);
        Self { ledger, operator, config, relay, _folder: folder, _world: world }
    }

    /// Starts the program; gives the line that says where its figures are, and its key as it says it.
    fn start(&self) -> (Running, String, String) {
        let running = Running::start(&self.config);
        let figures = running.says("figures: ");
        let line = running.says("jobs: on ");
        let (_, told) = line.split_once("dialled by ").unwrap();
        let (key, relay) = told.split_once(" at ").unwrap();
        assert_eq!(relay, self.relay.url);
        (running, figures, key.to_owned())
    }

    /// Has the owner announce the device, and Carol rent it; gives what she may claim then.
    fn rent(&self, key: &str) -> Claim {
        let (key, relay): (B256, _) = (key.parse().unwrap(), self.relay.url.clone());
        act(&self.ledger, &alice(), GameAction::Announce { stake: STAKE, key, relay }.into());
        let until = boundary(&self.ledger, 20);
        let rent = Action::Rent { pool: POOL, stakes: vec![STAKE], until, max_cost: ANY };
        act(&self.ledger, &carol(), rent);
        let now = self.ledger.now();
        let stake = self.ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().clone());
        let rental = stake.running_rental(now).unwrap();
        Claim { stake: STAKE, rental: rental.id, client: rental.renter }
    }

    /// A client that dials what the chain says.
    async fn client(&self, number: u8, key: SigningKey, claim: Claim) -> Customer {
        let announced = self.ledger.read(|ledger| ledger.game().endpoint(STAKE).cloned()).unwrap();
        let (key_of_device, relay) = (EndpointKey(announced.key.0), announced.relay);
        let end = ends::begin(number, &relay).await;
        let domain = self.ledger.descriptor().domain.eip712();
        Customer::at(end, Device { key: key_of_device, relay, domain }, Wallet::of(key), claim)
    }
}

/// Opens a session once the program is at its relay.
async fn reach(customer: &mut Customer) -> Result<(), Ended> {
    let begun = Instant::now();
    loop {
        match customer.open().await {
            Err(Ended::Dial(_)) if begun.elapsed() < PATIENCE => {}
            opened => return opened,
        }
    }
}

/// Opens a session once the program has seen the rental on the chain.
async fn reach_once_rented(customer: &mut Customer) {
    let begun = Instant::now();
    while let Err(ended) = reach(customer).await {
        assert_eq!(ended.refusal(), "SessionNotRented");
        assert!(begun.elapsed() < PATIENCE, "the rental is never seen");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A job of so many steps.
fn search(id: u8, segments: u32) -> Job {
    let task = HashSearch { text: vec![id], start: 0, segments, zero_bits: 60 };
    Job { id: JobId([id; 16]), grain: Grain(0), work: Work::Library(Task::HashSearch(task)) }
}

/// Hears the job's end; its result is right, signed by the machine's key, and each of its steps came once.
async fn done(scene: &Scene, customer: &mut Customer, job: &Job, steps: u32) {
    let (id, heard, news) = customer.end().await.unwrap();
    let News::Done { outputs, receipt } = news else { panic!("{news:?}") };
    assert_eq!((id, heard), (job.id, u64::from(steps)));
    assert_eq!(receipt.check(&scene.ledger.descriptor().domain.eip712()), Ok(()));
    let signed = &receipt.receipt;
    assert_eq!((signed.provider, signed.client), (scene.operator, carol().address()));
    assert_eq!((signed.input_hash, signed.steps), (job.hash(), u64::from(steps)));
    let Work::Library(task) = &job.work else { panic!("a task") };
    assert_eq!(check_units(task, &outputs, &[0, steps / 2, steps - 1]), Ok(()));
}

/// Hears until the session is over.
async fn over(customer: &mut Customer) -> (u64, Ended) {
    let mut heard = 0;
    loop {
        match customer.next().await {
            Ok(_) => heard += 1,
            Err(ended) => return (heard, ended),
        }
    }
}

#[test]
fn start_at_what_is_no_relay_is_refused() {
    let (world, _, folder, _) = program::appointed();
    let file = config(&folder, &world.anvil.url(), "[jobs]\nrelay = \"nowhere\"\n");
    let (done, said) = output(provider().arg(file));
    assert!(!done && said.contains("\"nowhere\" is no address of a relay"), "{said}");
}

#[test]
fn client_is_served_by_a_program_that_is_killed_started_anew_and_stopped() {
    let scene = Scene::new();
    let (running, figures, key) = scene.start();
    let claim = scene.rent(&key);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut customer = scene.client(1, carol(), claim).await;
        reach_once_rented(&mut customer).await;
        let first = search(1, 4);
        customer.submit(&first).await;
        done(&scene, &mut customer, &first, 4).await;
        let text = scrape(&figures);
        assert!(text.contains("pinfi_sessions 1"), "{text}");
        assert!(text.contains("pinfi_jobs_total{kind=\"done\"} 1"), "{text}");

        for (number, claim, code) in [
            (2, Claim { client: bob().address(), ..claim }, "SessionNotRented"),
            (3, claim, "SessionSignature"),
            (4, Claim { stake: StakeId(7), ..claim }, "SessionOtherStake"),
        ] {
            let mut stranger = scene.client(number, bob(), claim).await;
            assert_eq!(stranger.open().await.unwrap_err().refusal(), code);
        }

        let second = search(2, STEPS);
        customer.submit(&second).await;
        customer.first_step().await;
        running.signal("-KILL");
        drop(running);
        let (mut running, figures, again) = scene.start();
        assert_eq!(again, key, "what was announced still holds");
        let (heard, lost) = over(&mut customer).await;
        assert!(heard < u64::from(STEPS), "it was cut off");
        let is_lost =
            matches!(lost, Ended::Session(SessionError::Transport(_) | SessionError::Closed));
        assert!(is_lost, "{lost:?}");
        reach(&mut customer).await.unwrap();
        done(&scene, &mut customer, &second, STEPS).await;
        let text = scrape(&figures);
        assert!(text.contains("pinfi_jobs_total{kind=\"done\"} 1"), "it ran once: {text}");

        customer.submit(&search(3, STEPS)).await;
        customer.first_step().await;
        running.signal("-TERM");
        assert_eq!(over(&mut customer).await.1.refusal(), "SessionStopping");
        running.says("stopping");
        let status = loop {
            // Its last words are taken meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            if let Some(status) = running.child.try_wait().unwrap() {
                break status;
            }
        };
        assert!(status.success(), "{status}");
    });
}
