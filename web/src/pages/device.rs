//! This device as a prover, on the pages that need it.

use leptos::prelude::*;
use pinfi_core::{pocps::PocpsParams, units::Secs};
use pinfi_worker::{Benchmark, DeviceKind, WorkerError};

use crate::{
    components::{Button, Kind, Progress, Tone, badge, card, note, stat, stats},
    contexts::{Device, Measurement, Prover, duty_bps, magnitude, seconds, span, tr},
    format::percent,
    route::Route,
    words,
};

/// Shows what the device is, measures it, and says whether it can answer in the pool's window.
pub(super) fn device_card(rules: Signal<Option<PocpsParams>>) -> AnyView {
    let prover = Prover::use_it();
    Effect::new(move |_| prover.look());
    let measuring = Signal::derive(move || matches!(prover.measurement(), Measurement::Running(_)));
    let label = Signal::derive(move || match prover.measurement() {
        Measurement::Done(_) => tr!(prover.measure_again).to_owned(),
        _ => tr!(prover.measure).to_owned(),
    });
    let content = view! {
        {move || describe(prover.device())}
        <div class="row">
            <Button label testid="benchmark" busy=measuring on_press=move |()| prover.measure() />
            {move || {
                measuring
                    .get()
                    .then(|| {
                        view! {
                            <Button
                                label=tr!(prover.cancel)
                                testid="benchmark-cancel"
                                kind=Kind::Quiet
                                on_press=move |()| prover.cancel()
                            />
                        }
                    })
            }}
        </div>
        {move || measured(prover.measurement(), rules.get())}
        <p class="small"><a href=Route::Bench.path() data-testid="to-bench">{tr!(prover.to_bench)}</a></p>
    };
    card(tr!(prover.title), "device", content.into_any())
}

fn describe(device: Device) -> AnyView {
    let (tone, name, text, reason) = match device {
        Device::Unknown => return view! { <p class="soft">{tr!(prover.unknown)}</p> }.into_any(),
        Device::Looking => return view! { <p class="soft">{tr!(prover.looking)}</p> }.into_any(),
        Device::Broken(error) => return note(Tone::Bad, worker_words(&error)),
        Device::Gpu(info) if info.kind == DeviceKind::SoftwareGpu => (
            Tone::Caution,
            tr!(prover.gpu_software),
            tr!(prover.gpu_software_text).to_owned(),
            None,
        ),
        Device::Gpu(info) => {
            let masked = info.name.trim().is_empty();
            let name = if masked { tr!(prover.gpu_masked).to_owned() } else { info.name };
            (Tone::Good, tr!(prover.gpu), tr!(prover.gpu_text, name = name), None)
        }
        Device::Cpu { reason } => {
            // What follows the first part lists what was not looked for.
            let reason = reason.split(';').next().unwrap_or_default().to_owned();
            let reason = (!reason.is_empty()).then(|| tr!(prover.cpu_reason, reason = reason));
            (Tone::Caution, tr!(prover.cpu), tr!(prover.cpu_text).to_owned(), reason)
        }
    };
    view! {
        <div class="row">{badge(tone, name)}</div>
        <p>{text}</p>
        {reason.map(|reason| view! { <p class="small soft">{reason}</p> })}
    }
    .into_any()
}

fn measured(measurement: Measurement, rules: Option<PocpsParams>) -> AnyView {
    match measurement {
        Measurement::None => rules.map_or_else(
            || ().into_any(),
            |rules| note(Tone::Plain, tr!(prover.unmeasured, window = words::span(rules.window))),
        ),
        Measurement::Running(per_mille) => {
            view! { <Progress label=tr!(prover.measuring) testid="benchmark-progress" per_mille /> }
                .into_any()
        }
        Measurement::Failed(error) => note(Tone::Bad, worker_words(&error)),
        Measurement::Done(benchmark) => result(&benchmark, rules),
    }
}

fn result(benchmark: &Benchmark, rules: Option<PocpsParams>) -> AnyView {
    let name = if benchmark.device.kind == DeviceKind::Cpu { "cpu" } else { "gpu" };
    let mut figures = vec![
        stat(
            tr!(prover.rate),
            "benchmark-rate",
            magnitude(benchmark.operations_per_second),
            String::new(),
        ),
        stat(
            tr!(prover.hash_rate),
            "benchmark-hashes",
            magnitude(benchmark.hashes_per_second),
            String::new(),
        ),
    ];
    let mut verdict = None;
    if let Some((rules, work)) = rules.and_then(|rules| Some((rules, rules.validate().ok()?))) {
        let takes = seconds(benchmark, work);
        let window = words::span(rules.window);
        let size =
            tr!(prover.work_note, n = work.n().to_string(), rounds = work.rounds().to_string());
        // At most 2^55, far from where a double loses its sense.
        let operations = magnitude(work.operations() as f64);
        figures.push(stat(
            tr!(prover.work),
            "benchmark-work",
            tr!(prover.operations, value = operations),
            size,
        ));
        figures.push(stat(
            tr!(prover.takes),
            "benchmark-takes",
            span(takes),
            tr!(prover.takes_note, window = window),
        ));
        figures.push(stat(
            tr!(prover.duty),
            "benchmark-duty",
            percent(duty_bps(takes, rules.epoch)),
            tr!(prover.duty_note, epoch = words::span(rules.epoch)),
        ));
        verdict = Some(fits(takes, rules.window));
    }
    view! { <div class="stack" data-testid="benchmark-result" data-prover=name>{stats(figures)} {verdict}</div> }
        .into_any()
}

fn fits(takes: f64, window: Secs) -> AnyView {
    // A window of seconds: whole in a double.
    let window = window.0 as f64;
    if takes > window {
        note(Tone::Bad, tr!(prover.fits_not))
    } else if takes * 2.0 > window {
        note(Tone::Caution, tr!(prover.fits_tight))
    } else {
        let times = window / takes.max(0.001);
        note(Tone::Good, tr!(prover.fits, times = format!("{times:.0}")))
    }
}

/// Says why the prover gave no result.
pub(super) fn worker_words(error: &WorkerError) -> String {
    match error {
        WorkerError::Cancelled => tr!(prover.error_cancelled).to_owned(),
        WorkerError::NoGpu { reason } => tr!(prover.error_no_gpu, reason = reason.clone()),
        WorkerError::Refused { reason } => tr!(prover.error_refused, reason = reason.clone()),
        WorkerError::DeviceLost { reason } => tr!(prover.error_lost, reason = reason.clone()),
        WorkerError::DeviceFault { reason } => tr!(prover.error_fault, reason = reason.clone()),
        WorkerError::Crashed => tr!(prover.error_crashed).to_owned(),
        WorkerError::Unavailable => tr!(prover.error_unavailable).to_owned(),
        _ => tr!(prover.error_other).to_owned(),
    }
}
