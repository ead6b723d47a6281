//! Time series, drawn by lightweight-charts, which is fetched when the first chart is shown.

use js_sys::{Array, Object, Reflect};
use leptos::{html, prelude::*};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Column, Tone, note, table};
use crate::{
    browser,
    contexts::{Language, Theme, tr},
};

#[wasm_bindgen(module = "/src/components/chart.js")]
extern "C" {
    fn draw(element: &JsValue, series: &JsValue, language: &str) -> js_sys::Promise;
    fn set(chart: &JsValue, data: &JsValue);
    fn remove(chart: &JsValue);
}

/// One line of a chart.
#[derive(Clone)]
pub(crate) struct Series {
    /// Its name.
    pub(crate) title: String,
    /// The colour token, such as `--accent`.
    pub(crate) token: &'static str,
    /// Its points: Unix seconds, strictly rising, and the value; doubles, since they are pixels.
    pub(crate) points: Signal<Vec<(u64, f64)>>,
}

/// Shows up to two series over time, each with a scale of its own, and the same figures as a table.
#[component]
pub(crate) fn Chart(
    #[prop(into)] title: String,
    testid: &'static str,
    series: Vec<Series>,
) -> AnyView {
    let element = NodeRef::<html::Div>::new();
    let chart = RwSignal::new_local(None::<JsValue>);
    let failed = RwSignal::new(false);
    let theme = Theme::use_it();
    let looks = looks(&series);
    Effect::new(move |_| {
        theme.is_dark();
        let Some(element) = element.get() else { return };
        let looks = looks.clone();
        take_down(chart);
        spawn_local(async move {
            match JsFuture::from(draw(&element, &looks, Language::tag())).await {
                // The page may be gone by now; then nobody takes the chart.
                Ok(drawn) => {
                    if let Some(late) = chart.try_set(Some(drawn)).flatten() {
                        remove(&late);
                    }
                }
                Err(_) => failed.set(true),
            }
        });
    });
    let lines = series.clone();
    Effect::new(move |_| {
        let data: Array = lines.iter().map(|line| points(&line.points.get())).collect();
        chart.with(|chart| {
            if let Some(chart) = chart {
                set(chart, &data);
            }
        });
    });
    on_cleanup(move || take_down(chart));
    // Built while it is looked at: the figures change with every tick.
    let opened = RwSignal::new(false);
    let rows = move || opened.get().then(|| figures(&title, &series));
    view! {
        <figure class="stack-s">
            <div class="chart" data-testid=testid aria-hidden="true" node_ref=element></div>
            <a class="small soft" href="https://www.tradingview.com/" rel="noopener external" target="_blank">
                {tr!(shell.charts_by)}
            </a>
            {move || failed.get().then(|| note(Tone::Caution, tr!(common.chart_failed)))}
            <details
                class="chart-note"
                data-testid="chart-figures"
                on:toggle=move |event| {
                    opened.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
                }
            >
                <summary>{tr!(common.chart_table)}</summary>
                {rows}
            </details>
        </figure>
    }
    .into_any()
}

fn take_down(chart: RwSignal<Option<JsValue>, LocalStorage>) {
    if let Some(old) = chart.try_update_untracked(Option::take).flatten() {
        remove(&old);
    }
}

fn looks(series: &[Series]) -> JsValue {
    series
        .iter()
        .enumerate()
        .map(|(place, line)| {
            object(&[
                ("title", JsValue::from_str(&line.title)),
                ("token", JsValue::from_str(line.token)),
                ("right", JsValue::from_bool(place == 0)),
            ])
        })
        .collect::<Array>()
        .into()
}

fn points(points: &[(u64, f64)]) -> JsValue {
    points
        .iter()
        .map(|(time, value)| {
            object(&[
                ("time", JsValue::from_f64(*time as f64)),
                ("value", JsValue::from_f64(*value)),
            ])
        })
        .collect::<Array>()
        .into()
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}

/// The chart's text alternative: about ten of its points, newest first.
fn figures(title: &str, series: &[Series]) -> AnyView {
    let all: Vec<Vec<(u64, f64)>> = series.iter().map(|line| line.points.get()).collect();
    let Some(first) = all.first() else { return ().into_any() };
    let step = (first.len() / 10).max(1);
    let rows = (0..first.len())
        .rev()
        .step_by(step)
        .map(|place| {
            let time = first.get(place).map_or(0, |point| point.0);
            let figures = all.iter().map(|line| line.get(place).map_or(0.0, |point| point.1));
            std::iter::once(browser::date_time(time).into_any())
                .chain(figures.map(|figure| format!("{figure:.4}").into_any()))
                .collect()
        })
        .collect();
    let mut columns = vec![Column { title: tr!(common.time).to_owned(), figures: false }];
    columns.extend(series.iter().map(|line| Column { title: line.title.clone(), figures: true }));
    table(title, "chart-table", columns, rows)
}
