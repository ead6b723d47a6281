//! How well this device's prover uses it: figures that anybody can take, and compare.

use leptos::{prelude::*, task::spawn_local};
use pinfi_worker::{DeviceChoice, DeviceKind, Study, WorkerError, host::Canceller};

use super::device::worker_words;
use crate::{
    components::{
        Button, Column, Kind, Progress, Select, Tone, card, live, note, page, stat, stats, table,
    },
    contexts::{Worker, magnitude, per_mille, tr},
};

/// The matrix sides on offer. A smaller one does not keep a GPU busy.
const SIDES: [u32; 3] = [256, 512, 1024];

/// What is shown.
#[derive(Clone)]
enum Shown {
    Nothing,
    Running(u32),
    Done(Box<Study>),
    Failed(WorkerError),
}

/// Builds the page.
pub(super) fn bench() -> AnyView {
    let worker = Worker::use_it();
    let shown = RwSignal::new(Shown::Nothing);
    let side = RwSignal::new(SIDES[1].to_string());
    let canceller = StoredValue::new_local(None::<Canceller>);
    let stop = move || canceller.with_value(|running| running.as_ref().map(Canceller::cancel));
    on_cleanup(move || {
        stop();
    });
    let start = move |choice| {
        let n = side.get_untracked().parse().unwrap_or(SIDES[1]);
        shown.set(Shown::Running(0));
        let show = move |progress| {
            let _left = shown.try_set(Shown::Running(per_mille(progress)));
        };
        let running = worker.host().study(choice, n, show);
        canceller.set_value(Some(running.canceller()));
        spawn_local(async move {
            let result = running.await;
            canceller.try_set_value(None);
            shown.try_set(match result {
                Ok(study) => Shown::Done(Box::new(study)),
                Err(WorkerError::Cancelled) => Shown::Nothing,
                Err(error) => Shown::Failed(error),
            });
        });
    };
    let busy = Signal::derive(move || matches!(shown.get(), Shown::Running(_)));
    let options = SIDES.map(|n| (n.to_string(), format!("{n} × {n}"))).to_vec();
    let content = view! {
        <p>{tr!(bench.text)}</p>
        <Select label=tr!(bench.side) testid="bench-side" chosen=side options=Signal::stored(options) />
        <div class="row">
            <Button label=tr!(bench.auto) testid="bench-auto" busy on_press=move |()| start(DeviceChoice::Auto) />
            <Button
                label=tr!(bench.cpu)
                testid="bench-cpu"
                kind=Kind::Quiet
                busy
                on_press=move |()| start(DeviceChoice::Cpu)
            />
            {move || {
                busy.get()
                    .then(|| {
                        view! {
                            <Button
                                label=tr!(bench.stop)
                                testid="bench-stop"
                                kind=Kind::Quiet
                                on_press=move |()| {
                                    stop();
                                }
                            />
                        }
                    })
            }}
        </div>
        {live(move || match shown.get() {
            Shown::Nothing => ().into_any(),
            Shown::Running(per_mille) => view! { <Progress label=tr!(bench.running) testid="bench-progress" per_mille /> }
                .into_any(),
            Shown::Failed(error) => note(Tone::Bad, worker_words(&error)),
            Shown::Done(study) => result(&study),
        })}
    };
    page(tr!(bench.title), tr!(bench.lead), card("", "bench", content.into_any()))
}

fn result(study: &Study) -> AnyView {
    let is_cpu = study.device.kind == DeviceKind::Cpu;
    let device = match study.device.kind {
        DeviceKind::Cpu => tr!(bench.of_cpu).to_owned(),
        DeviceKind::SoftwareGpu => tr!(bench.of_software).to_owned(),
        DeviceKind::Gpu if study.device.name.trim().is_empty() => tr!(bench.of_gpu).to_owned(),
        DeviceKind::Gpu => study.device.name.clone(),
    };
    let size = if is_cpu {
        tr!(bench.size, n = study.n.to_string())
    } else {
        tr!(bench.size_tile, n = study.n.to_string(), tile = study.tile.to_string())
    };
    let mut figures = vec![stat(
        tr!(bench.product),
        "bench-product",
        tr!(bench.rate, value = magnitude(study.product)),
        size,
    )];
    if study.peak > 0.0 {
        figures.push(stat(
            tr!(bench.of_peak),
            "bench-peak",
            share(study.product / study.peak),
            tr!(bench.of_peak_note, value = magnitude(study.peak)),
        ));
    }
    if study.naive > 0.0 {
        let beside = magnitude(study.naive);
        figures.push(stat(
            tr!(bench.over_naive),
            "bench-naive",
            format!("{:.1} ×", study.product / study.naive),
            if is_cpu {
                tr!(bench.over_scalar_note, value = beside)
            } else {
                tr!(bench.over_naive_note, value = beside)
            },
        ));
    }
    let parts = [
        (tr!(bench.expansion), study.expansion_secs),
        (if is_cpu { tr!(bench.rounds) } else { tr!(bench.products) }, study.products_secs),
        (tr!(bench.hashing), study.hashing_secs),
    ];
    let total: f64 = parts.iter().map(|(_, seconds)| seconds).sum();
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(bench.part), false),
        column(tr!(bench.seconds), true),
        column(tr!(bench.share), true),
    ];
    let rows = parts
        .into_iter()
        .filter(|(_, seconds)| *seconds > 0.0)
        .map(|(name, seconds)| {
            let cells = [name.to_owned(), format!("{seconds:.3} s"), share(seconds / total)];
            cells.into_iter().map(|text| view! { <span>{text}</span> }.into_any()).collect()
        })
        .collect();
    view! {
        <div class="stack" data-testid="bench-result" data-prover=if is_cpu { "cpu" } else { "gpu" }>
            <p class="soft">{device}</p>
            {stats(figures)}
            {table(tr!(bench.where_), "bench-parts", columns, rows)}
        </div>
    }
    .into_any()
}

/// Writes a share as a percentage.
fn share(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}
