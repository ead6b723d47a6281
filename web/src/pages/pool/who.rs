//! Accounts by name: the user's own, those that the sandbox plays, and everybody else.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_client::sandbox::personas;

use crate::{
    components::{Tone, badge, identicon},
    contexts::tr,
    format::short_address,
};

/// The names of the accounts that a sandbox plays; nobody's elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Cast(StoredValue<BTreeMap<Address, &'static str>>);

impl Cast {
    /// Learns the names.
    pub(super) fn learn(is_sandbox: bool) -> Self {
        let cast = if is_sandbox { personas() } else { &[] };
        let names = cast.iter().map(|persona| (persona.address, persona.label)).collect();
        Self(StoredValue::new(names))
    }

    /// Shows who an account is.
    pub(super) fn show(self, account: Address, me: Option<Address>) -> AnyView {
        let address = account.to_string();
        let played = self.0.with_value(|names| names.get(&account).copied());
        let name = played.map_or_else(|| short_address(&address), str::to_owned);
        let mark = match played {
            Some(_) => Some(badge(Tone::Plain, tr!(pool.simulated))),
            None if me == Some(account) => Some(badge(Tone::Good, tr!(pool.you))),
            None => None,
        };
        view! { <span class="who" title=address.clone()>{identicon(&address)} {name} {mark}</span> }
            .into_any()
    }
}
