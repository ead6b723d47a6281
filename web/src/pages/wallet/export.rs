//! What leaves the wallet: each time against the password, and gone from the page afterwards.

use leptos::prelude::*;
use pinfi_client::wallet::{Account, Origin, Phrase, PrivateKey, WalletError};

use super::{
    create::{back_button, words},
    job::{Job, submit},
};
use crate::{
    browser,
    components::{SecretField, Tone, Typed, live, note, text},
    contexts::{Wallet, tr},
    words::Trouble,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Keystore,
    Key,
    Phrase,
}

/// What is shown; dropped, and wiped, with the dialog.
enum Shown {
    Key(PrivateKey),
    Phrase(Phrase),
}

/// Builds the dialog's content.
pub(super) fn export(wallet: Wallet, account: Account, close: Callback<()>) -> AnyView {
    let job = Job::new();
    let form = RwSignal::new(Form::Keystore);
    let (password, file_password) = (Typed::new(), Typed::new());
    let shown = RwSignal::new_local(None::<Shown>);
    let address = account.address;
    let has_phrase = matches!(account.origin, Origin::Phrase { .. });
    let give = move || {
        job.run(async move {
            let done = async {
                let keys = wallet.keys().ok_or(WalletError::Locked)?;
                let typed = password.take();
                match form.get_untracked() {
                    Form::Key => {
                        let key = keys.export_key(address, &typed).await?;
                        shown.try_set(Some(Shown::Key(key)));
                    }
                    Form::Phrase => {
                        let phrase = keys.export_phrase(address, &typed).await?;
                        shown.try_set(Some(Shown::Phrase(phrase)));
                    }
                    Form::Keystore => {
                        let file_typed = file_password.take();
                        let file = keys.export_keystore(address, &typed, &file_typed).await?;
                        let name = format!("pinfi-{address:#x}.json");
                        browser::download(&name, "application/json", file.as_json());
                        close.run(());
                    }
                }
                Ok(())
            };
            done.await.map_err(|error: WalletError| Trouble::from(&error))
        });
    };
    let option = move |value: Form, testid: &'static str, words: &'static str| {
        view! {
            <button
                type="button"
                data-testid=testid
                aria-pressed=text(move || (form.get() == value).to_string())
                on:click=move |_| form.set(value)
            >
                {words}
            </button>
        }
        .into_any()
    };
    let ask = move || {
        view! {
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    give();
                }
            >
                <div class="segments" role="group" aria-label=tr!(wallet.export_form)>
                    {option(Form::Keystore, "export-as-file", tr!(wallet.kind_file))}
                    {option(Form::Key, "export-as-key", tr!(wallet.kind_key))}
                    {has_phrase.then(|| option(Form::Phrase, "export-as-phrase", tr!(wallet.kind_phrase)))}
                </div>
                {live(move || note(Tone::Caution, match form.get() {
                    Form::Keystore => tr!(wallet.export_file_text),
                    Form::Key => tr!(wallet.export_key_text),
                    Form::Phrase => tr!(wallet.export_phrase_text),
                }))}
                <SecretField label=tr!(wallet.password_again) testid="export-password" typed=password />
                <div hidden=move || form.get() != Form::Keystore>
                    <SecretField
                        label=tr!(wallet.export_file_password)
                        testid="export-file-password"
                        typed=file_password
                        autocomplete="new-password"
                    />
                </div>
                {job.status()}
                {submit(tr!(wallet.export_submit), "export-submit", job, false.into(), back_button(close))}
            </form>
        }
        .into_any()
    };
    (move || {
        shown.with(|shown| shown.as_ref().map(|shown| reveal(shown, close))).unwrap_or_else(ask)
    })
    .into_any()
}

fn reveal(shown: &Shown, close: Callback<()>) -> AnyView {
    let secret = match shown {
        Shown::Key(key) => {
            let hex = key.to_hex();
            view! { <code class="whole secret" translate="no" data-testid="export-secret">{hex.as_str().to_owned()}</code> }
                .into_any()
        }
        Shown::Phrase(phrase) => words(phrase),
    };
    view! {
        {note(Tone::Caution, tr!(wallet.export_shown))}
        {secret}
        <div class="dialog-actions">
            <crate::components::Button label=tr!(common.close) testid="export-close" on_press=close />
        </div>
    }
    .into_any()
}
