//! The dialog that asks for the password when something is to be signed.

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::wallet::WalletStatus;

use super::{Button, Dialog, Progress, SecretField, Typed, maybe, text};
use crate::{
    contexts::{Wallet, tr},
    words::Trouble,
};

/// Asks for the password, or shows the way to a first wallet.
pub(crate) fn unlock_dialog() -> AnyView {
    let wallet = Wallet::use_it();
    let is_empty = move || matches!(wallet.status(), None | Some(WalletStatus::Empty));
    let title = Signal::derive(move || {
        let empty = is_empty();
        if empty { tr!(actions.no_wallet_title) } else { tr!(actions.unlock_title) }.to_owned()
    });
    let content = move || {
        if untrack(is_empty) { no_wallet(wallet) } else { unlock_form(wallet) }
    };
    view! {
        <Dialog
            open=Signal::derive(move || wallet.is_asking())
            title
            testid="unlock"
            on_close=move |()| wallet.answer(false)
            content=ViewFn::from(content)
        />
    }
    .into_any()
}

fn no_wallet(wallet: Wallet) -> AnyView {
    view! {
        <p>{tr!(actions.no_wallet_text)}</p>
        <div class="dialog-actions">
            <Button label=tr!(common.cancel) testid="unlock-cancel" on_press=move |()| wallet.answer(false) />
            <a
                class="button button-primary"
                href="/wallet"
                data-testid="unlock-create"
                on:click=move |_| wallet.answer(false)
            >
                {tr!(actions.no_wallet_go)}
            </a>
        </div>
    }
    .into_any()
}

fn unlock_form(wallet: Wallet) -> AnyView {
    let cancel = view! {
        <Button label=tr!(common.cancel) testid="unlock-cancel" on_press=move |()| wallet.answer(false) />
    };
    view! {
        <p>{tr!(actions.unlock_text)}</p>
        {unlock_fields("unlock-password", "unlock-submit", Callback::new(move |()| wallet.answer(true)), cancel.into_any())}
    }
    .into_any()
}

/// Builds a form that unlocks the wallet and calls `done`; `beside` stands next to its button.
pub(crate) fn unlock_fields(
    password_id: &'static str,
    submit_id: &'static str,
    done: Callback<()>,
    beside: AnyView,
) -> AnyView {
    let wallet = Wallet::use_it();
    let typed = Typed::new();
    let (busy, trouble) = (RwSignal::new(false), RwSignal::new(None::<Trouble>));
    // Not at each step of it, or the bar would be built anew.
    let deriving = Memo::new(move |_| wallet.progress().is_some());
    let failed = move || trouble.get().map(failure);
    let unlock = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let outcome = wallet.unlock(typed.take()).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => done.run(()),
                Err(why) => {
                    trouble.try_set(Some(why));
                    typed.focus();
                }
            }
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                unlock();
            }
        >
            <SecretField label=tr!(actions.unlock_password) testid=password_id typed />
            <div role="status">{maybe(failed)}</div>
            {maybe(move || deriving.get().then(derivation))}
            <div class="dialog-actions">
                {beside}
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid=submit_id
                    aria-busy=text(move || busy.get().to_string())
                >
                    {tr!(actions.unlock)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Shows why the wallet refused.
pub(crate) fn failure(trouble: Trouble) -> AnyView {
    view! {
        <p class="field-error" data-testid="wallet-error" data-code=trouble.code>
            {trouble.text}
        </p>
    }
    .into_any()
}

/// Shows how far a key derivation is.
pub(crate) fn derivation() -> AnyView {
    let wallet = Wallet::use_it();
    let label = Signal::stored(tr!(actions.working).to_owned());
    let per_mille = Signal::derive(move || wallet.progress().unwrap_or(1_000));
    view! { <Progress label testid="kdf-progress" per_mille /> }.into_any()
}
