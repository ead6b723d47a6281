//! Positions: what the account holds, what it is worth, and what can be done with it.
//!
//! | file | what lives there |
//! |---|---|
//! | `holdings` | which tokens are the account's, and what may be done with them |
//! | `worth` | what they are worth, and the limits that actions are signed with |
//! | `stake`, `rental`, `rebate` | their cards |
//! | `proof` | challenge, progress and verdict inside a stake's card |
//! | `ask` | the dialogs that need an address, a span or a price |

mod ask;
mod holdings;
mod proof;
mod rebate;
mod rental;
mod stake;
mod worth;

use leptos::prelude::*;
use pinfi_core::units::{CertificateId, StakeId};

use self::{ask::Ask, holdings::Holdings};
use crate::{
    components::{Column, Tone, badge, empty, page, table},
    contexts::{Desk, tr},
    format::hours,
    route::Route,
    words::{self, kind},
};

/// Builds the page.
pub(super) fn positions() -> AnyView {
    let desk = Desk::use_it();
    let ask = Ask::provide();
    // `None` while the ledger opens, `Some(None)` without an account.
    let holdings = Memo::new(move |_| {
        let seen = desk.see()?;
        Some(seen.account.map(|account| Holdings::of(&seen.ledger, account, seen.now)))
    });
    let held = Memo::new(move |_| holdings.get().flatten().unwrap_or_default());
    let state = Memo::new(move |_| holdings.get().map(|held| held.map(|held| held.is_empty())));
    let content = move || match state.get() {
        None => view! { <p class="soft" role="status">{tr!(common.loading)}</p> }.into_any(),
        Some(None) => empty("wallet", tr!(positions.no_account), wallet_link()),
        Some(Some(true)) => {
            let way = view! {
                <a class="button button-primary" href=Route::Provide(None).path() data-testid="positions-provide">
                    {tr!(positions.to_provide)}
                </a>
            };
            empty("positions", tr!(positions.nothing), way.into_any())
        }
        Some(Some(false)) => lists(desk, held),
    };
    let content = view! {
        <div class="stack">{content}</div>
        {ask::ask_dialog(desk, ask)}
    };
    page(tr!(positions.title), tr!(positions.lead), content.into_any())
}

/// The way to the wallet page, for those who have no account yet.
pub(in crate::pages) fn wallet_link() -> AnyView {
    view! {
        <a class="button" href=Route::Wallet.path() data-testid="to-wallet">{tr!(positions.to_wallet)}</a>
    }
    .into_any()
}

fn lists(desk: Desk, held: Memo<Holdings>) -> AnyView {
    let stakes = Memo::new(move |_| held.with(|held| held.stakes.clone()));
    let hours = Memo::new(move |_| held.with(|held| held.hours.clone()));
    let rentals = Memo::new(move |_| held.with(|held| held.rentals.clone()));
    let rebates = Memo::new(move |_| held.with(|held| held.rebates.clone()));
    let papers = Memo::new(move |_| held.with(|held| held.certificates.clone()));
    let ended = Memo::new(move |_| held.with(|held| held.ended.clone()));
    view! {
        {proof::last_outcome(stakes)}
        {section(tr!(positions.stakes), stakes, move |id| stake::stake_card(desk, id))}
        {section(tr!(positions.hours), hours, move |id| stake::stake_card(desk, id))}
        {section(tr!(positions.rentals), rentals, move |id| rental::rental_card(desk, id))}
        {section(tr!(positions.rebates), rebates, move |due| rebate::rebate_card(desk, due))}
        {section(tr!(positions.certificates), papers, move |id| certificate_card(desk, id))}
        {move || {
            let list = ended.get();
            (!list.is_empty()).then(|| ended_table(desk, &list))
        }}
    }
    .into_any()
}

/// A heading and cards; nothing at all while the list is empty.
fn section<T: Copy + Eq + std::hash::Hash + Send + Sync + 'static>(
    title: &'static str,
    list: Memo<Vec<T>>,
    card: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let any = Memo::new(move |_| list.with(|list| !list.is_empty()));
    let content = move || {
        any.get().then(|| {
            view! {
                <section class="stack">
                    <h2>{title}</h2>
                    <For each=move || list.get() key=|id| *id children=card />
                </section>
            }
        })
    };
    content.into_any()
}

fn certificate_card(desk: Desk, id: CertificateId) -> AnyView {
    let Some(seen) = desk.peek() else { return ().into_any() };
    let Ok(paper) = seen.ledger.certificate(id) else { return ().into_any() };
    let (kind, time) = (kind(&seen.ledger, paper.pool), hours(u128::from(paper.gs.0)));
    let way = Route::Provide(Some(paper.pool)).path();
    view! {
        <article class="card" data-testid="certificate" data-certificate=id.to_string()>
            <h3>{tr!(positions.certificate_name, id = id.to_string())}</h3>
            <p>{tr!(positions.certificate_text, kind = kind, hours = time)}</p>
            <p><a class="button" href=way data-testid="certificate-use">{tr!(positions.certificate_use)}</a></p>
        </article>
    }
    .into_any()
}

/// Names a stake's state in a word.
fn state_word(state: &str) -> &'static str {
    match state {
        "held" => tr!(positions.state_held),
        "liquidity" => tr!(positions.state_liquidity),
        "sold" => tr!(positions.state_sold),
        "settled" => tr!(positions.state_settled),
        _ => tr!(positions.state_slashed),
    }
}

fn ended_table(desk: Desk, list: &[StakeId]) -> AnyView {
    let Some(seen) = desk.peek() else { return ().into_any() };
    let row = |id: &StakeId| {
        let stake = seen.ledger.stake_of(*id).ok()?;
        let state = stake.state.name();
        let tone = if state == "slashed" { Tone::Bad } else { Tone::Plain };
        let name =
            tr!(positions.stake_name, kind = kind(&seen.ledger, stake.pool), id = id.to_string());
        let name = view! {
            <span data-testid="ended" data-stake=id.to_string() data-state=state>{name}</span>
        };
        Some(vec![
            name.into_any(),
            badge(tone, state_word(state)),
            stake.passed.to_string().into_any(),
            words::moment(stake.expiry).into_any(),
        ])
    };
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(positions.ended_stake), false),
        column(tr!(positions.ended_state), false),
        column(tr!(positions.passed_count), true),
        column(tr!(positions.runs_until), true),
    ];
    let rows = list.iter().take(20).filter_map(row).collect();
    view! {
        <section class="stack">
            <h2>{tr!(positions.ended)}</h2>
            <div class="card">{table(tr!(positions.ended), "ended-stakes", columns, rows)}</div>
        </section>
    }
    .into_any()
}
