//! What the key has said of pauses: signed, so that others can check it.

use leptos::prelude::*;
use pinfi_client::{
    intent::Domain,
    miner::{PauseReason, SignedStatement, Statement},
};
use serde_json::Value;

use crate::{
    browser,
    components::{Button, Column, Kind, Tone, badge, card, table},
    contexts::tr,
    words::moment,
};

/// How many are shown; all are in the file.
const SHOWN: usize = 10;

/// Builds the list, the newest first, and the way to a file.
pub(super) fn statements(domain: Domain, all: Vec<SignedStatement>) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let column = |title: &str| Column { title: title.to_owned(), figures: false };
    let columns = vec![
        column(tr!(mine.history_when)),
        column(tr!(mine.said)),
        column(tr!(mine.said_signature)),
    ];
    let rows = all.iter().rev().take(SHOWN).map(|signed| row(domain, signed)).collect();
    let list = table(tr!(mine.statements), "mine-said", columns, rows);
    let save = move |()| {
        let file: Vec<Value> = all.iter().map(|signed| signed.to_json(domain)).collect();
        let text = format!("{:#}", Value::from(file));
        browser::download("pinfi-pauses.json", "application/json", &text);
    };
    let content = view! {
        {list}
        <p class="small soft">{tr!(mine.statements_text)}</p>
        <div class="row">
            <Button
                label=tr!(mine.statements_save)
                testid="mine-said-save"
                kind=Kind::Small
                on_press=save
            />
        </div>
    };
    card(tr!(mine.statements), "mine-statements", content.into_any())
}

fn row(domain: Domain, signed: &SignedStatement) -> Vec<AnyView> {
    let stake = signed.statement.stake().to_string();
    let (at, kind, words) = match signed.statement {
        Statement::Pause { since, reason: PauseReason::User, .. } => {
            (since, "pause", tr!(mine.said_pause_user, stake = stake.clone()))
        }
        Statement::Pause { since, reason: PauseReason::DeviceLost, .. } => {
            (since, "pause", tr!(mine.said_pause_lost, stake = stake.clone()))
        }
        Statement::Resume { at, .. } => {
            (at, "resume", tr!(mine.said_resume, stake = stake.clone()))
        }
    };
    let holds = signed.check(domain).is_ok();
    let verdict = if holds {
        badge(Tone::Good, tr!(mine.said_holds))
    } else {
        badge(Tone::Bad, tr!(mine.said_broken))
    };
    let what = view! {
        <span data-testid="mine-statement" data-kind=kind data-holds=holds.to_string()>{words}</span>
    };
    vec![moment(at).into_any(), what.into_any(), verdict]
}
