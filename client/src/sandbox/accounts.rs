//! Who is simulated.

use alloy_primitives::{Address, keccak256};
use k256::ecdsa::SigningKey;

use crate::intent::address_of;

/// What a simulated account does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Stakes devices, adds liquidity, sells when prices are high.
    Provider,
    /// Rents devices and gives them back.
    Client,
    /// Settles what is over and reports missed deadlines.
    Keeper,
}

/// A simulated account. Its key is derived from its label and known to all.
#[derive(Clone, Debug)]
pub struct Persona {
    /// Its name for people.
    pub label: &'static str,
    /// What it does.
    pub role: Role,
    /// Its account.
    pub address: Address,
    /// Its key.
    pub key: SigningKey,
}

const CAST: [(&str, Role); 6] = [
    ("Basalt Farm", Role::Provider),
    ("Northwind", Role::Provider),
    ("Tidepool", Role::Provider),
    ("Quiet Labs", Role::Client),
    ("Meridian Render", Role::Client),
    ("Night Keeper", Role::Keeper),
];

/// Returns all simulated accounts, in a fixed order.
#[must_use]
pub fn personas() -> Vec<Persona> {
    let cast = CAST.into_iter();
    cast.filter_map(|(label, role)| {
        let seed = keccak256(format!("PinFi simulated account: {label}"));
        // A hash is a valid key but for odds of 2^-128.
        let key = SigningKey::from_slice(seed.as_slice()).ok()?;
        Some(Persona { label, role, address: address_of(key.verifying_key()), key })
    })
    .collect()
}
