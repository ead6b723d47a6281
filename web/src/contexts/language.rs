//! The language of the texts.

use std::cell::Cell;

use leptos::prelude::*;

use crate::{
    browser,
    format::{DurationWords, Language as Written},
    i18n::Locale,
};

const KEY: &str = "pinfi.language";

thread_local! {
    static CURRENT: Cell<Locale> = const { Cell::new(Locale::en) };
}

/// Gives the language in use, anywhere, also inside callbacks and futures.
pub(crate) fn locale() -> Locale {
    CURRENT.get()
}

/// Speaks a language in this thread, for tests of texts.
#[cfg(test)]
pub(crate) fn speak(language: Locale) {
    CURRENT.set(language);
}

/// Which language the dApp speaks. Texts are read once, when a view is built; a change of language
/// builds the frame anew (see `app`), so that no text needs a signal.
#[derive(Clone, Copy)]
pub(crate) struct Language(RwSignal<Locale>);

impl Language {
    /// Provides the stored language, or the browser's.
    pub(crate) fn provide() -> Self {
        let preferred = browser::read(KEY).or_else(|| window().navigator().language());
        let chinese = preferred.is_some_and(|tag| tag.starts_with("zh"));
        let language = Self(RwSignal::new(if chinese { Locale::zh } else { Locale::en }));
        language.apply();
        provide_context(language);
        language
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Makes the caller run again when the language changes.
    pub(crate) fn track(self) {
        self.0.track();
    }

    /// Switches to the other language and remembers it.
    pub(crate) fn toggle(self) {
        let next = if locale() == Locale::en { Locale::zh } else { Locale::en };
        browser::write(KEY, if next == Locale::zh { "zh" } else { "en" });
        CURRENT.set(next);
        self.0.set(next);
        self.apply();
    }

    /// Gives the BCP 47 tag of the language in use.
    pub(crate) fn tag() -> &'static str {
        if locale() == Locale::zh { "zh-Hans" } else { "en" }
    }

    /// Gives the words for durations in the language in use.
    pub(crate) fn durations() -> DurationWords {
        DurationWords::of(if locale() == Locale::zh { Written::Chinese } else { Written::English })
    }

    fn apply(self) {
        CURRENT.set(self.0.get_untracked());
        if let Some(root) = document().document_element() {
            let _always_settable = root.set_attribute("lang", Self::tag());
        }
    }
}
