//! What outlives the page that made it.

use leptos::prelude::Owner;

/// A value of the tab's, with the signals that it is made of.
pub(super) struct Lasting<T> {
    pub(super) it: T,
    _owner: Owner,
}

impl<T> Lasting<T> {
    /// Makes it.
    pub(super) fn new(make: impl FnOnce() -> T) -> Self {
        // Of nobody's page, or it would go with the first. A new root takes the page's place.
        let page = Owner::current();
        let owner = Owner::new_root(None);
        let it = make();
        if let Some(page) = page {
            page.set();
        }
        Self { it, _owner: owner }
    }
}
