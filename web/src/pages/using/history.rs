//! What this tab shows and writes of the jobs that are remembered. One change after the other is
//! written, so that none is lost.

use std::{cell::OnceCell, collections::VecDeque};

use leptos::{prelude::*, task::spawn_local};
use pinfi_jobs::spec::Job;

use super::{
    kept::{Change, Kept, Shelf},
    lasting::Lasting,
    needs::Needs,
};

/// The jobs that are remembered of the account in use.
#[derive(Clone, Copy)]
pub(super) struct History {
    /// The latest first.
    pub(super) all: RwSignal<Vec<Kept>>,
    /// Whether the browser keeps nothing, so that a reload forgets it.
    pub(super) is_lost: RwSignal<bool>,
    needs: Needs,
    /// Whose they are.
    shelf: RwSignal<Option<Shelf>>,
    /// What is to be written, and whose is to be read.
    queue: StoredValue<VecDeque<(Shelf, Option<Change>)>>,
    is_at_work: StoredValue<bool>,
}

thread_local! {
    static HISTORY: OnceCell<Lasting<History>> = const { OnceCell::new() };
}

impl History {
    /// Gives the tab's.
    pub(super) fn of_tab(needs: Needs) -> Self {
        let made = || {
            let history = Self::new(needs);
            history.follow();
            history
        };
        HISTORY.with(|history| history.get_or_init(|| Lasting::new(made)).it)
    }

    fn new(needs: Needs) -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            is_lost: RwSignal::new(false),
            needs,
            shelf: RwSignal::new(None),
            queue: StoredValue::new(VecDeque::new()),
            is_at_work: StoredValue::new(false),
        }
    }

    /// Shows those of the account in use, and follows it.
    fn follow(self) {
        let shelf = Memo::new(move |_| self.needs.shelf());
        Effect::new(move |_| {
            let shelf = shelf.get();
            self.all.set(Vec::new());
            self.shelf.set(shelf);
            if let Some(shelf) = shelf {
                self.queue(shelf, None);
            }
        });
    }

    /// Gives whose are shown.
    pub(super) fn shelf(self) -> Option<Shelf> {
        self.shelf.get()
    }

    /// Reads a job that had not ended when the page was closed; none where it cannot go on.
    pub(super) async fn unended(self, shelf: Shelf, kept: &Kept) -> Option<Job> {
        let storage = self.needs.settlement.storage()?;
        shelf.unended(storage.as_ref(), kept).await.ok().flatten()
    }

    /// Makes a change. What is to be forgotten stays in view until it is gone.
    pub(super) fn change(self, shelf: Shelf, change: Change) {
        let is_shown = self.shelf.get_untracked() == Some(shelf);
        if is_shown && !matches!(change, Change::Clear) {
            self.all.update(|all| change.clone().apply(all));
        }
        self.queue(shelf, Some(change));
    }

    /// Lets a change be written, or what is kept be read, after all that came before.
    fn queue(self, shelf: Shelf, change: Option<Change>) {
        self.queue.update_value(|queue| queue.push_back((shelf, change)));
        if self.is_at_work.get_value() {
            return;
        }
        self.is_at_work.set_value(true);
        spawn_local(async move {
            let next = || self.queue.try_update_value(VecDeque::pop_front).flatten();
            while let Some((shelf, change)) = next() {
                let kept = match (self.needs.settlement.storage(), change) {
                    // Nothing is kept but what is in view.
                    (None, Some(Change::Clear)) => Some(Vec::new()),
                    (None, _) => None,
                    (Some(storage), None) => shelf.read(storage.as_ref()).await.ok(),
                    (Some(storage), Some(change)) => {
                        shelf.change(storage.as_ref(), change).await.ok()
                    }
                };
                self.is_lost.set(kept.is_none());
                // What waits is shown already, and not kept yet.
                let is_last = self.queue.with_value(VecDeque::is_empty);
                let is_shown = self.shelf.get_untracked() == Some(shelf);
                if let Some(kept) = kept.filter(|_| is_last && is_shown) {
                    self.all.set(kept);
                }
            }
            self.is_at_work.set_value(false);
        });
    }
}
