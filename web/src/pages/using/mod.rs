//! The page where a client uses the device that it rents.
//!
//! | file | what lives there |
//! |---|---|
//! | `needs` | what it takes of the page's contexts |
//! | `place` | where the device is |
//! | `bench`, `entry` | the session and its jobs |
//! | `session` | how the session stands, in words |
//! | `complaint` | what a client may do where something is wrong |
//! | `form`, `number`, `module`, `picture` | what is to be run |
//! | `job` | a job: progress, result, check, receipt |
//! | `kept`, `history`, `past` | the jobs that are remembered: what, how they are written, how they are shown |
//! | `unended` | what goes into jobs that have not ended, so that another visit goes on with them |
//! | `lasting` | what outlives the page |
//! | `words` | what jobs do, and how things end |

mod bench;
mod complaint;
mod entry;
mod form;
mod history;
mod job;
mod kept;
mod lasting;
mod module;
mod needs;
mod number;
mod past;
mod picture;
mod place;
mod session;
mod unended;
mod words;

use leptos::prelude::*;
use pinfi_core::units::StakeId;

use self::{bench::Bench, history::History, needs::Needs};
use super::positions::wallet_link;
use crate::{
    browser,
    components::{card, countdown, empty, live, maybe, page},
    contexts::{Seen, tr},
    route::Route,
    words::kind,
};

/// What the ledger says of the page's device and of who looks at it.
#[derive(Clone, Debug, PartialEq)]
enum Right {
    /// The ledger is not open yet.
    Unknown,
    /// There is no account.
    Nobody,
    /// There is no such device, or nobody or somebody else rents it.
    None,
    /// It is the account's until then.
    Rents { name: String, until: u64 },
}

fn right(seen: Option<Seen>, id: StakeId) -> Right {
    let Some(seen) = seen else { return Right::Unknown };
    let Some(account) = seen.account else { return Right::Nobody };
    let Ok(stake) = seen.ledger.stake_of(id) else { return Right::None };
    match stake.running_rental(seen.now).filter(|rental| rental.renter == account) {
        None => Right::None,
        Some(rental) => {
            let kind = kind(&seen.ledger, stake.pool);
            let name = tr!(positions.rental_name, kind = kind, id = id.to_string());
            Right::Rents { name, until: rental.until.0 }
        }
    }
}

/// Builds the page.
pub(super) fn using(id: StakeId) -> AnyView {
    browser::adopt_style(include_str!("../../../styles/tight.css"));
    browser::adopt_style(include_str!("../../../styles/use.css"));
    let needs = Needs::use_them();
    let right = Memo::new(move |_| right(needs.desk.see(), id));
    let content = live(move || match right.get() {
        Right::Unknown => ().into_any(),
        Right::Nobody => empty("wallet", tr!(hire.no_account), wallet_link()),
        Right::None => {
            let jobs = Bench::found(id).map(|bench| jobs(bench, needs));
            view! { <div data-testid="use-not-rented">{not_rented()}</div> {jobs} }.into_any()
        }
        Right::Rents { name, until } => rented(id, needs, name, until),
    });
    let device = past::Device { stake: id, needs, right };
    let past = past::past(History::of_tab(needs), device);
    let content = view! { <div class="stack">{content} {past}</div> };
    page(tr!(hire.title), tr!(hire.lead), content.into_any())
}

fn not_rented() -> AnyView {
    let way = view! { <a class="button" href=Route::Positions.path()>{tr!(hire.to_positions)}</a> };
    empty("positions", tr!(hire.not_rented), way.into_any())
}

fn rented(id: StakeId, needs: Needs, name: String, until: u64) -> AnyView {
    let bench = Bench::of(id, needs);
    let content = view! {
        <p>{tr!(positions.ends_in)} " " {countdown(until)}</p>
        {session::session(id, bench, needs)}
    };
    view! { {card(name, "use-rental", view! { <div class="stack-s">{content}</div> }.into_any())} {complaint::complaint(id, bench, needs)} {form::form(bench)} {jobs(bench, needs)} }
        .into_any()
}

/// Shows the jobs, the latest first. Each is built once, however many come after it.
fn jobs(bench: Bench, needs: Needs) -> AnyView {
    let domain = needs.settlement.get().map(|it| it.descriptor().domain);
    let has_any = Memo::new(move |_| bench.entries.with(|all| !all.is_empty()));
    maybe(move || {
        let shown = move |entry| job::job(bench, entry, domain);
        has_any.get().then(|| {
            view! {
                <section class="stack" data-testid="use-jobs">
                    <h2>{tr!(hire.jobs)}</h2>
                    <p class="soft small">{tr!(hire.kept)}</p>
                    <For each=move || bench.entries.get() key=|entry| entry.job.id children=shown />
                </section>
            }
            .into_any()
        })
    })
}
