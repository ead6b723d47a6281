//! Keys that are brought along: a phrase, a private key, a keystore file.

use core::str;

use leptos::{html, prelude::*};
use pinfi_client::wallet::{Keystore, Password, Phrase, PrivateKey, WalletError};

use super::{
    create::{Passwords, back_button},
    files::{file_field, read},
    job::{Job, submit},
};
use crate::{
    components::{Field, SecretField, Typed, live, text},
    contexts::{Toasts, Wallet, now, tr},
    words::Trouble,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Phrase,
    Key,
    File,
}

/// The fields of the form; the secrets stay in their inputs until they are taken.
#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<Kind>,
    phrase: NodeRef<html::Textarea>,
    key: Typed,
    file: NodeRef<html::Input>,
    file_password: Typed,
    label: RwSignal<String>,
    /// For a wallet that is there already.
    password: Typed,
    /// For the first account of all.
    passwords: Passwords,
}

impl Fields {
    fn read_phrase(self) -> Phrase {
        Phrase::new(&self.phrase.get_untracked().map(|area| area.value()).unwrap_or_default())
    }

    fn read_key(self) -> Result<PrivateKey, WalletError> {
        let typed = self.key.copy();
        PrivateKey::from_hex(str::from_utf8(typed.as_bytes()).unwrap_or_default())
    }

    fn clear(self) {
        if let Some(area) = self.phrase.get_untracked() {
            area.set_value("");
        }
        for typed in [self.key, self.file_password, self.password] {
            typed.clear();
        }
        self.passwords.clear();
    }
}

/// Builds the form; `first` asks for a new password, otherwise for the wallet's.
pub(super) fn import_form(first: bool, done: Callback<()>) -> AnyView {
    let (wallet, toasts, job) = (Wallet::use_it(), Toasts::use_it(), Job::new());
    let fields = Fields {
        kind: RwSignal::new(Kind::Phrase),
        phrase: NodeRef::new(),
        key: Typed::new(),
        file: NodeRef::new(),
        file_password: Typed::new(),
        label: RwSignal::new(String::new()),
        password: Typed::new(),
        passwords: Passwords::new(),
    };
    let bring = move || {
        let password = if first { fields.passwords.read() } else { Ok(fields.password.copy()) };
        let password = match password {
            Ok(password) => password,
            Err(trouble) => return job.show(Some(trouble)),
        };
        job.run(async move {
            add(wallet, fields, password).await.map_err(|error| Trouble::from(&error))?;
            toasts.tell(tr!(wallet.imported));
            // The form may be gone with the first account.
            fields.clear();
            done.run(());
            Ok(())
        });
    };
    let secrets = move || {
        match fields.kind.get() {
        Kind::Phrase => phrase_field(fields.phrase),
        Kind::Key => view! {
            <SecretField label=tr!(wallet.import_key) testid="import-key" typed=fields.key autocomplete="off" />
        }
        .into_any(),
        Kind::File => view! {
            {file_field(tr!(wallet.import_file), "import-file", ".json,application/json", fields.file)}
            <SecretField
                label=tr!(wallet.import_file_password)
                testid="import-file-password"
                typed=fields.file_password
                autocomplete="off"
            />
        }
        .into_any(),
    }
    };
    let password = if first {
        fields.passwords.fields()
    } else {
        view! {
            <SecretField
                label=tr!(wallet.password_again)
                testid="import-password"
                typed=fields.password
            />
        }
        .into_any()
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                bring();
            }
        >
            <div class="segments" role="group" aria-label=tr!(wallet.import_kind)>
                {kind_button(fields.kind, Kind::Phrase, "import-as-phrase", tr!(wallet.kind_phrase))}
                {kind_button(fields.kind, Kind::Key, "import-as-key", tr!(wallet.kind_key))}
                {kind_button(fields.kind, Kind::File, "import-as-file", tr!(wallet.kind_file))}
            </div>
            {live(secrets)}
            <Field label=tr!(wallet.label) testid="import-label" text=fields.label />
            {password}
            {job.status()}
            {submit(tr!(wallet.import_submit), "wallet-import-submit", job, false.into(), back_button(done))}
        </form>
    }
    .into_any()
}

async fn add(wallet: Wallet, fields: Fields, password: Password) -> Result<(), WalletError> {
    let keys = wallet.keys().ok_or(WalletError::Locked)?;
    let typed = fields.label.get_untracked();
    let label = match typed.trim() {
        "" => tr!(wallet.imported_label),
        label => label,
    };
    let address = match fields.kind.get_untracked() {
        Kind::Phrase => keys.add_phrase(&fields.read_phrase(), label, &password, now()).await?,
        Kind::Key => keys.import_key(fields.read_key()?, label, &password, now()).await?,
        Kind::File => {
            let file = Keystore::new(read(fields.file).await.unwrap_or_default());
            let file_password = fields.file_password.copy();
            keys.import_keystore(file, &file_password, label, &password, now()).await?
        }
    };
    wallet.choose(address);
    Ok(())
}

fn kind_button(
    chosen: RwSignal<Kind>,
    kind: Kind,
    testid: &'static str,
    words: &'static str,
) -> AnyView {
    view! {
        <button
            type="button"
            data-testid=testid
            aria-pressed=text(move || (chosen.get() == kind).to_string())
            on:click=move |_| chosen.set(kind)
        >
            {words}
        </button>
    }
    .into_any()
}

fn phrase_field(area: NodeRef<html::Textarea>) -> AnyView {
    view! {
        <div class="field">
            <label class="field-label" for="import-phrase">{tr!(wallet.import_phrase)}</label>
            <div class="field-box">
                <textarea
                    id="import-phrase"
                    data-testid="import-phrase"
                    rows="3"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    node_ref=area
                ></textarea>
            </div>
            <span class="field-hint">{tr!(wallet.import_phrase_hint)}</span>
        </div>
    }
    .into_any()
}
