//! Who acts.
//!
//! | file | agents |
//! |---|---|
//! | `provider` | providers, honest and not, and those who come for a day: what they do |
//! | `choice` | how a provider decides |
//! | `speculator` | speculating sellers and buyers, whales |
//! | `client` | genuine clients |

mod choice;
mod client;
mod provider;
mod speculator;

pub(crate) use client::Clients;
pub(crate) use provider::{Kind, Providers};
pub(crate) use speculator::Speculators;

use alloy_primitives::Address;

use crate::scenario::Scenario;

/// What every agent sees in an hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'a> {
    pub(crate) scenario: &'a Scenario,
    /// b now.
    pub(crate) outside: f64,
    /// δ.
    pub(crate) fee: f64,
}

/// The account number `n`.
pub(crate) fn account(n: u32) -> Address {
    let mut address = Address::repeat_byte(0x51);
    let [.., a, b, c, d] = &mut address.0.0;
    [*a, *b, *c, *d] = n.to_be_bytes();
    address
}
