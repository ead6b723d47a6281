//! A change of the wallet under way: that it runs, how far it is, and why it failed.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{derivation, failure, maybe, text},
    contexts::{Wallet, tr},
    words::Trouble,
};

/// One change at a time.
#[derive(Clone, Copy)]
pub(super) struct Job {
    wallet: Wallet,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<Trouble>>,
}

/// What a job does.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<(), Trouble>>>>;

impl Job {
    pub(super) fn new() -> Self {
        Self { wallet: Wallet::use_it(), busy: RwSignal::new(false), trouble: RwSignal::new(None) }
    }

    /// Gives whether it runs, as a signal.
    pub(super) fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Shows an error that needed no work to be found; `None` takes it away.
    pub(super) fn show(self, trouble: Option<Trouble>) {
        self.trouble.set(trouble);
    }

    /// Runs a change, unless one runs already.
    pub(super) fn run(self, work: impl Future<Output = Result<(), Trouble>> + 'static) {
        self.run_boxed(Box::pin(work));
    }

    fn run_boxed(self, work: Work) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let outcome = work.await;
            // The view may be gone: what has changed may have replaced it.
            self.busy.try_set(false);
            self.trouble.try_set(outcome.err());
            self.wallet.derived();
            self.wallet.changed();
        });
    }

    /// Shows how far it is, and why it failed.
    pub(super) fn status(self) -> AnyView {
        let failed = move || self.trouble.get().map(failure);
        let deriving = Memo::new(move |_| self.busy.get() && self.wallet.progress().is_some());
        view! {
            <div role="status">{maybe(failed)}</div>
            {maybe(move || deriving.get().then(derivation))}
        }
        .into_any()
    }
}

/// Builds a form's last row: a button that submits, and what stands beside it.
pub(super) fn submit(
    label: &str,
    testid: &'static str,
    job: Job,
    disabled: Signal<bool>,
    beside: AnyView,
) -> AnyView {
    view! {
        <div class="dialog-actions">
            {beside}
            <button
                type="submit"
                class="button button-primary"
                data-testid=testid
                aria-busy=text(move || job.busy.get().to_string())
                disabled=disabled
            >
                {label.to_owned()}
            </button>
        </div>
    }
    .into_any()
}

/// Says that two passwords differ.
pub(super) fn mismatch() -> Trouble {
    Trouble::new("PasswordsDiffer", tr!(wallet.passwords_differ))
}
