//! The session with a rented device and its jobs. They outlive the page: who looks elsewhere
//! meanwhile loses nothing.

use std::{cell::OnceCell, rc::Rc, sync::Arc, time::Duration};

use alloy_primitives::{B256, Bytes};
use leptos::{prelude::*, task::spawn_local};
use pinfi_core::units::StakeId;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_worker::rented::{
    Claim, Device, FromRented, Opening, Order, RentedHost, Settled, Terms, ToRented,
};

use super::{
    entry::{Entry, Finished, Stand, Verdict},
    history::History,
    kept::{Change, End, Kept, Shelf},
    lasting::Lasting,
    needs::Needs,
};
use crate::{
    browser,
    contexts::{Request, now, tr},
};

/// How many jobs are shown with what they gave.
const MOST: usize = 20;
/// How a job ended of which what goes in is not kept.
pub(super) const FORGOTTEN: &str = "JobForgotten";
/// How many units a check computes again.
const SAMPLE: u32 = 50;
/// How often it is looked at whether a proof has ended.
const LOOK_EVERY: Duration = Duration::from_millis(500);

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
    needs: Needs,
    history: History,
    stake: RwSignal<Option<StakeId>>,
    host: StoredValue<Option<Worker>, LocalStorage>,
    /// What it was asked for with: nothing else is signed for it.
    claim: StoredValue<Option<Claim>>,
}

thread_local! {
    static BENCH: OnceCell<Lasting<Bench>> = const { OnceCell::new() };
}

impl Bench {
    /// Gives the tab's, for a device; another device's session ends.
    pub(super) fn of(stake: StakeId, needs: Needs) -> Self {
        let made = || {
            let bench = Self::new(needs);
            bench.keep_telling();
            bench
        };
        let bench = BENCH.with(|bench| bench.get_or_init(|| Lasting::new(made)).it);
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
        let bench = BENCH.with(|bench| bench.get().map(|bench| bench.it))?;
        (bench.stake.get_untracked() == Some(stake)).then_some(bench)
    }

    fn new(needs: Needs) -> Self {
        Self {
            needs,
            history: History::of_tab(needs),
            phase: RwSignal::new(Phase::Closed),
            entries: RwSignal::new(Vec::new()),
            stake: RwSignal::new(None),
            host: StoredValue::new_local(None),
            claim: StoredValue::new(None),
        }
    }

    /// Tells the device's end what the ledger says, whenever that changes.
    fn keep_telling(self) {
        let needs = self.needs;
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
    pub(super) fn run(self, job: Job) {
        let needs = self.needs;
        let Some(stake) = self.stake.get_untracked() else { return };
        let begun = untrack(|| Some((needs.shelf()?, needs.desk.peek()?.now)));
        let entry = Entry::new(job, stake, begun);
        if let Some((shelf, kept)) = entry.kept() {
            self.history.change(shelf, Change::Begin(kept, entry.job.to_bytes()));
        }
        self.start(stake, entry);
    }

    /// Goes on with a job that had not ended when the page was closed. A device that still has it goes
    /// on from where it is: under one name nothing runs twice.
    pub(super) fn go_on(self, shelf: Shelf, kept: Kept) {
        spawn_local(async move {
            let Some(job) = self.history.unended(shelf, &kept).await else {
                let end = End::Failed(FORGOTTEN.to_owned());
                self.history.change(shelf, Change::Put(Kept { end, ..kept }));
                return;
            };
            if self.stake.get_untracked() == Some(kept.stake) && !untrack(|| self.has(job.id)) {
                self.start(kept.stake, Entry::new(job, kept.stake, Some((shelf, kept.begun))));
            }
        });
    }

    /// Tells whether a job is one of this tab's, and follows them.
    pub(super) fn has(self, job: JobId) -> bool {
        self.entries.with(|all| all.iter().any(|entry| entry.job.id == job))
    }

    fn start(self, stake: StakeId, entry: Entry) {
        let needs = self.needs;
        self.entries.update(|all| {
            all.insert(0, entry.clone());
            make_room(all);
        });
        spawn_local(async move {
            while needs.is_proving(stake) && !entry.is_over() {
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
                Phase::Closed | Phase::Over(..) => self.open().await,
            }
        });
    }

    fn submit(self, entry: &Entry) {
        entry.sent.set(Some(now()));
        self.say(ToRented::Submit { job: entry.job.to_bytes() });
    }

    async fn open(self) {
        let needs = self.needs;
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
        self.host(dials).say(ToRented::Open(order));
    }

    /// Gives the worker, and starts one where there is none, or none that dials where one has to.
    fn host(self, dials: bool) -> Rc<RentedHost> {
        if let Some(worker) = self.host.get_value().filter(|it| it.dials || !dials) {
            return worker.host;
        }
        self.forget_checks();
        let host = Rc::new(browser::rented_host(dials, move |message| self.hear(message)));
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

    fn hear(self, message: Option<FromRented>) {
        match message {
            None => self.end("WorkerStopped", ""),
            Some(FromRented::Ready) => {}
            Some(FromRented::Sign(opening)) => spawn_local(async move {
                let answer = if self.claim.get_value() == Some(opening.claim) {
                    sign(self.needs, &opening).await
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
                self.conclude(entry, Stand::Done(Arc::new(finished)));
            }),
            Some(FromRented::Failed { job, code, reason }) => {
                // The device that stands in is still at it, or gone: a new worker asks for another.
                let dials = self.host.with_value(|it| it.as_ref().is_some_and(|it| it.dials));
                let is_gone = matches!(code.as_str(), "JobStuck" | "JobDeviceLost");
                let device_is_gone = is_gone && !dials;
                self.with(job, |entry| self.conclude(entry, Stand::Failed(code, reason)));
                if device_is_gone {
                    self.end("DeviceRestarted", "");
                }
            }
            Some(FromRented::Checked { job, units, of, result }) => self.with(job, |entry| {
                entry.verdict.set(match result {
                    Ok(()) => Verdict::Passed(units, of),
                    Err(fault) => Verdict::Wrong(fault),
                });
                self.remember(entry);
            }),
        }
    }

    /// Ends a job.
    fn conclude(self, entry: &Entry, stand: Stand) {
        entry.stand.set(stand);
        self.remember(entry);
    }

    /// Has it remembered how a job stands.
    fn remember(self, entry: &Entry) {
        if let Some((shelf, kept)) = entry.kept() {
            self.history.change(shelf, Change::Put(kept));
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
            self.conclude(entry, Stand::Failed(code.to_owned(), reason.to_owned()));
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
            self.conclude(entry, Stand::Failed("JobCancelled".to_owned(), String::new()));
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
    pub(super) fn check(self, entry: &Entry) {
        let Stand::Done(finished) = entry.stand.get_untracked() else { return };
        let Ok(seed) = draw::<32>() else { return };
        entry.verdict.set(Verdict::Running);
        self.host(false).say(ToRented::Check {
            job: entry.job.to_bytes(),
            outputs: finished.outputs.clone(),
            seed: B256::from(seed),
            count: SAMPLE,
        });
    }
}

/// Lets the oldest jobs go with what they gave, but for those that are not over.
fn make_room(all: &mut Vec<Entry>) {
    while all.len() > MOST
        && let Some(oldest) = all.iter().rposition(Entry::is_spent)
    {
        all.remove(oldest);
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
