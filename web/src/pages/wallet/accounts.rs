//! The accounts: which there are, which acts, and what can be done with each.

use alloy_primitives::Address as Account20;
use leptos::prelude::*;
use pinfi_client::wallet::{Account, Origin, WalletError, WalletStatus};

use super::{
    create::back_button,
    export, import,
    job::{Job, submit},
};
use crate::{
    components::{
        Address, Button, Dialog, Field, Kind, Tone, badge, card, live, maybe, note, text,
    },
    contexts::{Settlement, Wallet, tr},
    format::pin_compact,
    words::Trouble,
};

/// Which dialog is open, and for which account.
#[derive(Clone, PartialEq, Eq)]
enum Doing {
    Rename(Account),
    Remove(Account),
    Export(Account),
    Import,
}

/// Lists the accounts.
pub(super) fn accounts() -> AnyView {
    let (wallet, job) = (Wallet::use_it(), Job::new());
    let doing = RwSignal::new(None::<Doing>);
    let unlocked = Memo::new(move |_| wallet.status() == Some(WalletStatus::Unlocked));
    let add = move |()| {
        job.run(async move {
            let next = add_next(wallet).await;
            let address = next.map_err(|error| Trouble::from(&error))?;
            wallet.choose(address);
            Ok(())
        });
    };
    let rows = move || {
        let active = wallet.account();
        let row = |account: Account| row(wallet, doing, active, account);
        wallet.accounts().into_iter().map(row).collect_view().into_any()
    };
    let more = move || {
        unlocked.get().then(|| {
            view! {
                <div class="row">
                    <Button label=tr!(wallet.account_add) testid="account-add" busy=job.busy() on_press=add />
                    <Button
                        label=tr!(wallet.account_import)
                        testid="account-import"
                        kind=Kind::Quiet
                        on_press=move |()| doing.set(Some(Doing::Import))
                    />
                </div>
            }
            .into_any()
        })
    };
    let content = view! {
        <ul class="accounts">{live(rows)}</ul>
        {maybe(more)}
        {job.status()}
        {dialog(wallet, doing)}
    };
    card(tr!(wallet.accounts_title), "accounts", content.into_any())
}

async fn add_next(wallet: Wallet) -> Result<Account20, WalletError> {
    let keys = wallet.keys().ok_or(WalletError::Locked)?;
    let accounts = keys.accounts();
    // Beside the account in use if that has a phrase, else beside the first that has one.
    let has_phrase = |account: &&Account| matches!(account.origin, Origin::Phrase { .. });
    let active = untrack(|| wallet.account());
    let sibling = accounts
        .iter()
        .filter(has_phrase)
        .find(|account| Some(account.address) == active)
        .or_else(|| accounts.iter().find(has_phrase))
        .or(accounts.first())
        .ok_or(WalletError::Locked)?;
    let label = tr!(wallet.account_label, number = (accounts.len() + 1).to_string());
    keys.derive_next(sibling.address, &label).await
}

fn row(
    wallet: Wallet,
    doing: RwSignal<Option<Doing>>,
    active: Option<Account20>,
    account: Account,
) -> AnyView {
    let settlement = Settlement::use_it();
    let address = account.address;
    let is_active = active == Some(address);
    let wei = move || {
        settlement.ledger().map(|ledger| ledger.accounts().balance(address).0).unwrap_or_default()
    };
    let open = |what: fn(Account) -> Doing, testid, label: &'static str| {
        let account = account.clone();
        view! {
            <Button label testid kind=Kind::Small on_press=move |()| doing.set(Some(what(account.clone()))) />
        }
    };
    let choose = if is_active {
        badge(Tone::Good, tr!(wallet.account_active))
    } else {
        view! {
            <Button
                label=tr!(wallet.account_use)
                testid="account-use"
                kind=Kind::Small
                on_press=move |()| wallet.choose(address)
            />
        }
        .into_any()
    };
    view! {
        <li class="account" data-testid="account-row" data-address=address.to_string()>
            <div class="row spread">
                <h3>{account.label.clone()}</h3>
                <span class="num" data-testid="account-balance" data-wei=text(move || wei().to_string())>
                    {text(move || pin_compact(wei()))} " PIN"
                </span>
            </div>
            <div class="row spread">
                <Address address=address.to_string() testid="wallet-address" />
                {choose}
            </div>
            <div class="row">
                {open(Doing::Rename, "account-rename", tr!(wallet.account_rename))}
                {open(Doing::Export, "account-export", tr!(wallet.account_export))}
                {open(Doing::Remove, "account-remove", tr!(wallet.account_remove))}
            </div>
        </li>
    }
    .into_any()
}

fn dialog(wallet: Wallet, doing: RwSignal<Option<Doing>>) -> AnyView {
    let close = Callback::new(move |()| doing.set(None));
    let title = move || {
        match doing.get() {
            Some(Doing::Rename(_)) => tr!(wallet.rename_title),
            Some(Doing::Remove(_)) => tr!(wallet.remove_title),
            Some(Doing::Export(_)) => tr!(wallet.export_title),
            Some(Doing::Import) => tr!(wallet.import_title),
            None => "",
        }
        .to_owned()
    };
    let content = move || match doing.get_untracked() {
        Some(Doing::Rename(account)) => rename(wallet, account, close),
        Some(Doing::Remove(account)) => remove(wallet, account, close),
        Some(Doing::Export(account)) => export::export(wallet, account, close),
        Some(Doing::Import) => import::import_form(false, close),
        None => ().into_any(),
    };
    view! {
        <Dialog
            open=Signal::derive(move || doing.with(Option::is_some))
            title=Signal::derive(title)
            testid="account-dialog"
            on_close=close
            content=ViewFn::from(content)
        />
    }
    .into_any()
}

fn rename(wallet: Wallet, account: Account, close: Callback<()>) -> AnyView {
    let job = Job::new();
    let label = RwSignal::new(account.label);
    let save = move || {
        job.run(async move {
            let Some(keys) = wallet.keys() else { return Ok(()) };
            let renamed = keys.rename(account.address, label.get_untracked().trim()).await;
            renamed.map_err(|error| Trouble::from(&error))?;
            close.run(());
            Ok(())
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <Field label=tr!(wallet.label) testid="rename-label" text=label />
            {job.status()}
            {submit(tr!(wallet.save), "rename-submit", job, false.into(), back_button(close))}
        </form>
    }
    .into_any()
}

fn remove(wallet: Wallet, account: Account, close: Callback<()>) -> AnyView {
    let job = Job::new();
    let sure = RwSignal::new(false);
    let remove = move || {
        job.run(async move {
            let Some(keys) = wallet.keys() else { return Ok(()) };
            let removed = keys.remove(account.address).await;
            removed.map_err(|error| Trouble::from(&error))?;
            close.run(());
            Ok(())
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                remove();
            }
        >
            <p>{account.label}": "<code class="whole">{account.address.to_string()}</code></p>
            {note(Tone::Bad, tr!(wallet.remove_text))}
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="remove-sure"
                    on:change=move |event| sure.set(event_target_checked(&event))
                />
                <span>{tr!(wallet.remove_sure)}</span>
            </label>
            {job.status()}
            {submit(
                tr!(wallet.account_remove),
                "remove-submit",
                job,
                Signal::derive(move || !sure.get()),
                back_button(close),
            )}
        </form>
    }
    .into_any()
}
