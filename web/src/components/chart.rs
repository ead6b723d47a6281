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
    fn draw(element: &JsValue, look: &JsValue) -> js_sys::Promise;
}

#[wasm_bindgen]
extern "C" {
    /// A chart that is shown; see `charts/draw.js`.
    #[derive(Clone)]
    type Drawn;
    #[wasm_bindgen(method)]
    fn set(this: &Drawn, data: &JsValue);
    #[wasm_bindgen(method)]
    fn remove(this: &Drawn);
}

/// How a series looks.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Look {
    /// A line with its area.
    Area,
    /// A line.
    Line,
    /// A thin dashed line: what is not observed.
    Dashed,
    /// Colours along the chart's foot. Each value is the place of a name and a colour token in here.
    Bands(&'static [(&'static str, &'static str)]),
}

/// One series of a chart.
#[derive(Clone)]
pub(crate) struct Series {
    /// Its name.
    pub(crate) title: String,
    /// The colour token, such as `--accent`; without a meaning for bands.
    pub(crate) token: &'static str,
    /// Its looks.
    pub(crate) look: Look,
    /// The scale that it goes by: `right`, `left`, or one of its own.
    pub(crate) axis: &'static str,
    /// Decimals.
    pub(crate) places: u8,
    /// Its points: seconds, strictly rising, and the value, where not a number leaves a gap; doubles,
    /// since they are pixels.
    pub(crate) points: Signal<Vec<(u64, f64)>>,
}

/// What the seconds of the points are.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Times {
    /// Unix time. The series' names stand at the scales.
    #[default]
    Unix,
    /// Time since a beginning, shown as days and hours. The series' names stand below.
    Days,
}

/// Shows series over time, and the same figures as a table.
#[component]
pub(crate) fn Chart(
    #[prop(into)] title: String,
    testid: &'static str,
    series: Vec<Series>,
    #[prop(optional)] times: Times,
) -> AnyView {
    let element = NodeRef::<html::Div>::new();
    let chart = RwSignal::new_local(None::<Drawn>);
    let failed = RwSignal::new(false);
    let theme = Theme::use_it();
    let looks = looks(&series, times);
    Effect::new(move |_| {
        theme.is_dark();
        let Some(element) = element.get() else { return };
        let looks = looks.clone();
        take_down(chart);
        spawn_local(async move {
            match JsFuture::from(draw(&element, &looks)).await {
                // The page may be gone by now; then nobody takes the chart.
                Ok(drawn) => {
                    if let Some(late) = chart.try_set(Some(drawn.unchecked_into())).flatten() {
                        late.remove();
                    }
                }
                Err(_) => {
                    failed.try_set(true);
                }
            }
        });
    });
    let lines = series.clone();
    Effect::new(move |_| {
        let data: Array = lines.iter().map(|line| points(&line.points.get())).collect();
        chart.with(|chart| {
            if let Some(chart) = chart {
                chart.set(&data);
            }
        });
    });
    on_cleanup(move || take_down(chart));
    let key = (times == Times::Days).then(|| key(&series));
    let credit = (times == Times::Unix).then(credit);
    // Built while it is looked at: the figures change with every tick.
    let opened = RwSignal::new(false);
    let rows = move || opened.get().then(|| figures(&title, &series, times));
    view! {
        <figure class="stack-s">
            <div class="chart" data-testid=testid aria-hidden="true" node_ref=element></div>
            {key}
            {credit}
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

/// Names who draws the charts, as their licence asks.
pub(crate) fn credit() -> AnyView {
    view! {
        <a class="small soft" href="https://www.tradingview.com/" rel="noopener external" target="_blank">
            {tr!(shell.charts_by)}
        </a>
    }
    .into_any()
}

fn take_down(chart: RwSignal<Option<Drawn>, LocalStorage>) {
    if let Some(old) = chart.try_update_untracked(Option::take).flatten() {
        old.remove();
    }
}

fn looks(series: &[Series], times: Times) -> JsValue {
    let lines: Array = series.iter().map(|line| look(line, times)).collect();
    let pattern = if times == Times::Days { tr!(common.day_hour) } else { "" };
    object(&[
        ("series", lines.into()),
        ("language", JsValue::from_str(Language::tag())),
        ("times", JsValue::from_str(pattern)),
    ])
}

fn look(line: &Series, times: Times) -> JsValue {
    let title = if times == Times::Days { "" } else { &line.title };
    let (look, bands) = match line.look {
        Look::Area => ("area", JsValue::UNDEFINED),
        Look::Line => ("line", JsValue::UNDEFINED),
        Look::Dashed => ("dashed", JsValue::UNDEFINED),
        Look::Bands(bands) => {
            let tokens = bands.iter().map(|(_, token)| JsValue::from_str(token));
            ("", tokens.collect::<Array>().into())
        }
    };
    object(&[
        ("title", JsValue::from_str(title)),
        ("token", JsValue::from_str(line.token)),
        ("axis", JsValue::from_str(line.axis)),
        ("look", JsValue::from_str(look)),
        ("bands", bands),
        ("places", JsValue::from_f64(f64::from(line.places))),
    ])
}

fn points(points: &[(u64, f64)]) -> JsValue {
    points
        .iter()
        .map(|(time, value)| {
            let time = ("time", JsValue::from_f64(*time as f64));
            if value.is_nan() {
                return object(&[time]);
            }
            object(&[time, ("value", JsValue::from_f64(*value))])
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

/// Says which line is which.
fn key(series: &[Series]) -> AnyView {
    let lines = series.iter().filter(|line| !matches!(line.look, Look::Bands(_)));
    let entries = lines.map(|line| {
        let class = if line.look == Look::Dashed { "key-line key-dashed" } else { "key-line" };
        let colour = format!("var({})", line.token);
        view! { <li><span class=class style:border-color=colour></span>{line.title.clone()}</li> }
            .into_any()
    });
    view! { <ul class="keys small">{entries.collect_view()}</ul> }.into_any()
}

/// The chart's text alternative: about ten of its points, newest first.
fn figures(title: &str, series: &[Series], times: Times) -> AnyView {
    let all: Vec<Vec<(u64, f64)>> = series.iter().map(|line| line.points.get()).collect();
    let Some(first) = all.first() else { return ().into_any() };
    let step = (first.len() / 10).max(1);
    let rows = (0..first.len())
        .rev()
        .step_by(step)
        .map(|place| {
            let time = first.get(place).map_or(0, |point| point.0);
            let figures = all.iter().zip(series).map(|(points, line)| {
                let value = points.get(place).map_or(f64::NAN, |point| point.1);
                shown(line, value).into_any()
            });
            std::iter::once(moment(time, times).into_any()).chain(figures).collect()
        })
        .collect();
    let mut columns = vec![Column { title: tr!(common.time).to_owned(), figures: false }];
    columns.extend(series.iter().map(|line| Column { title: line.title.clone(), figures: true }));
    table(title, "chart-table", columns, rows)
}

fn shown(line: &Series, value: f64) -> String {
    if let Look::Bands(bands) = line.look {
        let here = (0..).zip(bands).find(|(place, _)| f64::from(*place) == value);
        return here.map_or("–", |(_, (name, _))| *name).to_owned();
    }
    if value.is_nan() {
        return "–".to_owned();
    }
    format!("{value:.*}", usize::from(line.places))
}

fn moment(time: u64, times: Times) -> String {
    const DAY: u64 = 86_400;
    match times {
        Times::Unix => browser::date_time(time),
        Times::Days => tr!(common.day_hour)
            .replace("{day}", &(time / DAY).to_string())
            .replace("{hour}", &(time % DAY / 3_600).to_string()),
    }
}
