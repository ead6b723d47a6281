//! The live region that shows and announces [`Toasts`].

use leptos::prelude::*;

use super::icon;
use crate::contexts::{Toast, Toasts, tr};

/// Shows the messages; assistive technology reads new ones out.
pub(crate) fn toast_region() -> AnyView {
    let toasts = Toasts::use_it();
    let shown = move |toast: Toast| {
        let class = if toast.failure { "toast toast-bad" } else { "toast" };
        let kind = if toast.failure { "failure" } else { "success" };
        view! {
            <div class=class data-testid="toast" data-kind=kind data-code=toast.code>
                <p>{toast.text}</p>
                <button
                    type="button"
                    class="button button-quiet button-icon button-small"
                    aria-label=tr!(common.dismiss)
                    on:click=move |_| toasts.dismiss(toast.id)
                >
                    {icon("close")}
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            <For each=move || toasts.list() key=|toast| toast.id children=shown />
        </div>
    }
    .into_any()
}
