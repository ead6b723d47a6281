//! One job: how far it is, what it gave, and what is signed of it.

use std::sync::Arc;

use leptos::prelude::*;
use pinfi_client::intent::Domain;
use pinfi_jobs::{
    chain::Output,
    check::Evidence,
    file::EvidenceFile,
    library::{Task, to_f32, to_u32},
    spec::{Element, Job, Role, Work},
};

use super::{
    bench::Bench,
    entry::{Entry, Finished, Stand, Verdict},
    form::canvas,
    picture::Picture,
    words,
};
use crate::{
    browser,
    components::{Button, Column, Kind, Progress, Tone, badge, lines, live, maybe, note, table},
    contexts::tr,
};

/// How many rows and columns of numbers are shown; all of them are in the file.
const ROWS: usize = 8;
const COLUMNS: usize = 6;

/// Shows a job.
pub(super) fn job(bench: Bench, entry: Entry, domain: Option<Domain>) -> AnyView {
    let stand = entry.stand.clone();
    let (entry_name, entry_cancel) = (Arc::clone(&entry.job), entry.clone());
    let state = {
        let stand = stand.clone();
        move || match stand.get() {
            Stand::Held => "held",
            Stand::Waiting(_) => "waiting",
            Stand::Running { .. } => "running",
            Stand::Done(_) => "done",
            Stand::Failed(..) => "failed",
        }
    };
    let code = {
        let stand = stand.clone();
        move || match stand.get() {
            Stand::Failed(code, _) => code,
            _ => String::new(),
        }
    };
    let picture = match &entry.job.work {
        Work::Library(Task::ImageFilter(task)) => {
            let (width, height, partial) = (task.width, task.height, entry.partial.clone());
            let shown = move || {
                let pixels = partial.with(|all| all.first().map(|it| it.bytes.clone()));
                Picture { width, height, pixels: pixels.unwrap_or_default() }
            };
            Some(canvas(tr!(hire.after), "use-after", shown))
        }
        _ => None,
    };
    let content = live(move || match stand.get() {
        Stand::Held => note(Tone::Plain, tr!(hire.held)),
        Stand::Waiting(0) => view! { <p role="status">{tr!(hire.waiting)}</p> }.into_any(),
        Stand::Waiting(ahead) => {
            let text = tr!(hire.behind, count = ahead.to_string());
            view! { <p role="status">{text}</p> }.into_any()
        }
        Stand::Running { done, steps, share } => running(done, steps, share),
        Stand::Failed(code, reason) => failure(&code, &reason),
        Stand::Done(finished) => result(bench, &entry, &finished, domain),
    });
    let title = words::work(words::kind(&entry_name.work));
    let name = entry_name.id.to_string();
    let cancel = maybe(move || {
        let entry = entry_cancel.clone();
        (!entry.stand.with(Stand::is_over)).then(|| {
            let press = move |()| bench.cancel(&entry);
            view! { <Button label=tr!(hire.cancel) testid="use-cancel" on_press=press /> }
                .into_any()
        })
    });
    view! {
        <article class="card use-job" data-testid="use-job" data-job=name data-state=state data-code=code>
            <div class="card-head"><h3>{title}</h3> {cancel}</div>
            {picture}
            {content}
        </article>
    }
    .into_any()
}

/// Shows how far a job is.
fn running(done: u64, steps: u64, share: u32) -> AnyView {
    let per_mille = u32::try_from(done * 1_000 / steps.max(1)).unwrap_or(1_000);
    let label = tr!(hire.steps, done = done.to_string(), steps = steps.to_string());
    let used = tr!(hire.used, share = percent(share));
    view! {
        <Progress label testid="use-progress" per_mille />
        <p class="small soft num">{used}</p>
    }
    .into_any()
}

fn failure(code: &str, reason: &str) -> AnyView {
    let tone = if code == "JobCancelled" { Tone::Plain } else { Tone::Bad };
    let reason = (!reason.is_empty() && code != "JobCancelled").then(|| {
        view! { <p class="small soft mono" data-testid="use-reason">{reason.to_owned()}</p> }
    });
    view! { <div class="stack-s" role="status">{note(tone, words::ending(code))} {reason}</div> }
        .into_any()
}

/// Shows what a job gave, its check and its receipt.
fn result(
    bench: Bench,
    entry: &Entry,
    finished: &Arc<Finished>,
    domain: Option<Domain>,
) -> AnyView {
    let receipt = &finished.receipt.receipt;
    let figures = vec![
        (tr!(hire.busy).to_owned(), format!("{} ms", receipt.busy_millis)),
        (tr!(hire.share).to_owned(), percent(finished.share)),
        (tr!(hire.step_count).to_owned(), receipt.steps.to_string()),
        (tr!(hire.device).to_owned(), receipt.device.clone()),
    ];
    let shown = match &entry.job.work {
        Work::Library(task) => of_task(task, &finished.outputs),
        Work::Module(module) => {
            let element = |binding| {
                let outputs = module.buffers.iter().filter(|it| it.role == Role::Output);
                let found = outputs.into_iter().find(|it| it.binding == binding);
                found.map_or(Element::Mixed, |it| it.element)
            };
            let all = finished.outputs.iter();
            let all = all.map(|it| words_of(it, element(it.binding)));
            view! { <div class="stack">{all.collect_view()}</div> }.into_any()
        }
    };
    let is_library = matches!(entry.job.work, Work::Library(_));
    let (job, given) = (entry.job.id, Arc::clone(finished));
    let save = move |()| {
        let bytes: Vec<u8> = given.outputs.iter().flat_map(|it| it.bytes.iter().copied()).collect();
        browser::download_bytes(&format!("{job}.bin"), &bytes);
    };
    let signed = Arc::clone(finished);
    let export = domain.map(|domain| {
        let save = move |()| {
            let json = signed.receipt.export(&domain.eip712());
            browser::download(&format!("{job}.receipt.json"), "application/json", &json);
        };
        view! { <Button label=tr!(hire.receipt) testid="use-receipt" kind=Kind::Small on_press=save /> }
    });
    let (checked, verdict) = (entry.clone(), entry.verdict.clone());
    let (judged, finished) = (Arc::clone(&entry.job), Arc::clone(finished));
    view! {
        <div class="card-head">
            <p class="soft small">{tr!(hire.signed_by, account = receipt.provider.to_string())}</p>
            {badge(Tone::Good, tr!(hire.done))}
        </div>
        {shown}
        {lines(figures)}
        <div class="row">
            <Button label=tr!(hire.download) testid="use-download" kind=Kind::Small on_press=save />
            {export}
            {is_library.then(|| {
                let check = move |()| bench.check(&checked);
                view! { <Button label=tr!(hire.check) testid="use-check" kind=Kind::Small on_press=check /> }
            })}
        </div>
        {maybe(move || verdict_words(&verdict.get(), &judged, &finished, domain))}
    }
    .into_any()
}

fn verdict_words(
    verdict: &Verdict,
    job: &Arc<Job>,
    finished: &Arc<Finished>,
    domain: Option<Domain>,
) -> Option<AnyView> {
    let (state, content) = match verdict {
        Verdict::None => return None,
        Verdict::Running => ("running", note(Tone::Plain, tr!(hire.checking))),
        Verdict::Passed(units, of) => {
            let text = tr!(hire.passed, units = units.to_string(), of = of.to_string());
            ("passed", note(Tone::Good, text))
        }
        Verdict::Wrong(fault) => {
            let (job, finished, unit) = (Arc::clone(job), Arc::clone(finished), fault.unit);
            let save = move |()| save_evidence(&job, &finished, unit, domain);
            let content = view! {
                {note(Tone::Bad, tr!(hire.wrong, reason = fault.reason.as_str()))}
                <p class="small soft">{tr!(hire.evidence_about)}</p>
                <div class="row">
                    <Button label=tr!(hire.evidence) testid="use-evidence" kind=Kind::Small on_press=save />
                </div>
            };
            ("wrong", content.into_any())
        }
    };
    Some(
        view! { <div class="stack-s" role="status" data-testid="use-verdict" data-state=state>{content}</div> }
            .into_any(),
    )
}

/// Saves what shows to anybody that a unit of what was signed is wrong.
fn save_evidence(job: &Job, finished: &Finished, unit: u32, domain: Option<Domain>) {
    let Some(Domain { chain_id, ledger }) = domain else { return };
    let (receipt, outputs) = (finished.receipt.clone(), finished.outputs.clone());
    let evidence = Evidence { receipt, job: job.to_bytes(), outputs, unit };
    if let Ok(json) = (EvidenceFile { chain_id, ledger, evidence }).to_json() {
        browser::download(&format!("{}.evidence.json", job.id), "application/json", &json);
    }
}

fn of_task(task: &Task, outputs: &[Output]) -> AnyView {
    let bytes = outputs.first().map_or(&[][..], |it| &it.bytes);
    match task {
        // It is above, as a picture.
        Task::ImageFilter(_) => ().into_any(),
        Task::MonteCarlo(task) => match task.estimate(bytes) {
            None => ().into_any(),
            Some(it) => {
                let price = format!("{:.4} ± {:.4}", it.price, it.standard_error);
                let text = tr!(hire.price_is, price = price, paths = it.paths.to_string());
                view! { <p class="use-answer" data-testid="use-answer">{text}</p> }.into_any()
            }
        },
        Task::HashSearch(task) => {
            let found = task.findings(bytes).into_iter().find_map(|it| it.nonce);
            let text = match found {
                Some(nonce) => tr!(hire.found, nonce = nonce.to_string()),
                None => tr!(hire.not_found).to_owned(),
            };
            view! { <p class="use-answer" data-testid="use-answer">{text}</p> }.into_any()
        }
        Task::MatrixProduct(task) => numbers(&to_f32(bytes), task.columns as usize),
        Task::Perceptron(task) => {
            let answers = task.layers.last().map_or(1, |it| it.neurons);
            numbers(&to_f32(bytes), answers as usize)
        }
    }
}

fn words_of(output: &Output, element: Element) -> AnyView {
    let texts: Vec<String> = match element {
        Element::F32 => {
            to_f32(&output.bytes).iter().take(ROWS * COLUMNS).map(f32::to_string).collect()
        }
        Element::I32 => {
            let words = to_u32(&output.bytes).into_iter().take(ROWS * COLUMNS);
            words.map(|it| it.cast_signed().to_string()).collect()
        }
        Element::U32 | Element::Mixed => {
            to_u32(&output.bytes).iter().take(ROWS * COLUMNS).map(u32::to_string).collect()
        }
    };
    let title = tr!(hire.output, binding = output.binding.to_string());
    let more = output.bytes.len() / 4 > texts.len();
    view! {
        <div class="stack-s" data-testid="use-output">
            <h3>{title}</h3>
            <p class="mono small use-words">{texts.join(" ")}{more.then_some(" …")}</p>
        </div>
    }
    .into_any()
}

/// Shows the first rows and columns.
fn numbers(all: &[f32], columns: usize) -> AnyView {
    let shown = columns.clamp(1, COLUMNS);
    let heads = (1..=shown).map(|it| Column { title: it.to_string(), figures: true });
    let rows: Vec<Vec<AnyView>> = all
        .chunks_exact(columns.max(1))
        .take(ROWS)
        .map(|row| row.iter().take(shown))
        .map(|row| row.map(|it| view! { <span>{format!("{it:.4}")}</span> }.into_any()).collect())
        .collect();
    let count = tr!(
        hire.first_of,
        rows = (all.len() / columns.max(1)).to_string(),
        columns = columns.to_string()
    );
    view! {
        <div class="stack-s tight">
            {table(tr!(hire.numbers), "use-numbers", heads.collect(), rows)}
            <p class="small soft">{count}</p>
        </div>
    }
    .into_any()
}

fn percent(per_mille: u32) -> String {
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}
