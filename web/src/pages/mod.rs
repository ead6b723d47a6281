//! One file a page.

mod device;
mod not_found;
mod overview;
mod positions;
mod provide;
mod wallet;

use leptos::prelude::*;

use crate::route::Route;

/// Builds the page of a route.
pub(crate) fn page(route: Route) -> AnyView {
    match route {
        Route::Overview => overview::overview(),
        Route::Provide(pool) => provide::provide(pool),
        Route::Positions => positions::positions(),
        Route::Wallet => wallet::wallet(),
        _ => not_found::not_found(),
    }
}
