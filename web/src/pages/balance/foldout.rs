//! What figures rest on, for who wants to know: a list that opens.

use leptos::prelude::*;

/// Shows a title that opens a list of sentences.
pub(in crate::pages) fn foldout(
    title: &'static str,
    testid: &'static str,
    sentences: Vec<String>,
) -> AnyView {
    let line = |text: String| view! { <li>{text}</li> }.into_any();
    view! {
        <details class="chart-note" data-testid=testid>
            <summary>{title}</summary>
            <ul class="told small soft">{sentences.into_iter().map(line).collect_view()}</ul>
        </details>
    }
    .into_any()
}
