//! The session with a rented device and its jobs. They outlive the page: who looks elsewhere
//! meanwhile loses nothing.

use std::{cell::OnceCell, rc::Rc, sync::Arc, time::Duration};

use alloy_primitives::{B256, Bytes};
use leptos::{prelude::*, task::spawn_local};
use pinfi_core::units::StakeId;
use pinfi_jobs::{
    chain::{Output, Partial},
    library::OUTPUT_BINDING,
    receipt::SignedReceipt,
    spec::{Job, JobId, Work},
};
use pinfi_worker::rented::{
    Claim, Device, FromRented, Moment, Opening, Order, RentedHost, Settled, Terms, ToRented,
};

use super::place::Place;
use crate::{
    browser,
    contexts::{Confirm, Desk, Prover, Request, Settlement, Wallet, mining, now, tr},
};

/// How many units a check computes again.
const SAMPLE: u32 = 50;
/// How often it is looked at whether a proof has ended.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a session needs of the page's contexts.
#[derive(Clone, Copy)]
pub(super) struct Needs {
    pub(super) desk: Desk,
    pub(super) settlement: Settlement,
    pub(super) wallet: Wallet,
    pub(super) confirm: Confirm,
    pub(super) prover: Prover,
}

impl Needs {
    /// Takes the contexts.
    pub(super) fn use_them() -> Self {
        Self {
            desk: Desk::use_it(),
            settlement: Settlement::use_it(),
            wallet: Wallet::use_it(),
            confirm: Confirm::use_it(),
            prover: Prover::use_it(),
        }
    }

    /// Tells whether this browser's GPU, that stands in for a device, computes a proof: that has a
    /// deadline, a job has none.
    fn is_proving(self, stake: Option<StakeId>) -> bool {
        let place = stake.and_then(|stake| untrack(|| self.place(stake)));
        if place != Some(Place::Here) {
            return false;
        }
        let mines = mining::machine().is_some_and(|it| it.shown().per_mille.is_some());
        mines || untrack(|| self.prover.is_proving())
    }

    /// Gives what the ledger says about a device now.
    fn moment(self, stake: StakeId) -> Option<Moment> {
        let seen = self.desk.see()?;
        let rental = seen.ledger.stake_of(stake).ok()?.running_rental(seen.now);
        let settled = |it: pinfi_core::stake::Rental| Settled {
            rental: it.id,
            client: it.renter,
            until: it.until,
        };
        Some(Moment { now: seen.now, rental: rental.map(settled) })
    }

    /// Gives where the ledger says that a device is.
    pub(super) fn place(self, stake: StakeId) -> Option<Place> {
        let has_stand_in = self.settlement.chain_name().is_none();
        self.desk.follow().map(|seen| Place::of(&seen.ledger, stake, has_stand_in))
    }

    /// Gives what a worker needs to reach it; none where nobody can.
    fn device(self, stake: StakeId) -> Option<Device> {
        let (place, seen) = untrack(|| Some((self.place(stake)?, self.desk.peek()?)))?;
        place.device(&seen.ledger, stake, seen.now)
    }
}

/// How a session stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// None was asked for.
    Closed,
    /// It is being opened.
    Opening,
    /// It is open.
    Open(Box<Terms>),
    /// The connection is lost, and is being made anew.
    Lost,
    /// It could not be opened, or has ended: the cause's name, and what was said.
    Over(String, String),
}

/// How a job stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stand {
    /// It waits for a proof to end.
    Held,
    /// It is on its way, or behind so many.
    Waiting(u32),
    /// It runs: steps done, steps in all, and the device's share of the time in per mille.
    Running { done: u64, steps: u64, share: u32 },
    /// It is done.
    Done(Arc<Finished>),
    /// It ended without a result: the cause's name, and what was said.
    Failed(String, String),
}

impl Stand {
    /// Tells whether it has ended.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(..))
    }
}

/// What a job gave.
#[derive(Debug, PartialEq)]
pub(super) struct Finished {
    pub(super) outputs: Vec<Output>,
    pub(super) receipt: SignedReceipt,
    /// The device's share of the time, in per mille.
    pub(super) share: u32,
}

/// What the processor says of a sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    None,
    Running,
    /// So many units of so many are right.
    Passed(u32, u32),
    Wrong(String),
}

/// A job of this session.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) job: Arc<Job>,
    pub(super) stand: ArcRwSignal<Stand>,
    pub(super) verdict: ArcRwSignal<Verdict>,
    /// What has come so far of a library job's output.
    pub(super) partial: ArcRwSignal<Vec<Output>>,
    /// When it was sent; none before that.
    sent: ArcRwSignal<Option<Duration>>,
    /// Whether it is to stop as soon as the device can be told.
    stops: ArcRwSignal<bool>,
}

impl Entry {
    fn new(job: Job) -> Self {
        let partial = match &job.work {
            Work::Library(task) => task.shape().map_or_else(
                |_| Vec::new(),
                |shape| {
                    let bytes = u64::from(shape.units) * shape.unit_bytes;
                    let bytes = vec![0; usize::try_from(bytes).unwrap_or_default()];
                    vec![Output { binding: OUTPUT_BINDING, bytes }]
                },
            ),
            Work::Module(_) => Vec::new(),
        };
        Self {
            job: Arc::new(job),
            stand: ArcRwSignal::new(Stand::Waiting(0)),
            verdict: ArcRwSignal::new(Verdict::None),
            partial: ArcRwSignal::new(partial),
            sent: ArcRwSignal::new(None),
            stops: ArcRwSignal::new(false),
        }
    }

    fn step(&self, partial: &Partial, done: u64, steps: u64, busy_millis: u64) {
        self.partial.update(|outputs| {
            for piece in &partial.pieces {
                // A module's outputs are shown when it is done.
                let _is_of_library = piece.put(outputs);
            }
        });
        self.stand.set(Stand::Running { done, steps, share: self.share(busy_millis) });
    }

    fn share(&self, busy_millis: u64) -> u32 {
        let took = self.sent.get_untracked().map_or(Duration::ZERO, |it| now().saturating_sub(it));
        let took = took.as_millis().max(1);
        u32::try_from(u128::from(busy_millis) * 1_000 / took).unwrap_or(1_000).min(1_000)
    }

    fn is_over(&self) -> bool {
        self.stand.with_untracked(Stand::is_over)
    }
}

/// The worker of a session.
#[derive(Clone)]
struct Worker {
    host: Rc<RentedHost>,
    /// Whether it can dial; one that can does all that the other one does.
    dials: bool,
}

/// The session of this tab.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    pub(super) phase: RwSignal<Phase>,
    /// The latest first.
    pub(super) entries: RwSignal<Vec<Entry>>,
    stake: RwSignal<Option<StakeId>>,
    host: StoredValue<Option<Worker>, LocalStorage>,
    /// What it was asked for with: nothing else is signed for it.
    claim: StoredValue<Option<Claim>>,
}

thread_local! {
    static BENCH: OnceCell<(Owner, Bench)> = const { OnceCell::new() };
}

impl Bench {
    /// Gives the tab's, for a device; another device's session ends.
    pub(super) fn of(stake: StakeId, needs: Needs) -> Self {
        let bench = BENCH.with(|bench| {
            let made = || {
                // Of nobody's page, or it would go with the first. A new root takes the page's place.
                let page = Owner::current();
                let owner = Owner::new_root(None);
                let bench = Self::new();
                bench.keep_telling(needs);
                if let Some(page) = page {
                    page.set();
                }
                (owner, bench)
            };
            bench.get_or_init(made).1
        });
        if bench.stake.get_untracked() != Some(stake) {
            bench.end("SessionClosed", "");
            bench.entries.set(Vec::new());
            bench.phase.set(Phase::Closed);
            bench.stake.set(Some(stake));
        }
        bench
    }

    /// Gives the tab's where it was about a device: its rental may be over, its results stay.
    pub(super) fn found(stake: StakeId) -> Option<Self> {
        let bench = BENCH.with(|bench| bench.get().map(|(_, bench)| *bench))?;
        (bench.stake.get_untracked() == Some(stake)).then_some(bench)
    }

    fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Closed),
            entries: RwSignal::new(Vec::new()),
            stake: RwSignal::new(None),
            host: StoredValue::new_local(None),
            claim: StoredValue::new(None),
        }
    }

    /// Tells the device's end what the ledger says, whenever that changes.
    fn keep_telling(self, needs: Needs) {
        let moment = Memo::new(move |_| self.stake.get().and_then(|stake| needs.moment(stake)));
        Effect::new(move |_| {
            if let Some(moment) = moment.get() {
                self.say(ToRented::Ledger(moment));
            }
        });
    }

    fn say(self, message: ToRented) {
        if let Some(worker) = self.host.get_value() {
            worker.host.say(message);
        }
    }

    /// Submits a job, and opens the session before where there is none.
    pub(super) fn run(self, needs: Needs, job: Job) {
        let entry = Entry::new(job);
        self.entries.update(|all| all.insert(0, entry.clone()));
        spawn_local(async move {
            while needs.is_proving(self.stake.get_untracked()) && !entry.is_over() {
                entry.stand.set(Stand::Held);
                browser::rest(LOOK_EVERY).await;
            }
            if entry.is_over() {
                return;
            }
            entry.stand.set(Stand::Waiting(0));
            match self.phase.get_untracked() {
                Phase::Open(_) => self.submit(&entry),
                // It is sent with the others once that is open.
                Phase::Opening | Phase::Lost => {}
                Phase::Closed | Phase::Over(..) => self.open(needs).await,
            }
        });
    }

    fn submit(self, entry: &Entry) {
        entry.sent.set(Some(now()));
        self.say(ToRented::Submit { job: entry.job.to_bytes() });
    }

    async fn open(self, needs: Needs) {
        self.phase.set(Phase::Opening);
        let Some(client) = needs.wallet.ready().await else {
            self.end("SessionNotSigned", "");
            return;
        };
        let domain = needs.settlement.get().map(|it| it.descriptor().domain);
        let stake = self.stake.get_untracked();
        let moment = stake.and_then(|stake| untrack(|| needs.moment(stake)));
        let (Some(domain), Some(stake), Some(moment)) = (domain, stake, moment) else {
            self.end("SessionNotRented", "");
            return;
        };
        let Some(Settled { rental, .. }) = moment.rental.filter(|it| it.client == client) else {
            self.end("SessionNotRented", "");
            return;
        };
        let Some(device) = needs.device(stake) else {
            self.end("DeviceUnsaid", "");
            return;
        };
        let dials = device != Device::Here;
        let (chain_id, ledger) = (domain.chain_id, domain.ledger);
        let order = Order { stake, rental, client, chain_id, ledger, moment, device };
        self.claim.set_value(Some(Claim { stake, rental, client }));
        self.host(needs, dials).say(ToRented::Open(order));
    }

    /// Gives the worker, and starts one where there is none, or none that dials where one has to.
    fn host(self, needs: Needs, dials: bool) -> Rc<RentedHost> {
        if let Some(worker) = self.host.get_value().filter(|it| it.dials || !dials) {
            return worker.host;
        }
        self.forget_checks();
        let host = Rc::new(browser::rented_host(dials, move |message| self.hear(needs, message)));
        self.host.set_value(Some(Worker { host: Rc::clone(&host), dials }));
        host
    }

    /// What a worker that ends was checking is not checked any more.
    fn forget_checks(self) {
        for entry in self.entries.get_untracked() {
            if entry.verdict.with_untracked(|it| *it == Verdict::Running) {
                entry.verdict.set(Verdict::None);
            }
        }
    }

    fn hear(self, needs: Needs, message: Option<FromRented>) {
        match message {
            None => self.end("WorkerStopped", ""),
            Some(FromRented::Ready) => {}
            Some(FromRented::Sign(opening)) => spawn_local(async move {
                let answer = if self.claim.get_value() == Some(opening.claim) {
                    sign(needs, &opening).await
                } else {
                    Err("nobody asked for this session".to_owned())
                };
                self.say(ToRented::Signed(answer));
            }),
            Some(FromRented::Opened(terms)) => {
                self.phase.set(Phase::Open(terms));
                // The others go on by themselves where the connection was lost.
                let mut open = self.entries.get_untracked();
                open.retain(|it| !it.is_over());
                open.iter().filter(|it| it.stops.get_untracked()).for_each(|it| self.stop(it));
                let waits = |it: &&Entry| {
                    let waits = it.stand.with_untracked(|it| matches!(it, Stand::Waiting(_)));
                    waits && it.sent.get_untracked().is_none()
                };
                open.iter().rev().filter(waits).for_each(|it| self.submit(it));
            }
            Some(FromRented::Over { code, reason }) => self.end(&code, &reason),
            Some(FromRented::Lost { .. }) => self.phase.set(Phase::Lost),
            // Of the device's end, which is not asked for here.
            Some(
                FromRented::Listening { .. }
                | FromRented::SignReceipt { .. }
                | FromRented::Guest(_),
            ) => {}
            Some(FromRented::Accepted { job, ahead }) => {
                self.with(job, |entry| entry.stand.set(Stand::Waiting(ahead)));
            }
            Some(FromRented::Step { job, partial, done, steps, busy_millis }) => {
                self.with(job, |entry| entry.step(&partial, done, steps, busy_millis));
            }
            Some(FromRented::Done { job, outputs, receipt }) => self.with(job, |entry| {
                let share = entry.share(receipt.receipt.busy_millis);
                let finished = Finished { outputs, receipt: *receipt, share };
                entry.stand.set(Stand::Done(Arc::new(finished)));
            }),
            Some(FromRented::Failed { job, code, reason }) => {
                // The device is still at it, or gone: a new worker asks for another.
                let device_is_gone = matches!(code.as_str(), "JobStuck" | "JobDeviceLost");
                self.with(job, |entry| entry.stand.set(Stand::Failed(code, reason)));
                if device_is_gone {
                    self.end("DeviceRestarted", "");
                }
            }
            Some(FromRented::Checked { job, units, of, result }) => self.with(job, |entry| {
                entry.verdict.set(match result {
                    Ok(()) => Verdict::Passed(units, of),
                    Err(reason) => Verdict::Wrong(reason),
                });
            }),
        }
    }

    fn with(self, job: JobId, change: impl FnOnce(&Entry)) {
        let found =
            self.entries.with_untracked(|all| all.iter().find(|it| it.job.id == job).cloned());
        if let Some(entry) = found {
            change(&entry);
        }
    }

    /// Ends the session and its worker; what has not ended has failed.
    fn end(self, code: &str, reason: &str) {
        for entry in self.entries.get_untracked().iter().filter(|entry| !entry.is_over()) {
            entry.stand.set(Stand::Failed(code.to_owned(), reason.to_owned()));
        }
        self.forget_checks();
        self.phase.set(Phase::Over(code.to_owned(), reason.to_owned()));
        let host = self.host.try_update_value(Option::take).flatten();
        // Later: it may be the one that is heard now.
        spawn_local(async move { drop(host) });
    }

    /// Stops a job, as soon as the device is reached.
    pub(super) fn cancel(self, entry: &Entry) {
        if entry.sent.get_untracked().is_none() {
            entry.stand.set(Stand::Failed("JobCancelled".to_owned(), String::new()));
            return;
        }
        entry.stops.set(true);
        if matches!(self.phase.get_untracked(), Phase::Open(_)) {
            self.stop(entry);
        }
    }

    fn stop(self, entry: &Entry) {
        self.say(ToRented::Cancel { job: entry.job.id });
    }

    /// Has the processor compute a sample again.
    pub(super) fn check(self, needs: Needs, entry: &Entry) {
        let Stand::Done(finished) = entry.stand.get_untracked() else { return };
        let Ok(seed) = draw::<32>() else { return };
        entry.verdict.set(Verdict::Running);
        self.host(needs, false).say(ToRented::Check {
            job: entry.job.to_bytes(),
            outputs: finished.outputs.clone(),
            seed: B256::from(seed),
            count: SAMPLE,
        });
    }
}

/// Draws random bytes.
pub(super) fn draw<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Asks the user, and signs what was shown.
async fn sign(needs: Needs, opening: &Opening) -> Result<Bytes, String> {
    let domain =
        untrack(|| needs.settlement.get()).ok_or("no ledger")?.descriptor().domain.eip712();
    let json = opening.typed_json(&domain);
    let typed: serde_json::Value = serde_json::from_str(&json).map_err(|it| it.to_string())?;
    let text =
        |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = typed["message"].as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| (name.clone(), text(value))).collect();
    let request = Request {
        title: tr!(hire.sign_title).to_owned(),
        text: tr!(hire.sign_text).to_owned(),
        details: vec![fields],
        ..Request::default()
    };
    if !needs.confirm.ask(request).await {
        return Err("declined".to_owned());
    }
    let signer = needs.wallet.signer(opening.claim.client, None);
    let signed = signer.sign_typed(opening.signing_hash(&domain), &json).await;
    let signature = signed.map_err(|error| error.to_string())?;
    Ok(signature.as_bytes().to_vec().into())
}
