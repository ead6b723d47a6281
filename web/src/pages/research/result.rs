//! What came of a market: in words, in figures, as lines and as files.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    charts::charts,
    lab::{Finished, Lab},
    summary::summary,
    words,
};
use crate::{
    browser,
    components::{Button, Kind, card, live, maybe, note, text},
    contexts::{Toasts, tr},
    format::count,
};

/// Shows the last result, if there is one.
pub(super) fn result(lab: Lab) -> AnyView {
    live(move || {
        let Some(finished) = lab.finished.get() else {
            return view! { <p class="soft" data-testid="research-none">{tr!(research.none_yet)}</p> }
                .into_any();
        };
        let other = lab.kept.get().filter(|kept| kept.order != finished.order);
        view! { {told(lab, &finished, other.as_ref())} {charts(&finished, other.as_deref())} }
            .into_any()
    })
}

fn told(lab: Lab, finished: &Arc<Finished>, other: Option<&Arc<Finished>>) -> AnyView {
    let (tone, sentences) = words::verdict(finished);
    let run = &finished.order.run;
    let (title, _) = words::scenario(&finished.order.scenario.name);
    let days = run.days.to_string();
    let (agents, seed) = (count(u64::from(run.agents)), run.seed.to_string());
    let actions = count(finished.outcome.actions);
    let about =
        tr!(research.about_run, days = days, agents = agents, seed = seed, actions = actions);
    let content = view! {
        <p class="small soft num research-about" data-testid="research-about-run">{about}</p>
        <div role="status" data-testid="research-verdict">{note(tone, sentences.join(" "))}</div>
        {summary(finished, other.map(AsRef::as_ref))}
        {files(lab, finished)}
    };
    card(tr!(research.result, name = title), "research-result", content.into_any())
}

fn files(lab: Lab, finished: &Arc<Finished>) -> AnyView {
    let toasts = Toasts::use_it();
    let name = format!("pinfi-{}-seed-{}", finished.order.scenario.name, finished.order.run.seed);
    let (csv, json) = (Arc::clone(finished), Arc::clone(finished));
    let (csv_name, json_name) = (format!("{name}.csv"), format!("{name}.json"));
    let link = format!("{}{}", browser::origin(), finished.path());
    let is_kept = {
        let order = finished.order.clone();
        Memo::new(move |_| lab.kept.with(|kept| kept.as_ref().is_some_and(|it| it.order == order)))
    };
    let keep = text(move || {
        let words = if is_kept.get() { tr!(research.is_kept) } else { tr!(research.keep) };
        words.to_owned()
    });
    let drop_kept = maybe(move || {
        lab.kept.with(Option::is_some).then(|| {
            view! {
                <Button
                    label=tr!(research.drop)
                    testid="research-drop"
                    kind=Kind::Quiet
                    on_press=move |()| lab.kept.set(None)
                />
            }
            .into_any()
        })
    });
    view! {
        <div class="row">
            <Button
                label=tr!(research.csv)
                testid="research-csv"
                on_press=move |()| browser::download(&csv_name, "text/csv", &csv.outcome.csv)
            />
            <Button
                label=tr!(research.json)
                testid="research-json"
                on_press=move |()| {
                    browser::download(&json_name, "application/json", &json.outcome.json);
                }
            />
            <Button
                label=tr!(research.link)
                testid="research-link"
                on_press=move |()| toasts.copy(&link)
            />
            <Button
                label=keep
                testid="research-keep"
                disabled=Signal::derive(move || is_kept.get())
                on_press=move |()| lab.keep()
            />
            {drop_kept}
        </div>
    }
    .into_any()
}
