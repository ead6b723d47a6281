//! The dialog before every signature.

use leptos::prelude::*;

use super::{Button, Dialog, Kind, Tone, lines, note};
use crate::{
    contexts::{Confirm, Request, tr},
    words::Words,
};

/// Shows what [`Confirm`] asks, and answers it.
pub(crate) fn confirm_dialog() -> AnyView {
    let confirm = Confirm::use_it();
    let open = Signal::derive(move || confirm.request().is_some());
    let title =
        Signal::derive(move || confirm.request().map(|request| request.title).unwrap_or_default());
    let content = move || {
        let Request { text, steps, lines: figures, warnings, details, .. } =
            confirm.request().unwrap_or_default();
        view! {
            <p>{text}</p>
            {(!steps.is_empty()).then(|| step_list(steps))}
            {lines(figures)}
            {warnings.into_iter().map(|warning| note(Tone::Caution, warning)).collect_view()}
            {(!details.is_empty()).then(|| message(details))}
            <div class="dialog-actions">
                <Button
                    label=tr!(common.cancel)
                    testid="confirm-cancel"
                    on_press=move |()| confirm.answer(false)
                />
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
        <Dialog
            open
            title
            testid="confirm"
            on_close=move |()| confirm.answer(false)
            content=ViewFn::from(content)
        />
    }
    .into_any()
}

fn step_list(steps: Vec<Words>) -> AnyView {
    let step = |Words { title, text }: Words| {
        view! { <li><div><h3>{title}</h3><p class="small soft">{text}</p></div></li> }.into_any()
    };
    view! { <ol class="steps">{steps.into_iter().map(step).collect_view()}</ol> }.into_any()
}

fn message(details: Vec<Vec<(String, String)>>) -> AnyView {
    let one = |rows: Vec<(String, String)>| {
        let row = |(name, value): (String, String)| {
            view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
        };
        view! { <dl class="message mono small">{rows.into_iter().map(row).collect_view()}</dl> }
            .into_any()
    };
    view! {
        <details data-testid="confirm-details">
            <summary class="small soft">{tr!(actions.details)}</summary>
            {details.into_iter().map(one).collect_view()}
        </details>
    }
    .into_any()
}
