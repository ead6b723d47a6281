//! The chain that it is settled on, and who signs there; loaded with what settles on a chain.

use std::rc::Rc;

use leptos::prelude::*;
use pinfi_evm::AddressBook;
use wasm_bindgen_futures::spawn_local;

use super::job::Job;
use crate::{
    components::{Button, Kind, Tone, badge, lines, live, maybe, note, text},
    contexts::{Chain, Clock, Found, Settlement, Wallet, tr},
    format::{count, pin_compact},
    words,
};

/// Shows the chain in use.
pub(crate) fn chain_in_use() -> AnyView {
    let settlement = Settlement::use_it();
    let is_on = Memo::new(move |_| settlement.chain().is_some());
    live(move || match untrack(|| settlement.chain()).filter(|_| is_on.get()) {
        Some(chain) => connected(settlement, &chain),
        None => ().into_any(),
    })
}

fn connected(settlement: Settlement, chain: &Rc<Chain>) -> AnyView {
    let clock = Clock::use_it();
    let book = &chain.choice.book;
    let facts = lines(vec![
        (
            tr!(chain.name).to_owned(),
            tr!(chain.named, name = book.name.clone(), chain = book.chain_id.to_string()),
        ),
        (tr!(chain.node).to_owned(), chain.choice.host().to_owned()),
        (tr!(chain.market).to_owned(), book.contracts.market.to_string()),
    ]);
    let ledger = chain.ledger.clone();
    let newest = StoredValue::new_local(ledger);
    let height = Memo::new(move |_| {
        settlement.track();
        clock.now();
        newest.with_value(|ledger| ledger.head().map(|block| block.number)).unwrap_or_default()
    });
    view! {
        <div class="facts">{facts}</div>
        {vouched(book)}
        <dl class="lines">
            <div>
                <dt>{tr!(chain.block)}</dt>
                <dd class="num" data-testid="chain-block" data-block=text(move || height.get().to_string())>
                    {text(move || count(height.get()))}
                </dd>
            </div>
            {money(settlement, height)}
        </dl>
        {signs(settlement)}
    }
    .into_any()
}

/// Whether anybody but the address book says what the contracts do.
fn vouched(book: &AddressBook) -> AnyView {
    let is_ours = book.is_of_our_code();
    let said = if is_ours {
        note(Tone::Plain, tr!(chain.verified, minter = words::account(book.minter)))
    } else {
        note(Tone::Caution, tr!(chain.unverified))
    };
    view! { <div data-testid="chain-vouched" data-ours=is_ours.to_string()>{said}</div> }.into_any()
}

/// What the account in use can pay fees with; asked for again as blocks come.
fn money(settlement: Settlement, height: Memo<u64>) -> AnyView {
    let wallet = Wallet::use_it();
    let wei = RwSignal::new(None::<u128>);
    Effect::new(move |_| {
        height.track();
        let (account, chain) = (wallet.account(), untrack(|| settlement.chain()));
        let (Some(account), Some(chain)) = (account, chain) else {
            wei.set(None);
            return;
        };
        spawn_local(async move {
            // Where the node is away that is told elsewhere.
            if let Ok(money) = chain.ledger.money(account).await {
                wei.try_set(Some(money.saturating_to()));
            }
        });
    });
    maybe(move || {
        wei.get().map(|wei| {
            view! {
                <div>
                    <dt>{tr!(chain.money)}</dt>
                    <dd class="num" data-testid="chain-money" data-wei=wei.to_string() title=tr!(chain.money_note)>
                        {pin_compact(wei)} " ETH"
                    </dd>
                </div>
            }
            .into_any()
        })
    })
}

/// The choice among the keys here and the wallets outside.
fn signs(settlement: Settlement) -> AnyView {
    let (wallet, job) = (Wallet::use_it(), Job::new());
    let chosen = Memo::new(move |_| wallet.outside_uuid());
    let button = move |is_active: bool, testid: &'static str, press: Callback<()>| {
        if is_active {
            badge(Tone::Good, tr!(chain.signs_active))
        } else {
            view! {
                <Button label=tr!(chain.signs_use) testid kind=Kind::Small busy=job.busy() on_press=press />
            }
            .into_any()
        }
    };
    let here = move || {
        let back = Callback::new(move |()| job.run(settlement.disconnect_here(wallet)));
        button(chosen.get().is_none(), "chain-keys", back)
    };
    let outside = move |found: Found| {
        let name = found.name.clone();
        let icon = (!found.icon.is_empty()).then(|| {
            view! { <img class="identicon" src=found.icon.clone() alt="" /> }
        });
        let is_active = chosen.get().as_ref() == Some(&found.uuid);
        let (rdns, kept) = (found.rdns.clone(), StoredValue::new_local(found));
        let shown = rdns.clone();
        let connect = Callback::new(move |()| {
            job.run(settlement.connect_here(kept.get_value(), wallet));
        });
        view! {
            <li class="row spread" data-testid="chain-wallet" data-rdns=rdns data-active=is_active.to_string()>
                <span class="address">{icon} {name} <span class="small soft">{shown}</span></span>
                {button(is_active, "chain-wallet-use", connect)}
            </li>
        }
        .into_any()
    };
    let found = move || {
        let all = settlement.found();
        if all.is_empty() {
            return view! { <li class="small soft">{tr!(chain.signs_none)}</li> }.into_any();
        }
        all.into_iter().map(outside).collect_view().into_any()
    };
    view! {
        <div class="stack">
            <h3>{tr!(chain.signs_title)}</h3>
            <ul class="stack">
                <li class="row spread">{tr!(chain.signs_here)} {live(here)}</li>
                {live(found)}
            </ul>
            {job.status()}
        </div>
    }
    .into_any()
}
