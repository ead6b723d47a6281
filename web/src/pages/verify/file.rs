//! A file that says how something was: a verdict's transcript, a pool's life, a job's wrong result. It
//! is replayed or judged here, on this computer, and nobody is asked.

use leptos::{ev::DragEvent, html, prelude::*, task::spawn_local};
use pinfi_core::scenario;
use pinfi_jobs::file::EvidenceFile;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;

use super::evidence;
use crate::{
    components::{Tone, card, maybe, note},
    contexts::{Desk, tr},
};

/// The largest file that is read. A transcript of 32 samples has 2.2 MB at n = 4 096, evidence about a
/// product of matrices of 2 048 rows 101 MB.
const MOST_BYTES: f64 = 128_000_000.0;

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Judged {
    name: String,
    outcome: Result<String, String>,
}

/// Builds the place where files are dropped.
pub(super) fn file(desk: Desk) -> AnyView {
    let judged = RwSignal::new(None::<Judged>);
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let take = move |files: Option<web_sys::FileList>| {
        let Some(file) = files.and_then(|files| files.get(0)) else { return };
        spawn_local(async move { judged.set(Some(judge(file, desk).await)) });
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let hover = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let verdict = maybe(move || judged.get().map(|judged| verdict(&judged)));
    let content = view! {
        <p>{tr!(verify.file_text)}</p>
        <label
            class="drop"
            class:drop-over=over
            for="verify-file"
            data-testid="verify-drop"
            on:drop=drop
            on:dragover=hover
            on:dragleave=move |_| over.set(false)
        >
            <span>{tr!(verify.drop)}</span>
            <input
                id="verify-file"
                data-testid="verify-file"
                class="file"
                type="file"
                accept=".json,application/json"
                node_ref=input
                on:change=move |_| take(input.get_untracked().and_then(|input| input.files()))
            />
        </label>
        <div aria-live="polite">{verdict}</div>
    };
    card(tr!(verify.file), "verify-replay", content.into_any())
}

async fn judge(file: web_sys::File, desk: Desk) -> Judged {
    let name = file.name();
    if file.size() > MOST_BYTES {
        return Judged { name, outcome: Err(tr!(verify.too_large).to_owned()) };
    }
    let blob: &web_sys::Blob = file.unchecked_ref();
    let text = JsFuture::from(blob.text()).await.ok().and_then(|text| text.as_string());
    let outcome = match text {
        Some(text) if EvidenceFile::is_meant_by(&text) => evidence::judge(&text, desk),
        Some(text) => {
            scenario::replay(&text).map(|it| it.to_string()).map_err(|error| error.to_string())
        }
        None => Err(tr!(verify.unreadable).to_owned()),
    };
    Judged { name, outcome }
}

fn verdict(judged: &Judged) -> AnyView {
    let (tone, holds, text) = match &judged.outcome {
        Ok(summary) => (
            Tone::Good,
            "true",
            tr!(verify.holds, name = judged.name.clone(), summary = summary.clone()),
        ),
        Err(why) => (
            Tone::Bad,
            "false",
            tr!(verify.holds_not, name = judged.name.clone(), why = why.clone()),
        ),
    };
    view! { <div data-testid="verify-verdict" data-holds=holds>{note(tone, text)}</div> }.into_any()
}
