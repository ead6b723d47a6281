//! Light or dark.

use leptos::prelude::*;

use crate::browser;

const KEY: &str = "pinfi.theme";

/// Whether the dark theme shows. Follows the system until the user chooses.
#[derive(Clone, Copy)]
pub(crate) struct Theme(RwSignal<bool>);

impl Theme {
    /// Provides the stored choice, or the system's.
    pub(crate) fn provide() {
        let dark = match browser::read(KEY).as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => window()
                .match_media("(prefers-color-scheme: dark)")
                .ok()
                .flatten()
                .is_some_and(|query| query.matches()),
        };
        provide_context(Self(RwSignal::new(dark)));
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Tells whether the dark theme shows, and follows it.
    pub(crate) fn is_dark(self) -> bool {
        self.0.get()
    }

    /// Switches to the other theme and remembers it.
    pub(crate) fn toggle(self) {
        let dark = !self.0.get_untracked();
        let name = if dark { "dark" } else { "light" };
        browser::write(KEY, name);
        if let Some(root) = document().document_element() {
            let _always_settable = root.set_attribute("data-theme", name);
        }
        self.0.set(dark);
    }
}
