//! The form and the runs. They outlive the page: who looks elsewhere meanwhile loses nothing.

use std::{cell::OnceCell, rc::Rc, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use pinfi_simulation::SCENARIOS;
use pinfi_worker::simulator::{Order, Outcome, SimulatorError};

use super::{
    address::{self, BadAddress},
    draft::{Draft, Wrong},
    knob::Knob,
};
use crate::{browser, route::Route};

/// A market that came to its end.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    /// What was typed for it.
    pub(super) draft: Draft,
    /// What was ordered.
    pub(super) order: Order,
    /// What came of it.
    pub(super) outcome: Outcome,
}

/// What is under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// Nothing.
    Idle,
    /// A market of so many hours, of which so many are over.
    Running(u32, u32),
    /// The last market was cancelled.
    Cancelled,
    /// The last market came to no end.
    Failed(SimulatorError),
}

/// What is typed, what runs, and what came of it.
#[derive(Clone, Copy)]
pub(super) struct Lab {
    pub(super) scenario: RwSignal<String>,
    pub(super) numbers: [RwSignal<String>; Knob::ALL.len()],
    pub(super) controlled: RwSignal<bool>,
    pub(super) may_sell: RwSignal<bool>,
    pub(super) by_theory: RwSignal<bool>,
    pub(super) phase: RwSignal<Phase>,
    pub(super) finished: RwSignal<Option<Arc<Finished>>>,
    /// A market that others are compared with.
    pub(super) kept: RwSignal<Option<Arc<Finished>>>,
    /// Why the address was refused.
    pub(super) refused: RwSignal<Option<BadAddress>>,
    cancel: StoredValue<Option<Rc<dyn Fn()>>, LocalStorage>,
}

thread_local! {
    static LAB: OnceCell<(Owner, Lab)> = const { OnceCell::new() };
}

impl Lab {
    /// Gives the tab's, made when it is first asked for.
    pub(super) fn of_the_tab() -> Self {
        LAB.with(|lab| {
            let made = || {
                // Of nobody's page, or it would go with the first. A new root takes the page's place.
                let page = Owner::current();
                let owner = Owner::new_root(None);
                let lab = Self::new();
                if let Some(page) = page {
                    page.set();
                }
                (owner, lab)
            };
            lab.get_or_init(made).1
        })
    }

    fn new() -> Self {
        let lab = Self {
            scenario: RwSignal::default(),
            numbers: std::array::from_fn(|_| RwSignal::default()),
            controlled: RwSignal::new(false),
            may_sell: RwSignal::new(true),
            by_theory: RwSignal::new(false),
            phase: RwSignal::new(Phase::Idle),
            finished: RwSignal::new(None),
            kept: RwSignal::new(None),
            refused: RwSignal::new(None),
            cancel: StoredValue::new_local(None),
        };
        let [(first, _), ..] = SCENARIOS;
        lab.choose(first);
        lab
    }

    /// Takes a ready scenario's numbers, and leaves days, agents and seed as they are typed.
    pub(super) fn choose(self, name: &str) {
        let Ok(mut draft) = Draft::of(name) else { return };
        let now = untrack(|| self.draft());
        for knob in [Knob::Days, Knob::Agents, Knob::Seed] {
            if !now.number(knob).is_empty() {
                draft.set(knob, now.number(knob));
            }
        }
        draft.controlled = now.controlled;
        self.show(&draft);
    }

    /// Shows a draft in the form.
    pub(super) fn show(self, draft: &Draft) {
        self.scenario.set(draft.scenario.clone());
        for (signal, typed) in self.numbers.iter().zip(&draft.numbers) {
            signal.set(typed.clone());
        }
        self.controlled.set(draft.controlled);
        self.may_sell.set(draft.may_sell);
        self.by_theory.set(draft.by_theory);
    }

    /// Gives what is typed, and follows it.
    pub(super) fn draft(self) -> Draft {
        Draft {
            scenario: self.scenario.get(),
            numbers: self.numbers.map(|number| number.get()),
            controlled: self.controlled.get(),
            may_sell: self.may_sell.get(),
            by_theory: self.by_theory.get(),
        }
    }

    /// Takes the address that the page was opened with: runs the market that it names.
    pub(super) fn open(self, query: &str) {
        match address::read(query) {
            Err(refused) => self.refused.set(Some(refused)),
            Ok(None) => {
                self.refused.set(None);
                // Back on the page: the address says again what is shown.
                if let Some(finished) = self.finished.get_untracked() {
                    browser::rewrite(&finished.path());
                }
            }
            Ok(Some(draft)) => {
                self.refused.set(None);
                let same = |finished: &Arc<Finished>| Ok(&finished.order) == draft.order().as_ref();
                let is_shown = self.finished.with_untracked(|it| it.as_ref().is_some_and(same));
                if !is_shown && !self.is_running() {
                    self.show(&draft);
                    let _checked_with_the_address = self.run();
                }
            }
        }
    }

    /// Runs the market that is typed, and writes it into the address bar.
    ///
    /// # Errors
    /// [`Wrong`], where nothing is run.
    pub(super) fn run(self) -> Result<(), Wrong> {
        let draft = untrack(|| self.draft());
        let order = draft.order()?;
        if self.is_running() {
            return Ok(());
        }
        self.refused.set(None);
        browser::rewrite(&path_of(&draft));
        self.phase.set(Phase::Running(0, order.run.days * 24));
        let on_progress = move |done, total| self.phase.set(Phase::Running(done, total));
        let running = browser::simulator_host().run(order.clone(), on_progress);
        self.cancel.set_value(Some(Rc::new(running.canceller())));
        spawn_local(async move {
            let ended = running.await;
            self.end(draft, order, ended);
        });
        Ok(())
    }

    fn end(self, draft: Draft, order: Order, ended: Result<Outcome, SimulatorError>) {
        self.cancel.set_value(None);
        self.phase.set(match ended {
            Ok(outcome) => {
                self.finished.set(Some(Arc::new(Finished { draft, order, outcome })));
                Phase::Idle
            }
            Err(SimulatorError::Cancelled) => Phase::Cancelled,
            Err(error) => Phase::Failed(error),
        });
    }

    /// Ends what runs.
    pub(super) fn cancel(self) {
        if let Some(cancel) = self.cancel.get_value() {
            cancel();
        }
    }

    /// Keeps what is shown to compare others with it.
    pub(super) fn keep(self) {
        self.kept.set(self.finished.get_untracked());
    }

    fn is_running(self) -> bool {
        self.phase.with_untracked(|phase| matches!(phase, Phase::Running(..)))
    }
}

impl Finished {
    /// Gives the address within the page that orders this market again.
    pub(super) fn path(&self) -> String {
        path_of(&self.draft)
    }
}

fn path_of(draft: &Draft) -> String {
    format!("{}{}", Route::Research.path(), address::write(draft))
}
