//! An address that is no page.

use leptos::prelude::*;

use crate::{components::page, contexts::tr, route::Route};

/// Says so, and shows the way back.
pub(super) fn not_found() -> AnyView {
    let back = view! {
        <p><a class="button" href=Route::Overview.path() data-testid="not-found-back">{tr!(shell.not_found_back)}</a></p>
    };
    page(tr!(shell.not_found_title), tr!(shell.not_found_text), back.into_any())
}
