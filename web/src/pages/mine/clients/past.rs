//! The latest jobs.

use leptos::prelude::*;
use pinfi_client::miner::ServedJob;
use pinfi_jobs::spec::JobId;

use crate::{
    components::{Column, Tone, badge, live, table},
    contexts::{mining::serving::Shown, tr},
    format::short_address,
    words::moment,
};

/// How many are shown.
const SHOWN: usize = 10;

/// Builds the table; nothing before the first job.
pub(super) fn past(shown: Memo<Shown>) -> AnyView {
    let jobs = Memo::new(move |_| {
        shown.with(|shown| shown.served.jobs().take(SHOWN).cloned().collect::<Vec<_>>())
    });
    live(move || {
        let jobs = jobs.get();
        if jobs.is_empty() {
            return ().into_any();
        }
        let column = |title: &str, figures| Column { title: title.to_owned(), figures };
        let columns = vec![
            column(tr!(mine.history_when), false),
            column(tr!(serve.client), false),
            column(tr!(serve.took), true),
            column(tr!(mine.history_outcome), false),
        ];
        let rows = jobs.iter().map(row).collect();
        table(tr!(serve.past), "serve-past", columns, rows)
    })
}

fn row(job: &ServedJob) -> Vec<AnyView> {
    let client = job.client.to_string();
    let (code, how) = match &job.failed {
        None => (String::new(), badge(Tone::Good, tr!(mine.done))),
        Some(code) => (code.clone(), badge(Tone::Plain, ending(code))),
    };
    let name = JobId(job.job).to_string();
    let who = view! {
        <span data-testid="serve-job" data-job=name.clone() data-code=code title=name>
            {short_address(&client)}
        </span>
    };
    let took = format!("{} ms", job.busy_ms);
    vec![
        moment(job.at).into_any(),
        who.into_any(),
        view! { <span class="num">{took}</span> }.into_any(),
        how,
    ]
}

/// Says how a job ended without a result.
fn ending(code: &str) -> String {
    let said = match code {
        "JobCancelled" => tr!(serve.ended_cancelled),
        "JobOutOfIterations" => tr!(serve.ended_iterations),
        "JobOutOfTime" => tr!(serve.ended_time),
        "JobOutOfMemory" => tr!(serve.ended_memory),
        "JobStuck" => tr!(serve.ended_stuck),
        "JobDeviceLost" => tr!(serve.ended_lost),
        "RentalOver" => tr!(serve.ended_rental),
        _ => return code.to_owned(),
    };
    said.to_owned()
}
