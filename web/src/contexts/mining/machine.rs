//! The loop that answers challenges, and what it shows.

mod ends;
mod pauses;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    time::Duration,
};

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_client::{
    intent::Domain,
    miner::{Deed, Diary, Did, Keep, Miner, Prover, SignedStatement, Task},
    settlement::{Settlement as Port, embedded::Hold},
    storage::Storage,
    wallet::SessionKey,
};
use pinfi_core::{game::Duty, units::StakeId};
use pinfi_worker::{DeviceKind, Progress};
use wasm_bindgen_futures::spawn_local;

use super::{
    Needs, Place,
    board::Chosen,
    leave, millis,
    prover::WorkerProver,
    renewal::{Renewals, Waiting},
    serving::{Owner, Serving},
    settings::{Rest, Settings},
    surroundings,
};
use crate::{
    browser,
    contexts::{now, tr},
    words,
};

/// How often the ledger is looked at. Browsers slow it to once a minute in hidden tabs.
const BEAT: Duration = Duration::from_secs(1);
/// The least time of the wall in which an answer is promised.
const LEAST_WINDOW: Duration = Duration::from_secs(30);

/// What the machine is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Something is due, and being done.
    Working,
    /// Nothing is due.
    Waiting,
    /// It opens no epochs now, for a reason.
    Resting(Rest),
}

/// What the machine shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// What it is busy with.
    pub(crate) stand: Stand,
    /// For which stakes it answers.
    pub(crate) stakes: Vec<StakeId>,
    /// How far a computation is, in thousandths, while there is one.
    pub(crate) per_mille: Option<u32>,
    /// What computed last.
    pub(crate) device: Option<DeviceKind>,
    /// What it has done.
    pub(crate) diary: Diary,
    /// The part of its time that went into challenges, in basis points.
    pub(crate) duty_bps: Option<u64>,
    /// When it rests.
    pub(crate) settings: Settings,
    /// Whether the user wants a pause.
    pub(crate) paused: bool,
    /// Whether the GPU was lost, and the processor computes for it.
    pub(crate) lost: bool,
    /// Ended stakes that are not followed by another one yet, and why.
    pub(crate) waiting: Vec<(StakeId, Waiting)>,
    /// What was said of pauses, the oldest first.
    pub(crate) statements: Vec<SignedStatement>,
    /// Whether what is shown could not be kept for the next visit.
    pub(crate) unkept: bool,
}

/// The machine of this tab.
pub(crate) struct Machine {
    needs: Needs,
    storage: Rc<dyn Storage>,
    ledger: Rc<dyn Port>,
    domain: Domain,
    key: SessionKey,
    miner: Miner<dyn Port>,
    prover: Rc<WorkerProver>,
    keep: RefCell<Keep>,
    renewals: Renewals,
    serving: Rc<Serving>,
    shown: ArcRwSignal<Shown>,
    clock: Rc<Stopwatch>,
    alive: Cell<bool>,
    /// Keeps the other tabs from mining on this ledger.
    _alone: Hold,
}

/// How long the device has computed.
#[derive(Default)]
struct Stopwatch {
    since: Cell<Option<Duration>>,
    total: Cell<Duration>,
}

impl Stopwatch {
    fn note(&self, computing: bool) {
        match (self.since.get(), computing) {
            (None, true) => self.since.set(Some(now())),
            (Some(since), false) => {
                self.since.set(None);
                self.total.set(self.total.get() + now().saturating_sub(since));
            }
            _ => {}
        }
    }
}

impl Machine {
    pub(super) fn new(
        needs: Needs,
        (storage, ledger): Place,
        key: &SessionKey,
        alone: Hold,
        keep: Keep,
    ) -> Rc<Self> {
        let shown = ArcRwSignal::new(Shown {
            stand: Stand::Waiting,
            stakes: keep.stakes.clone(),
            per_mille: None,
            device: None,
            diary: keep.diary.clone(),
            duty_bps: keep.duty_bps(),
            settings: Settings::read(),
            paused: false,
            lost: false,
            waiting: Vec::new(),
            statements: keep.statements.clone(),
            unkept: false,
        });
        let clock = Rc::new(Stopwatch::default());
        let on_device = {
            let shown = shown.clone();
            Box::new(move |kind: DeviceKind| shown.update(|shown| shown.device = Some(kind)))
        };
        let (domain, host) = (ledger.descriptor().domain, needs.worker.host());
        Rc::new_cyclic(|this: &Weak<Self>| {
            let place = (Rc::clone(&storage), Rc::clone(&ledger));
            let serving = Serving::new(place, key.clone(), needs.prover, Self::owner(this));
            let machine = Weak::clone(this);
            let on_lost = Box::new(move || {
                if let Some(machine) = machine.upgrade() {
                    spawn_local(async move { machine.say_pauses().await });
                }
            });
            let on_progress = {
                let (shown, clock) = (shown.clone(), Rc::clone(&clock));
                let serving = Rc::clone(&serving);
                Rc::new(move |progress: Option<Progress>| {
                    clock.note(progress.is_some());
                    serving.prove(progress.is_some());
                    let per_mille = progress.map(|progress| {
                        let done = progress.done.saturating_mul(1_000) / progress.total.max(1);
                        u32::try_from(done).unwrap_or(1_000)
                    });
                    shown.update(|shown| shown.per_mille = per_mille);
                })
            };
            let prover = Rc::new(WorkerProver::new(host, on_progress, on_device, on_lost));
            let (signer, diary) = (key.signer(), keep.diary.clone());
            let (asked, board) = (Rc::clone(&prover) as Rc<dyn Prover>, Rc::new(Chosen));
            let miner = Miner::new(Rc::clone(&ledger), signer, asked, board, diary);
            Self {
                needs,
                storage,
                ledger,
                domain,
                key: key.clone(),
                miner,
                prover,
                keep: RefCell::new(keep),
                renewals: Renewals::default(),
                serving,
                shown,
                clock,
                alive: Cell::new(true),
                _alone: alone,
            }
        })
    }

    /// Gives what the clients' side of it needs.
    fn owner(this: &Weak<Self>) -> Owner {
        let (lists, writes) = (Weak::clone(this), Weak::clone(this));
        let stakes = Box::new(move || lists.upgrade().map(|it| it.live()).unwrap_or_default());
        let failed = Box::new(move |code: &str, message: &str| {
            let Some(machine) = writes.upgrade() else { return };
            let Some(stake) = machine.live().first().copied() else { return };
            let did = Did::Failed { code: code.to_owned(), message: message.to_owned() };
            machine.miner.note(Deed { at: machine.ledger.now(), stake, duty: Task::Serve, did });
        });
        Owner { stakes, failed }
    }

    /// Gives what is shown, and follows it.
    pub(crate) fn shown(&self) -> Shown {
        self.shown.get()
    }

    /// Gives its clients' side.
    pub(crate) fn serving(&self) -> &Rc<Serving> {
        &self.serving
    }

    /// Gives the account that answers.
    pub(crate) fn operator(&self) -> Address {
        self.key.address()
    }

    /// Gives what is due for a stake.
    pub(crate) fn due(&self, stake: StakeId) -> Vec<Duty> {
        self.miner.due(stake)
    }

    /// Gives the ledger that signatures are bound to.
    pub(crate) fn domain(&self) -> Domain {
        self.domain
    }

    /// Begins or ends a pause.
    pub(crate) fn pause(self: &Rc<Self>, paused: bool) {
        if paused {
            self.miner.open_epochs(false);
        }
        self.shown.update(|shown| shown.paused = paused);
        let machine = Rc::clone(self);
        spawn_local(async move { machine.say_pauses().await });
    }

    /// Changes whether and for how much ended stakes are followed by others.
    pub(crate) fn set_renewal(&self, settings: Settings) {
        self.set(settings);
        self.renewals.try_at_once();
    }

    /// Gives what the user has chosen, without following it.
    pub(crate) fn settings(&self) -> Settings {
        self.shown.with_untracked(|shown| shown.settings)
    }

    /// Changes when it rests.
    pub(crate) fn set(&self, settings: Settings) {
        settings.write();
        self.shown.update(|shown| shown.settings = settings);
    }

    pub(super) fn halt(&self) {
        self.alive.set(false);
        self.serving.halt();
        self.miner.stop();
    }

    pub(super) fn run(self: &Rc<Self>) {
        self.serving.run();
        let machine = Rc::clone(self);
        spawn_local(async move {
            let mut before = now();
            while machine.alive.get() {
                machine.beat(now().saturating_sub(before)).await;
                before = now();
                browser::rest(BEAT).await;
            }
        });
    }

    /// Looks once, `passed` after the time before, and does what is due.
    async fn beat(self: &Rc<Self>, passed: Duration) {
        let in_use = self.needs.settlement.get();
        if in_use.is_none_or(|ledger| !Rc::ptr_eq(&ledger, &self.ledger)) {
            return leave(self.needs, self.domain);
        }
        let battery = surroundings::is_on_battery().await;
        self.regain().await;
        self.say_pauses().await;
        self.see_to_ends();
        self.miner.open_epochs(self.rest(battery).is_none());
        let stakes = self.live();
        let due = stakes.iter().any(|stake| !self.miner.due(*stake).is_empty());
        let began = now();
        if due {
            self.stand(Stand::Working);
            let intensity = self.shown.with_untracked(|shown| shown.settings.intensity);
            self.prover.work_at(intensity, self.least_window());
            self.miner.turn(&stakes).await;
            self.say_pauses().await;
        }
        self.note(passed + now().saturating_sub(began)).await;
        self.stand(self.rest(battery).map_or(Stand::Waiting, Stand::Resting));
    }

    /// Tells why it rests now.
    fn rest(&self, battery: bool) -> Option<Rest> {
        let (settings, paused) = self.shown.with_untracked(|shown| (shown.settings, shown.paused));
        settings.rest(paused, self.is_clock_fast(), surroundings::is_hidden(), battery)
    }

    fn stand(&self, stand: Stand) {
        if self.shown.with_untracked(|shown| shown.stand != stand) {
            self.shown.update(|shown| shown.stand = stand);
        }
    }

    /// Notes what was done, shows it and keeps it.
    async fn note(&self, passed: Duration) {
        let diary = self.miner.diary();
        let is_new = self.keep.borrow().diary != diary;
        let keep = {
            let mut keep = self.keep.borrow_mut();
            keep.on_ms = keep.on_ms.saturating_add(millis(passed));
            keep.computed_ms = keep.computed_ms.saturating_add(millis(self.clock.total.take()));
            keep.diary = diary.clone();
            keep.clone()
        };
        if !is_new {
            return;
        }
        let newest = keep.stakes.iter().filter_map(|stake| diary.of(*stake).next());
        let newest = newest.max_by_key(|deed| deed.at);
        // Openings that are published nowhere cost nothing yet, and a client's job no stake.
        let is_told = |deed: &&Deed| !matches!(deed.duty, Task::Publish { .. } | Task::Serve);
        let failed = newest.filter(is_told);
        if let Some(Did::Failed { code, message }) = failed.map(|deed| &deed.did)
            && self.shown.with_untracked(|shown| shown.settings.notes)
        {
            surroundings::tell(&tr!(mine.note_failed, reason = words::reason(code, message)));
        }
        self.shown.update(|shown| (shown.diary, shown.duty_bps) = (diary, keep.duty_bps()));
        let kept = keep.write(self.storage.as_ref(), self.domain).await;
        let unkept = kept.is_err();
        if self.shown.with_untracked(|shown| shown.unkept == unkept) {
            return;
        }
        self.shown.update(|shown| shown.unkept = unkept);
        if let (Err(error), Some(stake)) = (kept, keep.stakes.first().copied()) {
            let did = failure(error.code(), &error);
            self.miner.note(Deed { at: self.ledger.now(), stake, duty: Task::Keep, did });
        }
    }

    /// Gives the stakes that have not ended.
    fn live(&self) -> Vec<StakeId> {
        let ledger = self.ledger.ledger();
        let keep = self.keep.borrow();
        let is_live = |id: &&StakeId| ledger.stake_of(**id).is_ok_and(|stake| stake.is_active());
        keep.stakes.iter().filter(is_live).copied().collect()
    }

    /// Tells whether an epoch that is opened now might pass before it can be answered.
    fn is_clock_fast(&self) -> bool {
        self.ledger.speed().factor() > 1 && self.least_window() < LEAST_WINDOW
    }

    /// Gives the time of the wall in which an answer is due: the shortest of the stakes'.
    fn least_window(&self) -> Duration {
        let factor = u64::from(self.ledger.speed().factor().max(1));
        let ledger = self.ledger.ledger();
        let windows = self.live().into_iter().filter_map(|id| {
            let pool = ledger.stake_of(id).and_then(|stake| ledger.pool(stake.pool)).ok()?;
            Some(pool.params().pocps.window.0)
        });
        windows.min().map_or(Duration::MAX, |window| Duration::from_secs(window / factor))
    }
}

fn failure(code: &str, error: &dyn std::error::Error) -> Did {
    Did::Failed { code: code.to_owned(), message: error.to_string() }
}
