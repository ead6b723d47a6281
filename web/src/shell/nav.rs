//! The ways between pages: in the header, and at the foot of a phone's screen.

use leptos::prelude::*;

use crate::{
    components::icon,
    contexts::{Navigation, tr},
    route::Route,
};

fn destinations() -> Vec<(Route, &'static str, &'static str, &'static str)> {
    vec![
        (Route::Overview, "overview", "nav-overview", tr!(shell.overview)),
        (Route::Swap(None), "swap", "nav-swap", tr!(shell.swap)),
        (Route::Provide(None), "provide", "nav-provide", tr!(shell.provide)),
        (Route::Positions, "positions", "nav-positions", tr!(shell.positions)),
        (Route::Wallet, "wallet", "nav-wallet", tr!(shell.wallet)),
        (Route::Research, "research", "nav-research", tr!(shell.research)),
    ]
}

fn link(
    route: Route,
    sign: Option<&'static str>,
    testid: &'static str,
    label: &'static str,
) -> AnyView {
    let navigation = Navigation::use_it();
    let path = route.path();
    let current = move || (navigation.route().section() == route).then_some("page");
    view! {
        <a href=path data-testid=testid aria-current=current>
            {sign.map(icon)}
            {label}
        </a>
    }
    .into_any()
}

/// The links in the header.
pub(super) fn top_links() -> AnyView {
    let links: Vec<AnyView> = destinations()
        .into_iter()
        .map(|(route, _, testid, label)| link(route, None, testid, label))
        .collect();
    view! { <nav class="nav" aria-label=tr!(shell.main_nav)>{links}</nav> }.into_any()
}

/// The links at the foot of a phone's screen.
pub(super) fn tab_bar() -> AnyView {
    let links: Vec<AnyView> = destinations()
        .into_iter()
        .map(|(route, sign, _, label)| link(route, Some(sign), "", label))
        .collect();
    view! { <nav class="tabbar" aria-label=tr!(shell.main_nav)>{links}</nav> }.into_any()
}
