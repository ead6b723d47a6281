//! The diagram's text alternative.

use leptos::prelude::*;
use pinfi_core::equilibrium::{PlotBox, Region};

use super::{
    card::Found,
    diagram::Place,
    limits::{boundary, thresholds},
    numbers::{figure, percentage},
    trail::Step,
    words,
};
use crate::{
    components::{Column, badge, live, table},
    contexts::tr,
    words::moment,
};

/// Steps of the trail that are listed, the newest first.
const STEPS: usize = 12;

/// Shows all that the diagram does as tables, built while they are looked at.
pub(super) fn tables(place: Place) -> AnyView {
    let opened = RwSignal::new(false);
    let content = live(move || {
        let Some((found, frame)) = place.found().zip(place.frame()) else { return ().into_any() };
        if !opened.get() {
            return ().into_any();
        }
        let plot = PlotBox::new(frame.x_max, frame.y_max).ok();
        view! {
            <div class="stack">
                {plot.map(|plot| regions(&found, &plot))} {thresholds(&found)}
                {boundary(&found, &frame)} {trail(&found)}
            </div>
        }
        .into_any()
    });
    view! {
        <details
            class="chart-note"
            data-testid="balance-tables"
            on:toggle=move |event| {
                opened.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
            }
        >
            <summary>{tr!(balance.table)}</summary>
            {content}
        </details>
    }
    .into_any()
}

fn regions(found: &Found, plot: &PlotBox) -> AnyView {
    let areas = found.game.diagram().areas(plot);
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(balance.table_region), false),
        column(tr!(balance.table_who), false),
        column(tr!(balance.table_part), true),
    ];
    let row = |region: Region| {
        let here = (region == found.finding.region)
            .then(|| badge(words::tone(&found.finding), tr!(balance.table_here)));
        vec![
            region.letter().into_any(),
            view! { <span class="who">{words::region(region)} {here}</span> }.into_any(),
            percentage(areas.of(region) / plot.area()).into_any(),
        ]
    };
    let rows = Region::ALL.into_iter().map(row).collect();
    view! {
        <h3>{tr!(balance.table_regions)}</h3>
        {table(tr!(balance.table_regions), "balance-table-regions", columns, rows)}
    }
    .into_any()
}

fn trail(found: &Found) -> AnyView {
    let title = tr!(balance.table_trail);
    if found.trail.is_empty() {
        return view! { <h3>{title}</h3> <p class="small soft">{tr!(balance.table_no_trail)}</p> }
            .into_any();
    }
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(balance.table_when), false),
        column(tr!(balance.table_price), true),
        column(tr!(balance.table_reward), true),
        column(tr!(balance.table_region), false),
    ];
    let row = |step: &Step| {
        let region = found.game.region(step.price, step.reward);
        vec![
            moment(step.at).into_any(),
            figure(step.price).into_any(),
            figure(step.reward).into_any(),
            region.map_or("–", Region::letter).into_any(),
        ]
    };
    let rows = found.trail.iter().rev().take(STEPS).map(row).collect();
    view! { <h3>{title}</h3> {table(title, "balance-table-trail", columns, rows)} }.into_any()
}
