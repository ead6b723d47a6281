//! The epochs as they go, and what anyone may do about them.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{
    Action,
    game::{Duty, GameAction, duties},
    units::{StakeId, Timestamp, Wei},
};

use super::look::{Findings, look};
use crate::{
    components::{Button, Column, Kind, card, countdown, live, table},
    contexts::{Act, Desk, Seen, tr},
    words::{kind, pin_words},
};

/// How many duties are listed: the most urgent.
const LISTED: usize = 40;

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    stake: StakeId,
    device: String,
    what: &'static str,
    code: &'static str,
    by: Option<Timestamp>,
    deed: Option<(&'static str, GameAction)>,
    bond: Wei,
    duty: Duty,
}

/// Builds the list.
pub(super) fn watch(desk: Desk) -> AnyView {
    let lines = Memo::new(move |_| desk.see().map(|seen| lines(&seen)));
    let findings = Findings::default();
    let content = live(move || match lines.get() {
        None => ().into_any(),
        Some(lines) if lines.is_empty() => {
            view! { <p class="soft" data-testid="verify-quiet">{tr!(verify.quiet)}</p> }.into_any()
        }
        Some(lines) => list(&lines, findings),
    });
    let view = view! { <p>{tr!(verify.watch_text)}</p> {content} };
    card(tr!(verify.watch), "verify-watch", view.into_any())
}

fn lines(seen: &Seen) -> Vec<Line> {
    let ledger = &seen.ledger;
    let mut lines: Vec<Line> = ledger
        .stakes()
        .flat_map(|(id, _)| duties(ledger, id, seen.now).into_iter().map(move |duty| (id, duty)))
        .filter_map(|(id, duty)| line(seen, id, duty))
        .collect();
    lines.sort_by_key(|line| (line.by.unwrap_or(Timestamp(u64::MAX)), line.stake));
    lines.truncate(LISTED);
    lines
}

/// Reads a duty as what a verifier sees; `None` for what is not about a stake alone.
fn line(seen: &Seen, stake: StakeId, duty: Duty) -> Option<Line> {
    let ledger = &seen.ledger;
    let pool = ledger.stake_of(stake).ok()?.pool;
    let bond = ledger.pool(pool).ok()?.params().pocps.bond;
    let (what, code) = match duty {
        Duty::OpenEpoch { .. } => return None,
        Duty::Commit { .. } => (tr!(verify.to_commit), "commit"),
        Duty::RecordBeacon { .. } => (tr!(verify.to_record), "record"),
        Duty::Check { .. } => (tr!(verify.to_check), "check"),
        Duty::Prove { .. } => (tr!(verify.to_prove), "prove"),
        Duty::Missed { .. } => (tr!(verify.to_miss), "missed"),
        Duty::Convict { .. } => (tr!(verify.to_convict), "convict"),
        Duty::TakeBack { .. } => (tr!(verify.to_take_back), "take-back"),
        Duty::Conclude { .. } => (tr!(verify.to_conclude), "conclude"),
    };
    let deed = match duty {
        Duty::Check { asked, samples, .. } => {
            let epoch = ledger.game().trial(stake, asked.epoch)?;
            let accusations = &epoch.committed.as_ref()?.accusations;
            let sample = (0..samples).find(|sample| !accusations.contains_key(sample))?;
            Some((tr!(verify.accuse), asked.accuse(sample)))
        }
        duty => duty.action().map(|action| (tr!(verify.act), action)),
    };
    let device = tr!(positions.stake_name, kind = kind(ledger, pool), id = stake.to_string());
    Some(Line { stake, device, what, code, by: duty.by(), deed, bond, duty })
}

fn list(lines: &[Line], findings: Findings) -> AnyView {
    let act = Act::use_it();
    let column = |title: &str| Column { title: title.to_owned(), figures: false };
    let columns = vec![
        column(tr!(verify.device)),
        column(tr!(verify.due)),
        column(tr!(verify.left)),
        column(tr!(verify.deed)),
    ];
    let row = |line: &Line| {
        let Line { stake, device, what, code, by, deed, bond, duty } = line.clone();
        let name = view! {
            <span data-testid="verify-line" data-stake=stake.to_string() data-due=code>{device}</span>
        };
        let left = by.map(|by| countdown(by.0)).unwrap_or_else(|| "–".into_any());
        let is_accusation = matches!(deed, Some((_, GameAction::Accuse { .. })));
        let button = deed.map(|(label, action)| {
            let press = move |()| {
                let action = action.clone();
                // Whatever comes of it is told.
                spawn_local(async move {
                    let _told = act.request(Action::from(action)).await;
                });
            };
            view! { <Button label testid="verify-act" kind=Kind::Small on_press=press /> }
        });
        let looked = is_accusation.then(|| look(duty, findings));
        let price = is_accusation.then(
            || view! { <span class="small soft">{tr!(verify.bond, bond = pin_words(bond))}</span> },
        );
        let deed = view! { <span class="row">{looked} {button} {price}</span> };
        vec![name.into_any(), what.into_any(), left, deed.into_any()]
    };
    let rows = lines.iter().map(row).collect();
    table(tr!(verify.watch), "verify-list", columns, rows)
}
