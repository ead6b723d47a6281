//! A market as lines over time; the kept one beside it as dashed ones.

use leptos::prelude::*;

use super::{
    lab::Finished,
    plots::{self, Games, Points, REGIONS},
};
use crate::{
    components::{Chart, Look, Series, Times, card, credit},
    contexts::tr,
    pages::balance::{percentage, who_is_there},
};
use pinfi_core::equilibrium::Region;

/// Shows the charts.
pub(super) fn charts(finished: &Finished, other: Option<&Finished>) -> AnyView {
    view! {
        <div class="research-charts">
            {price(finished, other)}
            {rewards(finished, other)}
            {roles(finished, other)}
            {incomes(finished)}
            {use_of_devices(finished, other)}
        </div>
        <p>{credit()}</p>
    }
    .into_any()
}

fn series(title: &str, token: &'static str, look: Look, places: u8, points: Points) -> Series {
    Series {
        title: title.to_owned(),
        token,
        look,
        axis: "right",
        places,
        points: Signal::stored(points),
    }
}

/// The same of the kept market, as far as this one goes.
fn kept(
    title: &str,
    token: &'static str,
    places: u8,
    finished: &Finished,
    other: Option<&Finished>,
    points: impl Fn(&Finished) -> Points,
) -> Option<Series> {
    let mut points = points(other?);
    points.truncate(finished.outcome.hours.len());
    let title = tr!(research.of_kept, name = title.to_owned());
    Some(series(&title, token, Look::Dashed, places, points))
}

fn chart(title: &'static str, testid: &'static str, text: AnyView, lines: Vec<Series>) -> AnyView {
    let content = view! { {text} <Chart title testid series=lines times=Times::Days /> };
    card(title, "research-chart", content.into_any())
}

fn said(text: &'static str) -> AnyView {
    view! { <p class="small soft">{text}</p> }.into_any()
}

fn price(finished: &Finished, other: Option<&Finished>) -> AnyView {
    let hours = &finished.outcome.hours;
    let games = Games::of(&finished.order.scenario);
    let of = |finished: &Finished| plots::line(&finished.outcome.hours, plots::price);
    let regions = Series {
        axis: "regions",
        ..series(
            tr!(research.region_title),
            "--ink",
            Look::Bands(&REGIONS),
            0,
            plots::line(hours, plots::region),
        )
    };
    let mut lines = vec![
        series(tr!(research.price), "--accent", Look::Area, 3, of(finished)),
        series(tr!(research.rests), "--danger", Look::Dashed, 3, games.line(hours, plots::resting)),
        series(
            tr!(research.price_outside),
            "--ink-soft",
            Look::Dashed,
            3,
            games.line(hours, |game, _| Some(game.outside_price())),
        ),
    ];
    lines.extend(kept(tr!(research.price), "--hours", 3, finished, other, of));
    lines.push(regions);
    let text = view! { {said(tr!(research.price_text))} {region_key(finished)} };
    chart(tr!(research.price_title), "research-price", text.into_any(), lines)
}

/// The regions that the market was in, and for how much of its time.
fn region_key(finished: &Finished) -> AnyView {
    let hours = &finished.outcome.hours;
    let entry = |letter: &'static str, class: String, who: &'static str| {
        let count = hours.iter().filter(|hour| match hour.region.as_str() {
            "" => letter == "–",
            region => region == letter,
        });
        let part = count.count() as f64 / hours.len().max(1) as f64;
        (part > 0.0).then(|| {
            let told =
                tr!(research.region_part, letter = letter, who = who, part = percentage(part));
            view! { <li><span class=format!("swatch {class}")></span>{told}</li> }.into_any()
        })
    };
    let mut entries: Vec<AnyView> = Region::ALL
        .into_iter()
        .filter_map(|region| {
            let letter = region.letter();
            let class = format!("region-{}", letter.to_ascii_lowercase());
            entry(letter, class, who_is_there(region))
        })
        .collect();
    entries.extend(entry("–", "region-none".to_owned(), tr!(research.dormant)));
    view! { <ul class="keys small" data-testid="research-regions">{entries}</ul> }.into_any()
}

fn use_of_devices(finished: &Finished, other: Option<&Finished>) -> AnyView {
    let of =
        |finished: &Finished| plots::line(&finished.outcome.hours, |hour| hour.utilisation * 100.0);
    let title = tr!(research.utilisation);
    let mut lines = vec![series(title, "--accent", Look::Area, 1, of(finished))];
    lines.extend(kept(title, "--hours", 1, finished, other, of));
    let text = said(tr!(research.utilisation_text));
    chart(tr!(research.utilisation_title), "research-utilisation", text, lines)
}

fn roles(finished: &Finished, other: Option<&Finished>) -> AnyView {
    let hours = &finished.outcome.hours;
    let lps =
        |finished: &Finished| plots::line(&finished.outcome.hours, |hour| f64::from(hour.lps));
    let title = tr!(research.lps);
    let mut lines = vec![
        series(title, "--accent", Look::Line, 0, lps(finished)),
        series(
            tr!(research.sold),
            "--hours",
            Look::Line,
            0,
            plots::line(hours, |hour| f64::from(hour.sold)),
        ),
        series(
            tr!(research.at_outside),
            "--ink-soft",
            Look::Line,
            0,
            plots::line(hours, |hour| f64::from(hour.outside)),
        ),
    ];
    lines.extend(kept(title, "--accent", 0, finished, other, lps));
    chart(tr!(research.roles_title), "research-roles", said(tr!(research.roles_text)), lines)
}

fn incomes(finished: &Finished) -> AnyView {
    let hours = &finished.outcome.hours;
    let games = Games::of(&finished.order.scenario);
    let lines = vec![
        series(
            tr!(research.lp_income),
            "--accent",
            Look::Line,
            3,
            plots::line(hours, plots::lp_income),
        ),
        series(tr!(research.sale), "--hours", Look::Line, 3, games.line(hours, plots::sale)),
        series(
            tr!(research.price_outside),
            "--ink-soft",
            Look::Dashed,
            3,
            games.line(hours, |game, _| Some(game.outside_price())),
        ),
    ];
    chart(tr!(research.income_title), "research-income", said(tr!(research.income_text)), lines)
}

fn rewards(finished: &Finished, other: Option<&Finished>) -> AnyView {
    let hours = &finished.outcome.hours;
    let games = Games::of(&finished.order.scenario);
    let of = |finished: &Finished| plots::line(&finished.outcome.hours, |hour| hour.reward);
    let floor = games.line(hours, |game, _| Some(game.reward_band()?.floor));
    let ceiling = games.line(hours, |game, _| Some(game.reward_band()?.ceiling));
    let title = tr!(research.reward_line);
    let mut lines = vec![
        series(title, "--accent", Look::Line, 3, of(finished)),
        series(tr!(research.floor), "--danger", Look::Dashed, 3, floor),
        series(tr!(research.ceiling), "--danger", Look::Dashed, 3, ceiling),
        Series {
            axis: "left",
            ..series(
                tr!(research.minted),
                "--hours",
                Look::Line,
                0,
                plots::line(hours, |hour| hour.rewards_minted),
            )
        },
    ];
    lines.extend(kept(title, "--ink", 3, finished, other, of));
    let text = said(tr!(research.reward_text));
    chart(tr!(research.reward_title), "research-reward-chart", text, lines)
}
