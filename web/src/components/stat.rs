//! Figures with their names.

use leptos::prelude::*;

/// Names a figure; the note says what it means. To be put into [`stats`].
pub(crate) fn stat(
    label: impl Into<String>,
    testid: &'static str,
    value: impl Into<Signal<String>>,
    remark: impl Into<Signal<String>>,
) -> AnyView {
    let (label, value, remark): (String, Signal<String>, Signal<String>) =
        (label.into(), value.into(), remark.into());
    view! {
        <div class="stat">
            <dt>{label}</dt>
            <dd class="num" data-testid=testid>{value}</dd>
            <dd class="stat-note">{remark}</dd>
        </div>
    }
    .into_any()
}

/// Lays figures out side by side.
pub(crate) fn stats(figures: Vec<AnyView>) -> AnyView {
    view! { <dl class="stats">{figures}</dl> }.into_any()
}

/// Lays out lines of name and figure, as on a receipt.
pub(crate) fn lines(lines: Vec<(String, String)>) -> AnyView {
    let line = |(name, figure): (String, String)| {
        view! { <div><dt>{name}</dt><dd class="num">{figure}</dd></div> }.into_any()
    };
    view! { <dl class="lines">{lines.into_iter().map(line).collect_view()}</dl> }.into_any()
}
