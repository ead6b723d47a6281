//! Where the user is, and the way elsewhere.

use leptos::{ev, prelude::*};

use crate::{browser, route::Route};

/// The address bar as a [`Route`]. Plain `<a href>` and the back button lead from page to page; a
/// router would weigh more than the few pages' one `match`.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    route: Memo<Route>,
}

impl Navigation {
    /// Provides the context and starts to follow the address bar, for as long as the page lives.
    pub(crate) fn provide() {
        let path = RwSignal::new(browser::path());
        let _for_good = window_event_listener(ev::popstate, move |_| path.set(browser::path()));
        let _for_good = window_event_listener(ev::click, move |event| {
            let Some(address) = browser::followed(&event) else { return };
            event.prevent_default();
            browser::go(&address);
            path.set(browser::path());
        });
        let route = Memo::new(move |_| path.with(|path| Route::parse(path)));
        provide_context(Self { route });
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the page in view, and follows it.
    pub(crate) fn route(self) -> Route {
        self.route.get()
    }
}
