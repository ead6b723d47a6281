//! What the machine did: why was I paid, or not.

use leptos::prelude::*;
use pinfi_client::miner::{Deed, Diary, Did, Task};
use pinfi_core::units::EpochId;

use crate::{
    components::{Column, Tone, badge, card, table},
    contexts::tr,
    words::{moment, reason},
};

/// How many deeds are shown.
const SHOWN: usize = 30;

/// Builds the table of deeds, the newest first.
pub(super) fn history(diary: &Diary) -> AnyView {
    let mut deeds: Vec<&Deed> = diary.iter().collect();
    deeds.sort_by_key(|deed| std::cmp::Reverse(deed.at));
    if deeds.is_empty() {
        let text = view! { <p class="soft">{tr!(mine.history_empty)}</p> };
        return card(tr!(mine.history), "mine-history", text.into_any());
    }
    let column = |title: &str| Column { title: title.to_owned(), figures: false };
    let columns = vec![
        column(tr!(mine.history_when)),
        column(tr!(mine.history_what)),
        column(tr!(mine.history_outcome)),
    ];
    let row = |deed: &&Deed| {
        let (code, how) = outcome(&deed.did);
        let what = view! {
            <span data-testid="mine-deed" data-stake=deed.stake.to_string() data-code=code>
                {what(deed.duty)}
            </span>
        };
        vec![moment(deed.at).into_any(), what.into_any(), how]
    };
    let rows = deeds.iter().take(SHOWN).map(row).collect();
    let list = table(tr!(mine.history), "mine-deeds", columns, rows);
    let note = view! { <p class="small soft">{tr!(mine.history_text)}</p> };
    card(tr!(mine.history), "mine-history", view! { {list} {note} }.into_any())
}

fn what(task: Task) -> String {
    let number = |epoch: EpochId| {
        if epoch.is_complaint() { tr!(mine.complaint).to_owned() } else { epoch.to_string() }
    };
    match task {
        Task::OpenEpoch { .. } => tr!(mine.did_open).to_owned(),
        Task::Commit { epoch } => tr!(mine.did_commit, epoch = number(epoch)),
        Task::RecordBeacon { epoch } => tr!(mine.did_beacon, epoch = number(epoch)),
        Task::Publish { epoch } => tr!(mine.did_publish, epoch = number(epoch)),
        Task::Prove { epoch, sample } => {
            tr!(mine.did_prove, epoch = number(epoch), sample = sample.to_string())
        }
        Task::Conclude { epoch } => tr!(mine.did_conclude, epoch = number(epoch)),
        Task::Renew { by: Some(new) } => tr!(mine.did_renew_as, stake = new.to_string()),
        Task::Renew { by: None } => tr!(mine.did_renew).to_owned(),
        Task::Pause => tr!(mine.did_pause).to_owned(),
        Task::Resume => tr!(mine.did_resume).to_owned(),
        Task::Keep => tr!(mine.did_keep).to_owned(),
        Task::Fail { epoch } => tr!(mine.did_fail, epoch = number(epoch)),
        Task::GoOn { state, rounds } => {
            tr!(mine.did_go_on, state = state.to_string(), rounds = rounds.to_string())
        }
        Task::Recall => tr!(mine.did_recall).to_owned(),
        Task::Save => tr!(mine.did_save).to_owned(),
        Task::UseGpu => tr!(mine.did_use_gpu).to_owned(),
        Task::Serve => tr!(mine.did_serve).to_owned(),
    }
}

fn outcome(did: &Did) -> (String, AnyView) {
    match did {
        Did::Done => (String::new(), badge(Tone::Good, tr!(mine.done))),
        Did::ByOthers => (String::new(), badge(Tone::Plain, tr!(mine.by_others))),
        Did::Failed { code, message } => {
            let text = format!("{} {}", tr!(mine.failed), reason(code, message));
            let view = view! { <span class="bad" data-testid="mine-failure">{text}</span> };
            (code.clone(), view.into_any())
        }
    }
}
