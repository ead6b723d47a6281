//! The live region that shows and announces [`Toasts`].

use leptos::prelude::*;

use super::{icon, late};
use crate::{
    contexts::{Settlement, Toast, Toasts, tr},
    parts,
};

/// Shows the messages, and transactions on their way; assistive technology reads new ones out.
pub(crate) fn toast_region() -> AnyView {
    let (toasts, moving) = (Toasts::use_it(), Settlement::use_it().moving());
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
            {late(move || !moving.with(Vec::is_empty), parts::moving, || ())}
            <For each=move || toasts.list() key=|toast| toast.id children=shown />
        </div>
    }
    .into_any()
}
