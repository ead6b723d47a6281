//! Short messages about what has just happened.

use std::time::Duration;

use leptos::prelude::*;

use super::tr;
use crate::words::Trouble;

const SHOWN_FOR: Duration = Duration::from_secs(8);

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    /// Tells it from the others.
    pub(crate) id: u32,
    /// Whether it tells of a failure; those stay until dismissed.
    pub(crate) failure: bool,
    /// The error's code, where it tells of a failure that has one.
    pub(crate) code: &'static str,
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
        let id = self.push(text.into(), None);
        set_timeout(move || self.dismiss(id), SHOWN_FOR);
    }

    /// Copies a text to the clipboard, and says so.
    pub(crate) fn copy(self, text: &str) {
        let _the_message_is_enough = window().navigator().clipboard().write_text(text);
        self.tell(tr!(common.copied));
    }

    /// Tells of a failure, until dismissed.
    pub(crate) fn fail(self, text: impl Into<String>) {
        self.push(text.into(), Some(""));
    }

    /// Tells of an error that has words, until dismissed.
    pub(crate) fn trouble(self, trouble: Trouble) {
        self.push(trouble.text, Some(trouble.code));
    }

    /// Takes a message away.
    pub(crate) fn dismiss(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    /// Shows a message; one that says the same as another takes its place.
    fn push(self, text: String, failed: Option<&'static str>) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let toast = Toast { id, failure: failed.is_some(), code: failed.unwrap_or_default(), text };
        self.list.update(|list| {
            list.retain(|other| other.failure != toast.failure || other.text != toast.text);
            list.push(toast);
        });
        id
    }
}
