//! The miner in this tab: it answers challenges by itself, whatever page is in view.
//!
//! A part that is loaded separately (see `parts`): it lives outside the pages' contexts, so that a
//! first visit carries nothing of it.
//!
//! | file | what lives there |
//! |---|---|
//! | `board` | where openings are published, and looked for |
//! | `machine` | the loop, and what it shows; in files of their own pauses, and stakes that end |
//! | `prover` | the worker as the miner's prover |
//! | `renewal` | ended stakes that are followed by others |
//! | `serving` | clients' jobs |
//! | `settings` | when it rests |
//! | `surroundings` | battery, hidden tabs, notifications |
//! | `upkeep` | what the key that answers is to have for its transactions |

pub(crate) mod board;
mod machine;
mod prover;
mod renewal;
pub(crate) mod serving;
mod settings;
mod surroundings;
mod upkeep;

pub(crate) use machine::{Machine, Stand};
pub(crate) use renewal::Waiting;
pub(crate) use settings::{Rest, Settings, parse as parse_intensity};
pub(crate) use surroundings::allow_notes;
pub(crate) use upkeep::{Upkeep, readable};

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::task::spawn_local;
use pinfi_client::{
    intent::Domain,
    miner::Keep,
    settlement::{
        Settlement as Port,
        embedded::{Hold, Mode},
    },
    storage::Storage,
    wallet::SessionKey,
};
use pinfi_core::units::StakeId;

use super::{Prover, Settlement, Toasts, Wallet, Worker, tr};
use crate::{browser, words::Trouble};

/// The preference that says that this browser mines: it goes on with the next visit.
pub(crate) const ON: &str = "pinfi.mining";

thread_local! {
    static MACHINE: RefCell<Option<Rc<Machine>>> = const { RefCell::new(None) };
}

/// Gives the machine of this tab, if one was started.
pub(crate) fn machine() -> Option<Rc<Machine>> {
    MACHINE.with_borrow(Clone::clone)
}

/// Gives the key that answers challenges on the ledger in use; makes one where there is none.
///
/// # Errors
/// In words.
pub(crate) async fn session_key(settlement: Settlement) -> Result<SessionKey, Trouble> {
    let (storage, ledger) = place(settlement).await?;
    // Two tabs must not make two.
    let _alone = browser::peers(PEERS).hold(KEY, Mode::Exclusive).await;
    let key = SessionKey::of(storage.as_ref(), ledger.descriptor().domain).await;
    key.map_err(|error| Trouble::from(&error))
}

/// Starts the machine for some stakes.
///
/// # Errors
/// In words; also where another tab has it.
pub(crate) async fn start(needs: Needs, stakes: Vec<StakeId>) -> Result<(), Trouble> {
    stop();
    let place = place(needs.settlement).await?;
    let name = lock(place.1.as_ref());
    let hold = browser::peers(PEERS).try_hold(&name).await;
    let hold = hold.ok_or_else(|| Trouble::new("MinesElsewhere", tr!(mine.elsewhere)))?;
    begin(needs, place, hold, Some(stakes)).await
}

/// Goes on for the stakes that an earlier visit had, once no other tab does.
///
/// # Errors
/// In words.
pub(crate) async fn go_on(needs: Needs) -> Result<(), Trouble> {
    let place = place(needs.settlement).await?;
    let name = lock(place.1.as_ref());
    let Some(hold) = browser::peers(PEERS).hold(&name, Mode::Exclusive).await else {
        return Ok(());
    };
    // It may have been started, or ended, in the meantime.
    if machine().is_some() || browser::read(ON).is_none() {
        return Ok(());
    }
    begin(needs, place, hold, None).await
}

async fn begin(
    needs: Needs,
    (storage, ledger): Place,
    hold: Hold,
    stakes: Option<Vec<StakeId>>,
) -> Result<(), Trouble> {
    let domain = ledger.descriptor().domain;
    let key = session_key(needs.settlement).await?;
    let mut keep = Keep::of(storage.as_ref(), domain).await.map_err(|e| Trouble::from(&e))?;
    if let Some(stakes) = stakes {
        keep.stakes = stakes;
        keep.remember(&ledger.ledger(), ledger.now());
        keep.write(storage.as_ref(), domain).await.map_err(|error| Trouble::from(&error))?;
    }
    if keep.stakes.is_empty() {
        return Ok(());
    }
    let machine = Machine::new(needs, (storage, ledger), &key, hold, keep);
    MACHINE.set(Some(Rc::clone(&machine)));
    browser::write(ON, "1");
    machine.run();
    needs.settlement.changed();
    Ok(())
}

/// Ends the machine, here and in later visits.
pub(crate) fn end() {
    browser::forget(ON);
    stop();
}

/// Ends the machine of a ledger that is no longer in use, and goes on where the same one is reached
/// in another way.
fn leave(needs: Needs, domain: Domain) {
    stop();
    needs.settlement.changed();
    let same = needs.settlement.get().is_some_and(|now| now.descriptor().domain == domain);
    if !same {
        needs.toasts.trouble(Trouble::new("LedgerLeft", tr!(mine.left)));
        return;
    }
    spawn_local(async move {
        if let Err(trouble) = go_on(needs).await {
            needs.toasts.trouble(trouble);
        }
    });
}

fn stop() {
    if let Some(machine) = MACHINE.take() {
        machine.halt();
    }
}

/// What a machine needs of the page.
#[derive(Clone, Copy)]
pub(crate) struct Needs {
    /// The ledger in use.
    pub(crate) settlement: Settlement,
    /// What computes.
    pub(crate) worker: Worker,
    /// What tells.
    pub(crate) toasts: Toasts,
    /// The keys of those who own the stakes.
    pub(crate) wallet: Wallet,
    /// The page's own proofs: clients' jobs wait for them too.
    pub(crate) prover: Prover,
}

impl Needs {
    /// Takes the contexts.
    pub(crate) fn use_it() -> Self {
        Self {
            settlement: Settlement::use_it(),
            worker: Worker::use_it(),
            toasts: Toasts::use_it(),
            wallet: Wallet::use_it(),
            prover: Prover::use_it(),
        }
    }
}

/// Where the tabs of this browser agree on who mines.
const PEERS: &str = "pinfi-mining";
/// What is held while a key is made.
const KEY: &str = "key";

/// Names what the tab that mines on a ledger holds.
fn lock(ledger: &dyn Port) -> String {
    let domain = ledger.descriptor().domain;
    format!("{}/{}", domain.chain_id, domain.ledger)
}

type Place = (Rc<dyn Storage>, Rc<dyn Port>);

async fn place(settlement: Settlement) -> Result<Place, Trouble> {
    let not_ready = || Trouble::new("NotReady", tr!(errors.not_ready));
    let ledger = settlement.ready().await.ok_or_else(not_ready)?;
    let storage = settlement.storage().ok_or_else(not_ready)?;
    Ok((storage, ledger))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
