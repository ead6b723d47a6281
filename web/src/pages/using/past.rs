//! Shows the jobs that are remembered.

use leptos::prelude::*;
use pinfi_core::units::StakeId;

use super::{
    Right,
    bench::{Bench, FORGOTTEN},
    history::History,
    kept::{Change, Check, End, Kept, Shelf},
    needs::Needs,
    words,
};
use crate::{
    browser,
    components::{Button, Kind, Tone, badge, card, live, maybe, note},
    contexts::tr,
    words::moment,
};

/// How many are shown; all of them are in the file.
const SHOWN: usize = 30;

/// The device that the page is about, as far as jobs may go on there.
#[derive(Clone, Copy)]
pub(super) struct Device {
    pub(super) stake: StakeId,
    pub(super) needs: Needs,
    pub(super) right: Memo<Right>,
}

impl Device {
    /// Tells whether a job may go on: it had not ended when the page was closed, and the device is still
    /// the account's.
    fn takes(self, kept: &Kept) -> bool {
        let rents = self.right.with(|right| matches!(right, Right::Rents { .. }));
        let is_of_tab = Bench::found(self.stake).is_some_and(|bench| bench.has(kept.job));
        kept.end == End::Open && kept.stake == self.stake && rents && !is_of_tab
    }
}

/// Shows them, where there are any.
pub(super) fn past(history: History, device: Device) -> AnyView {
    let asks = RwSignal::new(false);
    maybe(move || {
        let shelf = history.shelf()?;
        let all = history.all.get();
        (!all.is_empty()).then(|| list(history, shelf, &all, (device, asks)))
    })
}

fn list(
    history: History,
    shelf: Shelf,
    all: &[Kept],
    (device, asks): (Device, RwSignal<bool>),
) -> AnyView {
    let lines = all.iter().take(SHOWN).map(|kept| line(shelf, kept, device));
    let lines = lines.collect_view();
    let more = all.len().checked_sub(SHOWN).filter(|more| *more > 0);
    let more = more.map(|more| {
        view! { <p class="small soft">{tr!(hire.past_more, count = more.to_string())}</p> }
    });
    let save = move |()| {
        let json = history.all.with_untracked(|all| shelf.export(all));
        browser::download("jobs.json", "application/json", &json);
    };
    let forget = move |()| {
        history.change(shelf, Change::Clear);
        asks.set(false);
    };
    let buttons = move || {
        if asks.get() {
            view! {
                <span class="small">{tr!(hire.past_sure)}</span>
                <Button label=tr!(hire.past_forget) testid="use-past-forget" kind=Kind::Danger on_press=forget />
                <Button label=tr!(hire.past_keep) testid="use-past-keep" kind=Kind::Small on_press=move |()| asks.set(false) />
            }
            .into_any()
        } else {
            view! {
                <Button label=tr!(hire.past_save) testid="use-past-save" kind=Kind::Small on_press=save />
                <Button label=tr!(hire.past_forget) testid="use-past-ask" kind=Kind::Small on_press=move |()| asks.set(true) />
            }
            .into_any()
        }
    };
    let lost =
        maybe(move || history.is_lost.get().then(|| note(Tone::Caution, tr!(hire.past_lost))));
    let content = view! {
        <p class="small soft">{tr!(hire.past_about)}</p>
        {lost}
        <ul class="use-past">{lines}</ul>
        {more}
        <div class="row">{live(buttons)}</div>
    };
    card(tr!(hire.past), "use-past", content.into_any())
}

fn line(shelf: Shelf, kept: &Kept, device: Device) -> AnyView {
    let (tone, end, state) = match &kept.end {
        End::Open => (Tone::Plain, tr!(hire.past_open), "open"),
        End::Done(_) => (Tone::Good, tr!(hire.done), "done"),
        End::Failed(code) if code == "JobCancelled" => {
            (Tone::Plain, tr!(hire.past_cancelled), "failed")
        }
        End::Failed(code) if code == FORGOTTEN => (Tone::Plain, tr!(hire.past_forgotten), "failed"),
        End::Failed(_) => (Tone::Bad, tr!(hire.past_failed), "failed"),
    };
    let check = match kept.check {
        Check::None => None,
        Check::Passed(..) => Some(badge(Tone::Good, tr!(hire.past_right))),
        Check::Wrong(_) => Some(badge(Tone::Bad, tr!(hire.past_wrong))),
    };
    let receipt = match &kept.end {
        End::Done(signed) => {
            let (signed, name) = (signed.clone(), format!("{}.receipt.json", kept.job));
            let save = move |()| {
                let json = signed.export(&shelf.domain.eip712());
                browser::download(&name, "application/json", &json);
            };
            Some(view! {
                <Button label=tr!(hire.receipt) testid="use-past-receipt" kind=Kind::Small on_press=save />
            })
        }
        End::Open | End::Failed(_) => None,
    };
    let unended = kept.clone();
    let go_on = maybe(move || {
        let kept = unended.clone();
        device.takes(&kept).then(|| {
            let Device { stake, needs, .. } = device;
            let press = move |()| Bench::of(stake, needs).go_on(shelf, kept.clone());
            view! { <Button label=tr!(hire.past_go_on) testid="use-past-go-on" kind=Kind::Small on_press=press /> }
                .into_any()
        })
    });
    let about = tr!(
        hire.past_line,
        at = moment(kept.begun),
        stake = kept.stake.to_string(),
        hash = kept.input_hash.to_string()
    );
    view! {
        <li data-testid="use-past-job" data-state=state>
            <div>
                <span class="use-past-name">{words::work(&kept.kind)}</span>
                {badge(tone, end)}
                {check}
                <p class="small soft">{about}</p>
            </div>
            {receipt}
            {go_on}
        </li>
    }
    .into_any()
}
