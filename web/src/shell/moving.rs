//! Transactions on their way, wherever the user is.

use leptos::prelude::*;
use pinfi_client::settlement::evm::Bid;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Button, Kind, icon, maybe},
    contexts::{Confirm, Moving, Settlement, Stand, Wallet, tr},
    format::short_address,
};

/// Shows them; assistive technology reads out what becomes of them.
pub(crate) fn moving() -> AnyView {
    let moving = Settlement::use_it().moving();
    let row = move |hash: String| {
        let (key, ended) = (hash.clone(), hash.clone());
        let this =
            Memo::new(move |_| moving.with(|all| all.iter().find(|one| one.hash == key).cloned()));
        let title = move || this.with(|one| one.as_ref().map(|one| one.title.clone()));
        let name = move || this.with(|one| one.as_ref().map_or("", name));
        let can_be_outbid =
            Memo::new(move |_| this.with(|one| one.as_ref().is_some_and(Moving::can_be_outbid)));
        let words = move || this.with(|one| one.as_ref().map(words));
        view! {
            <div class="toast" data-testid="transaction" data-hash=hash.clone() data-stand=name>
                <p>
                    {title} <span class="small soft block"><code>{short_address(&hash)}</code> " " {words}</span>
                </p>
                {maybe(move || can_be_outbid.get().then(|| outbidding(this)))}
                {maybe(move || (name() != "pending").then(|| dismissal(ended.clone())))}
            </div>
        }
        .into_any()
    };
    let hashes =
        move || moving.with(|all| all.iter().map(|one| one.hash.clone()).collect::<Vec<String>>());
    view! { <For each=hashes key=Clone::clone children=row /> }.into_any()
}

/// Offers to pay more for one that waits, or to cancel it.
fn outbidding(this: Memo<Option<Moving>>) -> AnyView {
    let (settlement, wallet, confirm) = (Settlement::use_it(), Wallet::use_it(), Confirm::use_it());
    let press = move |bid: Bid| {
        move |()| {
            if let Some(moving) = this.get_untracked() {
                spawn_local(settlement.outbid(moving, bid, wallet, confirm));
            }
        }
    };
    view! {
        <div class="row">
            <Button
                label=tr!(chain.faster)
                testid="transaction-faster"
                kind=Kind::Small
                on_press=press(Bid::Faster)
            />
            <Button
                label=tr!(chain.cancel)
                testid="transaction-cancel"
                kind=Kind::Small
                on_press=press(Bid::Cancel)
            />
        </div>
    }
    .into_any()
}

fn dismissal(hash: String) -> AnyView {
    let settlement = Settlement::use_it();
    view! {
        <button
            type="button"
            class="button button-quiet button-icon button-small"
            data-testid="transaction-dismiss"
            aria-label=tr!(common.dismiss)
            on:click=move |_| settlement.let_go(&hash)
        >
            {icon("close")}
        </button>
    }
    .into_any()
}

fn name(moving: &Moving) -> &'static str {
    match moving.stand {
        Stand::Pending => "pending",
        Stand::TimedOut => "timed-out",
        Stand::Confirmed(_) => "confirmed",
    }
}

fn words(moving: &Moving) -> String {
    match moving.stand {
        Stand::Pending => tr!(chain.stand_pending).to_owned(),
        Stand::TimedOut => tr!(chain.stand_timed_out).to_owned(),
        Stand::Confirmed(block) => tr!(chain.stand_confirmed, block = block.to_string()),
    }
}
