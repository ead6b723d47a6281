//! One file a page.

mod device;
mod not_found;
mod overview;
mod pool;
mod positions;
mod provide;
mod swap;
mod wallet;

use leptos::prelude::*;

use crate::route::Route;

/// Builds the page of a route.
pub(crate) fn page(route: Route) -> AnyView {
    match route {
        Route::Overview => overview::overview(),
        Route::Pool(id) => pool::pool(id),
        Route::Swap(wanted) => swap::swap(wanted),
        Route::Provide(pool) => provide::provide(pool),
        Route::Positions => positions::positions(),
        Route::Wallet => wallet::wallet(),
        Route::NotFound => not_found::not_found(),
    }
}
