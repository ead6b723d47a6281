//! Where the user is, and the way elsewhere.

use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationProvider, Url};

use crate::route::Route;

/// The address bar as a [`Route`]. leptos_router turns clicks on plain `<a href>` and the back button
/// into changes of `route`; its `Routes` are left out, since six pages are one `match`.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    route: Memo<Route>,
}

impl Navigation {
    /// Provides the context and starts to follow the address bar.
    pub(crate) fn provide() {
        let bar = BrowserUrl::new().ok();
        let url = bar.as_ref().map_or_else(ArcRwSignal::default, |bar| bar.as_url().clone());
        if let Some(bar) = &bar {
            bar.init(None);
            // Views are built at once here, so a navigation is complete as soon as it is made.
            let (bar, url) = (bar.clone(), url.clone());
            Effect::new(move |_| {
                url.track();
                bar.ready_to_complete();
            });
        }
        let route = Memo::new(move |_| url.with(|url: &Url| Route::parse(url.path())));
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
