//! What each role earns at the pool's point, or at the one that is examined.

use leptos::prelude::*;
use pinfi_core::equilibrium::ProviderRole;

use super::{
    diagram::Place,
    finding::Finding,
    numbers::{figure, significant},
    words,
};
use crate::{
    components::{Column, Tone, badge, live, table},
    contexts::tr,
};

/// The least price that is examined: at none the game has no meaning.
const LEAST_X: f64 = 1e-6;

/// Shows the payoffs.
pub(super) fn readout(place: Place) -> AnyView {
    let finding = Memo::new(move |_| {
        let found = place.found()?;
        let Some((x, y)) = place.probe.get() else { return Some((false, found.finding)) };
        let outside = found.game.outside_price();
        let (price, reward) = (x.max(LEAST_X) * outside, y * outside);
        Some((true, Finding::at(&found.game, price, reward).ok()?))
    });
    // The words alone are announced: of the table, screen readers ask for what they want.
    let here = live(move || match finding.get() {
        None => ().into_any(),
        Some((is_probe, finding)) => heading(is_probe, &finding),
    });
    let roles = live(move || match finding.get() {
        None => ().into_any(),
        Some((_, finding)) => payoffs(&finding),
    });
    view! {
        <div class="stack-s" id="balance-here" role="status" data-testid="balance-here">{here}</div>
        {roles}
    }
    .into_any()
}

fn heading(is_probe: bool, finding: &Finding) -> AnyView {
    let title = if is_probe {
        tr!(balance.here_probe, x = significant(finding.x, 3), y = significant(finding.y, 3))
    } else {
        tr!(balance.here_pool).to_owned()
    };
    let letter = finding.region.letter();
    let told = tr!(balance.here_words, letter = letter, words = words::region(finding.region));
    let prices =
        tr!(balance.here_prices, price = figure(finding.price), reward = figure(finding.reward));
    view! {
        <h3>{title}</h3>
        <p data-testid="balance-region" data-region=letter>
            <span class=format!("swatch region-{}", letter.to_ascii_lowercase())></span>
            {told}
        </p>
        <p class="small soft num balance-prices">{prices}</p>
    }
    .into_any()
}

fn payoffs(finding: &Finding) -> AnyView {
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(balance.role), false),
        column(tr!(balance.earns), true),
        column(tr!(balance.does), false),
    ];
    let earned = &finding.payoffs;
    let best = earned.best();
    let provider = |role, name: &'static str, earns: f64| {
        let mark = (role == best).then(|| badge(Tone::Good, tr!(balance.best)));
        let mark = mark.unwrap_or_else(|| ().into_any());
        vec![name.into_any(), figure(earns).into_any(), mark]
    };
    let trader = |name: &'static str, earns: f64| {
        let mark = if earns > 0.0 {
            badge(Tone::Warm, tr!(balance.acts))
        } else {
            view! { <span class="soft">{tr!(balance.stays)}</span> }.into_any()
        };
        vec![name.into_any(), figure(earns).into_any(), mark]
    };
    let rows = vec![
        provider(ProviderRole::Liquidity, tr!(balance.role_lp), earned.liquidity),
        provider(ProviderRole::PoolSale, tr!(balance.role_sale), earned.pool_sale),
        provider(ProviderRole::Outside, tr!(balance.role_outside), earned.outside),
        trader(tr!(balance.role_client), earned.genuine_client),
        trader(tr!(balance.role_seller), earned.speculating_seller),
        trader(tr!(balance.role_buyer), earned.speculating_buyer),
    ];
    let roles = table(tr!(balance.roles), "balance-roles", columns, rows);
    view! { <div class="tight">{roles}</div> }.into_any()
}
