//! The page where a device is left to itself: it answers its challenges, epoch after epoch.
//!
//! | file | what lives there |
//! |---|---|
//! | `choose` | what is agreed to, and for which stakes |
//! | `running` | the machine at work |
//! | `clients` | jobs of those who rent the device |
//! | `rests` | when it rests |
//! | `renew` | what is to follow a stake that ends |
//! | `statements` | what was said of pauses |
//! | `upkeep` | what the key that answers has for its transactions on a chain |
//! | `publish` | where openings are published |
//! | `history` | what it did: why was I paid, or not |

mod choose;
mod clients;
mod history;
pub(super) mod publish;
mod renew;
mod rests;
mod running;
mod statements;
mod upkeep;

pub(crate) use upkeep::upkeep;

use std::rc::Rc;

use leptos::prelude::*;
use pinfi_core::{
    Ledger,
    stake::Stake,
    units::{StakeId, Timestamp},
};

use super::positions::wallet_link;
use crate::{
    browser,
    components::{Tone, empty, late, live, maybe, note, page},
    contexts::{
        Desk, Seen, Settlement, mining,
        mining::{Machine, Upkeep},
        tr,
    },
    parts,
    route::Route,
    words::kind,
};

/// The machine that this page shows, and what finds it anew once another one was started.
#[derive(Clone, Copy)]
struct Found(RwSignal<Option<Rc<Machine>>, LocalStorage>);

impl Found {
    fn look(self) {
        let machine = mining::machine();
        let same = self.0.with_untracked(|before| {
            before.as_ref().map(Rc::as_ptr) == machine.as_ref().map(Rc::as_ptr)
        });
        if !same {
            self.0.set(machine);
        }
    }
}

/// Builds the page.
pub(super) fn mine() -> AnyView {
    browser::adopt_style(include_str!("../../../styles/mine.css"));
    let desk = Desk::use_it();
    let found = Found(RwSignal::new_local(mining::machine()));
    let settlement = Settlement::use_it();
    let upkeep = Upkeep::provide();
    // One that an earlier visit has left running comes after the ledger.
    Effect::new(move |_| {
        settlement.track();
        found.look();
    });
    let content = live(move || {
        if settlement.failure().is_some() {
            return ().into_any();
        }
        let machine = found.0.get();
        upkeep.runs.set(machine.is_some());
        match machine {
            Some(machine) => running::running(desk, found, machine),
            None => idle(desk, found),
        }
    });
    let chain =
        maybe(move || settlement.chain_name().map(|_| note(Tone::Plain, tr!(mine.on_a_chain))));
    // What is agreed to comes first, what goes on by itself last.
    let costs = move |runs: bool| {
        maybe(move || {
            (upkeep.runs.get() == runs)
                .then(|| late(move || settlement.chain_name().is_some(), parts::upkeep, || ()))
        })
    };
    let content = view! {
        <div class="stack">{chain} {costs(false)} {content} {costs(true)} {publish::publish()}</div>
    };
    page(tr!(mine.title), tr!(mine.lead), content.into_any())
}

/// What there is to begin with.
fn idle(desk: Desk, found: Found) -> AnyView {
    let stakes = Memo::new(move |_| desk.see().map(|seen| (seen.account.is_some(), own(&seen))));
    live(move || match stakes.get() {
        None => ().into_any(),
        Some((false, _)) => empty("provide", tr!(mine.no_account), wallet_link()),
        Some((true, stakes)) if stakes.is_empty() => {
            let way = view! {
                <a class="button" href=Route::Provide(None).path()>{tr!(mine.to_provide)}</a>
            };
            empty("provide", tr!(mine.no_stake), way.into_any())
        }
        Some((true, stakes)) => choose::choose(desk, found, stakes),
    })
}

/// Gives the live stakes of the account in use.
fn own(seen: &Seen) -> Vec<StakeId> {
    let is_own = |stake: &Stake| {
        Some(stake.provider) == seen.account && stake.is_active() && seen.now < stake.expiry
    };
    seen.ledger.stakes().filter(|(_, stake)| is_own(stake)).map(|(id, _)| id).collect()
}

/// Names a stake: `RTX 4090 · stake #3`.
fn name(ledger: &Ledger, id: StakeId) -> String {
    let pool = ledger.stake_of(id).map(|stake| kind(ledger, stake.pool)).unwrap_or_default();
    tr!(positions.stake_name, kind = pool, id = id.to_string())
}

/// Tells whether a key may answer for a stake until its end.
fn is_appointed(ledger: &Ledger, id: StakeId, operator: alloy_primitives::Address) -> bool {
    let until = |stake: &Stake| Timestamp(stake.expiry.0.saturating_sub(1));
    let Ok(stake) = ledger.stake_of(id) else { return false };
    ledger.game().may_answer(id, operator, until(stake))
}
