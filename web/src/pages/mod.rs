//! One file a page. Each is a module of the program, loaded with its first visit (see `parts`).

mod balance;
mod bench;
mod device;
mod mine;
mod not_found;
mod outlet;
mod overview;
mod pool;
mod positions;
mod provide;
mod research;
mod swap;
mod using;
mod verify;
mod wallet;

pub(crate) use mine::upkeep;
pub(crate) use outlet::outlet;
pub(crate) use overview::activity;
pub(crate) use wallet::chain_in_use;

use leptos::prelude::*;

use crate::route::Route;

/// Builds the overview, or says that an address is no page: what a first visit brings.
pub(crate) fn first(route: Route) -> AnyView {
    if route == Route::Overview { overview::overview() } else { not_found::not_found() }
}

/// Builds the page of a pool.
pub(crate) fn pool(route: Route) -> AnyView {
    if let Route::Pool(id) = route { pool::pool(id) } else { first(route) }
}

/// Builds the page where hours are bought.
pub(crate) fn swap(route: Route) -> AnyView {
    if let Route::Swap(wanted) = route { swap::swap(wanted) } else { first(route) }
}

/// Builds the page of a provider.
pub(crate) fn provide(route: Route) -> AnyView {
    if let Route::Provide(pool) = route { provide::provide(pool) } else { first(route) }
}

/// Builds the page of what the account has.
pub(crate) fn positions(_: Route) -> AnyView {
    positions::positions()
}

/// Builds the page of a device that answers by itself.
pub(crate) fn mine(_: Route) -> AnyView {
    mine::mine()
}

/// Builds the page where a rented device is used.
pub(crate) fn using(route: Route) -> AnyView {
    if let Route::Use(id) = route { using::using(id) } else { first(route) }
}

/// Builds the page of a verifier.
pub(crate) fn verify(_: Route) -> AnyView {
    verify::verify()
}

/// Builds the page that measures this device.
pub(crate) fn bench(_: Route) -> AnyView {
    bench::bench()
}

/// Builds the page of the keys.
pub(crate) fn wallet(_: Route) -> AnyView {
    wallet::wallet()
}

/// Builds the page of simulated markets.
pub(crate) fn research(_: Route) -> AnyView {
    research::research()
}
