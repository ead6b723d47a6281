//! The first wallet: a new phrase, or one that is brought along.

use leptos::prelude::*;
use pinfi_client::wallet::{Password, Phrase, WordCount};

use super::{
    import,
    job::{Job, mismatch, submit},
    strength::strength,
};
use crate::{
    components::{Button, Kind, SecretField, Tone, Typed, card, live, note},
    contexts::{Toasts, Wallet, now, tr},
    words::Trouble,
};

/// What the first visit shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Choose,
    Create,
    Import,
}

/// Builds the ways to a first wallet.
pub(super) fn first_run() -> AnyView {
    let wallet = Wallet::use_it();
    let way = RwSignal::new(Way::Choose);
    let phrase = StoredValue::new_local(None::<Phrase>);
    let job = Job::new();
    let create = move |()| {
        job.run(async move {
            let Some(keys) = wallet.keys() else { return Ok(()) };
            let made = keys.new_phrase(WordCount::Twelve).await;
            phrase.set_value(Some(made.map_err(|error| Trouble::from(&error))?));
            way.set(Way::Create);
            Ok(())
        });
    };
    let back = Callback::new(move |()| {
        phrase.set_value(None);
        way.set(Way::Choose);
    });
    move_view(way, move |shown| match shown {
        Way::Choose => {
            let content = view! {
                <p class="soft">{tr!(wallet.first_text)}</p>
                <div class="row">
                    <Button
                        label=tr!(wallet.create)
                        testid="wallet-create"
                        kind=Kind::Primary
                        busy=job.busy()
                        on_press=create
                    />
                    <Button
                        label=tr!(wallet.import)
                        testid="wallet-import"
                        on_press=move |()| way.set(Way::Import)
                    />
                </div>
                {job.status()}
            };
            card(tr!(wallet.first_title), "wallet-first", content.into_any())
        }
        Way::Create => {
            card(tr!(wallet.create_title), "wallet-new", new_wallet(wallet, phrase, back))
        }
        Way::Import => {
            card(tr!(wallet.import_title), "wallet-bring", import::import_form(true, back))
        }
    })
}

fn move_view(
    way: RwSignal<Way>,
    build: impl Fn(Way) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    live(move || build(way.get()))
}

fn new_wallet(
    wallet: Wallet,
    phrase: StoredValue<Option<Phrase>, LocalStorage>,
    back: Callback<()>,
) -> AnyView {
    let toasts = Toasts::use_it();
    let job = Job::new();
    let kept = RwSignal::new(false);
    let passwords = Passwords::new();
    let create = move || {
        let password = match passwords.read() {
            Ok(password) => password,
            Err(trouble) => return job.show(Some(trouble)),
        };
        job.run(async move {
            let (Some(keys), Some(made)) = (wallet.keys(), phrase.get_value()) else {
                return Ok(());
            };
            let added = keys.add_phrase(&made, tr!(wallet.first_label), &password, now()).await;
            let address = added.map_err(|error| Trouble::from(&error))?;
            passwords.clear();
            phrase.set_value(None);
            wallet.choose(address);
            toasts.tell(tr!(wallet.created));
            Ok(())
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                create();
            }
        >
            <h3>{tr!(wallet.phrase_title)}</h3>
            <p class="soft">{tr!(wallet.phrase_text)}</p>
            {phrase.with_value(|phrase| phrase.as_ref().map(words))}
            {note(Tone::Caution, tr!(wallet.phrase_warning))}
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="wallet-phrase-kept"
                    prop:checked=kept
                    on:change=move |event| kept.set(event_target_checked(&event))
                />
                <span>{tr!(wallet.phrase_kept)}</span>
            </label>
            {passwords.fields()}
            {job.status()}
            {submit(
                tr!(wallet.create_submit),
                "wallet-create-submit",
                job,
                Signal::derive(move || !kept.get()),
                back_button(back),
            )}
        </form>
    }
    .into_any()
}

/// Lists the words of a phrase in their order.
pub(super) fn words(phrase: &Phrase) -> AnyView {
    let word = |word: &str| view! { <li>{word.to_owned()}" "</li> }.into_any();
    let words: Vec<AnyView> = phrase.as_str().split(' ').map(word).collect();
    view! { <ol class="phrase mono" translate="no" data-testid="wallet-phrase">{words}</ol> }
        .into_any()
}

pub(super) fn back_button(back: Callback<()>) -> AnyView {
    view! { <Button label=tr!(common.cancel) testid="wallet-back" on_press=back /> }.into_any()
}

/// The two fields for a new password.
#[derive(Clone, Copy)]
pub(super) struct Passwords {
    first: Typed,
    repeat: Typed,
    hint: RwSignal<String>,
}

impl Passwords {
    pub(super) fn new() -> Self {
        let hint = RwSignal::new(tr!(wallet.password_hint).to_owned());
        Self { first: Typed::new(), repeat: Typed::new(), hint }
    }

    /// Reads the password, which stays in its fields for another attempt.
    pub(super) fn read(self) -> Result<Password, Trouble> {
        let (first, repeat) = (self.first.copy(), self.repeat.copy());
        first.check_strength().map_err(|error| Trouble::from(&error))?;
        if first.as_bytes() != repeat.as_bytes() {
            return Err(mismatch());
        }
        Ok(first)
    }

    pub(super) fn clear(self) {
        self.first.clear();
        self.repeat.clear();
    }

    pub(super) fn fields(self) -> AnyView {
        let judge = move |()| {
            let password = self.first.copy();
            let text = core::str::from_utf8(password.as_bytes()).unwrap_or_default();
            self.hint.set(if text.is_empty() {
                tr!(wallet.password_hint).to_owned()
            } else {
                strength(text, Password::MIN_CHARS).words().to_owned()
            });
        };
        view! {
            <SecretField
                label=tr!(wallet.password)
                testid="wallet-password"
                typed=self.first
                autocomplete="new-password"
                hint=self.hint
                on_input=Callback::new(judge)
            />
            <SecretField
                label=tr!(wallet.password_repeat)
                testid="wallet-password-repeat"
                typed=self.repeat
                autocomplete="new-password"
            />
        }
        .into_any()
    }
}
