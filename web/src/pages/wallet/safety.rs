//! Locking, by hand and by itself.

use leptos::prelude::*;
use pinfi_client::wallet::{AutoLock, WalletError};

use super::job::Job;
use crate::{
    components::{Button, Select, Tone, card, maybe, note},
    contexts::{Language, Wallet, tr},
    format::duration,
    words::Trouble,
};

const NEVER: &str = "never";
const MINUTES: [u16; 5] = [1, 5, 10, 30, 60];

/// Builds the lock, and the choice of when it falls by itself.
pub(super) fn safety() -> AnyView {
    let (wallet, job) = (Wallet::use_it(), Job::new());
    let now = wallet.keys().map_or_else(AutoLock::default, |keys| keys.auto_lock());
    let stored = match now {
        AutoLock::Never => NEVER.to_owned(),
        AutoLock::After(minutes) => minutes.to_string(),
    };
    let chosen = RwSignal::new(stored);
    Effect::watch(
        move || chosen.get(),
        move |value, _, _| {
            let auto_lock = match value.parse().ok().and_then(AutoLock::after_minutes) {
                Some(after) => after,
                None => AutoLock::Never,
            };
            job.run(async move {
                let keys = wallet.keys().ok_or_else(|| Trouble::from(&WalletError::Locked))?;
                keys.set_auto_lock(auto_lock).await.map_err(|error| Trouble::from(&error))
            });
        },
        false,
    );
    let option = |minutes: u16| {
        let span = duration(u64::from(minutes) * 60, Language::durations());
        (minutes.to_string(), tr!(wallet.auto_lock_after, span = span))
    };
    let mut options: Vec<(String, String)> = MINUTES.into_iter().map(option).collect();
    options.push((NEVER.to_owned(), tr!(wallet.auto_lock_never).to_owned()));
    let content = view! {
        <p class="soft">{tr!(wallet.safety_text)}</p>
        <Select
            label=tr!(wallet.auto_lock)
            testid="wallet-auto-lock"
            chosen
            options=Signal::stored(options)
        />
        {maybe(move || {
            (chosen.get() == NEVER).then(|| note(Tone::Caution, tr!(wallet.auto_lock_warning)))
        })}
        {job.status()}
        <div class="row">
            <Button
                label=tr!(wallet.lock)
                testid="wallet-lock"
                sign="lock"
                on_press=move |()| wallet.lock()
            />
        </div>
    };
    card(tr!(wallet.safety_title), "wallet-safety", content.into_any())
}
