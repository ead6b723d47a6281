//! A market in a few figures, beside the kept one.

use leptos::prelude::*;
use pinfi_simulation::Summary;

use super::{lab::Finished, words};
use crate::{
    components::{Column, table},
    contexts::tr,
    format::group,
    pages::balance::{figure, percentage},
};

/// Shows the figures; nothing of a market that was over too soon for any.
pub(super) fn summary(finished: &Finished, other: Option<&Finished>) -> AnyView {
    let Some(summary) = &finished.outcome.summary else { return ().into_any() };
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let mut columns =
        vec![column(tr!(research.figure), false), column(tr!(research.this_run), true)];
    let mut all = vec![figures(summary)];
    if let Some(kept) = other.and_then(|it| it.outcome.summary.as_ref()) {
        columns.push(column(tr!(research.kept_run), true));
        all.push(figures(kept));
    }
    let names = [
        tr!(research.in_balance),
        tr!(research.served),
        tr!(research.mean_x),
        tr!(research.range_x),
        tr!(research.price_spread),
        tr!(research.mean_roles),
        tr!(research.mean_utilisation),
        tr!(research.mean_income),
        tr!(research.rewards),
        tr!(research.rewards_per_hour),
        tr!(research.least_cover),
    ];
    let rows = names
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let cells = all.iter().filter_map(|figures| figures.get(place).cloned());
            std::iter::once(name.into_any()).chain(cells.map(IntoAny::into_any)).collect()
        })
        .collect();
    view! {
        <div class="tight research-summary">{table(tr!(research.summary), "research-summary", columns, rows)}</div>
        <p class="small soft">{compared(other)} {tr!(research.summary_text)}</p>
    }
    .into_any()
}

fn compared(other: Option<&Finished>) -> Option<String> {
    let other = other?;
    let (name, _) = words::scenario(&other.order.scenario.name);
    let run = &other.order.run;
    let (days, seed) = (run.days.to_string(), run.seed.to_string());
    Some(tr!(research.compared, name = name, days = days, seed = seed))
}

fn figures(summary: &Summary) -> [String; 11] {
    let range = |from: f64, to: f64| tr!(research.range, from = figure(from), to = figure(to));
    let whole = |number: f64| {
        // Only shown: an amount that does not fit is no market's.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        group(number.round() as u128)
    };
    let (lps, sold, outside) = (whole(summary.lps), whole(summary.sold), whole(summary.outside));
    [
        percentage(summary.region("G")),
        percentage(summary.served),
        figure(summary.mean_x),
        range(summary.least_x, summary.greatest_x),
        percentage(summary.price_spread),
        tr!(research.roles, lps = lps, sold = sold, outside = outside),
        percentage(summary.utilisation),
        figure(summary.lp_income),
        whole(summary.rewards),
        figure(summary.rewards_per_served_hour),
        percentage(summary.least_cover),
    ]
}
