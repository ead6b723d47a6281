//! One file a page.

mod not_found;
mod overview;
mod wallet;

use leptos::prelude::*;

use crate::route::Route;

/// Builds the page of a route.
pub(crate) fn page(route: Route) -> AnyView {
    match route {
        Route::Overview => overview::overview(),
        Route::Wallet => wallet::wallet(),
        _ => not_found::not_found(),
    }
}
