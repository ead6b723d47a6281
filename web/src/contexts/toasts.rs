//! Short messages about what has just happened.

use std::time::Duration;

use leptos::prelude::*;

const SHOWN_FOR: Duration = Duration::from_secs(8);

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    /// Tells it from the others.
    pub(crate) id: u32,
    /// Whether it tells of a failure; those stay until dismissed.
    pub(crate) failure: bool,
    /// What it says.
    pub(crate) text: String,
}

/// The messages in view, oldest first.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Provides the context.
    pub(crate) fn provide() {
        provide_context(Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the messages, and follows them.
    pub(crate) fn list(self) -> Vec<Toast> {
        self.list.get()
    }

    /// Tells of a success, for a few seconds.
    pub(crate) fn tell(self, text: impl Into<String>) {
        let id = self.push(text.into(), false);
        set_timeout(move || self.dismiss(id), SHOWN_FOR);
    }

    /// Tells of a failure, until dismissed.
    pub(crate) fn fail(self, text: impl Into<String>) {
        self.push(text.into(), true);
    }

    /// Takes a message away.
    pub(crate) fn dismiss(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    fn push(self, text: String, failure: bool) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| list.push(Toast { id, failure, text }));
        id
    }
}
