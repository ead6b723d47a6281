//! Accounts, as people tell them apart.

use leptos::prelude::*;

use super::icon;
use crate::{
    contexts::{Toasts, tr},
    format::short_address,
};

/// Draws the same small mirrored pattern for the same address; decorative.
pub(crate) fn identicon(address: &str) -> AnyView {
    // FNV-1a: spreads the address over the bits; nothing here needs to be secure.
    let hash =
        address.to_ascii_lowercase().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let hue = hash % 360;
    let mut path = String::new();
    for cell in 0..15u64 {
        if hash >> (16 + cell) & 1 == 1 {
            let (column, row) = (cell / 5, cell % 5);
            path.push_str(&format!("M{column} {row}h1v1h-1zM{} {row}h1v1h-1z", 4 - column));
        }
    }
    let (back, front) = (format!("hsl({hue} 35% 82%)"), format!("hsl({hue} 55% 34%)"));
    view! {
        <svg class="identicon" viewBox="-1 -1 7 7" aria-hidden="true">
            <path d="M-1 -1h7v7h-7z" fill=back></path>
            <path d=path fill=front></path>
        </svg>
    }
    .into_any()
}

/// An address, shortened, with its pattern and a button that copies it whole.
#[component]
pub(crate) fn Address(#[prop(into)] address: String, testid: &'static str) -> AnyView {
    let toasts = Toasts::use_it();
    let whole = address.clone();
    let copy = move |_| toasts.copy(&whole);
    view! {
        <span class="address">
            {identicon(&address)}
            <code title=address.clone() data-testid=testid data-address=address.clone()>
                {short_address(&address)}
            </code>
            <button
                type="button"
                class="button button-quiet button-icon button-small"
                aria-label=tr!(common.copy)
                on:click=copy
            >
                {icon("copy")}
            </button>
        </span>
    }
    .into_any()
}
