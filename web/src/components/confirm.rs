//! The dialog before every signature.

use leptos::prelude::*;

use super::{Button, Dialog, Kind, Tone, lines, note};
use crate::contexts::{Confirm, tr};

/// Shows what [`Confirm`] asks, and answers it.
pub(crate) fn confirm_dialog() -> AnyView {
    let confirm = Confirm::use_it();
    let open = Signal::derive(move || confirm.request().is_some());
    let title =
        Signal::derive(move || confirm.request().map(|request| request.title).unwrap_or_default());
    let content = move || {
        let request = confirm.request().unwrap_or_default();
        view! {
            <p>{request.text}</p>
            {lines(request.lines)}
            {request.warnings.into_iter().map(|warning| note(Tone::Caution, warning)).collect_view()}
            <div class="dialog-actions">
                <Button label=tr!(common.cancel) testid="confirm-cancel" on_press=move |()| confirm.answer(false) />
                <Button
                    label=tr!(common.confirm)
                    testid="confirm-sign"
                    kind=Kind::Primary
                    on_press=move |()| confirm.answer(true)
                />
            </div>
        }
        .into_any()
    };
    view! {
        <Dialog open title testid="confirm" on_close=move |()| confirm.answer(false) content=ViewFn::from(content) />
    }
    .into_any()
}
