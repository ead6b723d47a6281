//! Who is simulated.

use alloy_primitives::{Address, address, keccak256};
use k256::ecdsa::SigningKey;

/// What a simulated account does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Stakes devices, adds liquidity, sells when prices are high.
    Provider,
    /// Rents devices and gives them back.
    Client,
    /// Decides on the pools' weights.
    Governor,
    /// Settles what is over and reports missed deadlines.
    Keeper,
}

/// A simulated account. Its key is derived from its label and known to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persona {
    /// Its name for people.
    pub label: &'static str,
    /// What it does.
    pub role: Role,
    /// Its account.
    pub address: Address,
}

/// The accounts stand here and not only their labels, so that showing them takes no curve.
const CAST: [Persona; 7] = [
    Persona {
        label: "Basalt Farm",
        role: Role::Provider,
        address: address!("540025Fd977D8387E23Faa52d160F440C28dC8C6"),
    },
    Persona {
        label: "Northwind",
        role: Role::Provider,
        address: address!("bB193074845f7824d54cB7991EcEa0fA8daA7444"),
    },
    Persona {
        label: "Tidepool",
        role: Role::Provider,
        address: address!("9a779a8a0F28Db8E3D88e662A066A7B286BcEba5"),
    },
    Persona {
        label: "Quiet Labs",
        role: Role::Client,
        address: address!("F9D5D03294962688e7121A4782a7cb32065692bF"),
    },
    Persona {
        label: "Meridian Render",
        role: Role::Client,
        address: address!("919Fd0f2b7e65F49788875530c669A2d1df2d711"),
    },
    Persona {
        label: "Round Table",
        role: Role::Governor,
        address: address!("FD2f2FE45Cf7BB871B12d41776EcD5cBF6e6e61F"),
    },
    Persona {
        label: "Night Keeper",
        role: Role::Keeper,
        address: address!("3475d5089abeA55f76F3b0AEe6Fd5fE817E7acF3"),
    },
];

/// Returns all simulated accounts, in a fixed order.
#[must_use]
pub const fn personas() -> &'static [Persona] {
    &CAST
}

impl Persona {
    /// Derives its key; `None` at odds of 2^-128, as a hash may be no key.
    #[must_use]
    pub fn key(&self) -> Option<SigningKey> {
        let seed = keccak256(format!("PinFi simulated account: {}", self.label));
        SigningKey::from_slice(seed.as_slice()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::personas;
    use crate::intent::address_of;

    #[test]
    fn address_of_every_persona_is_that_of_its_key() {
        for persona in personas() {
            let key = persona.key().unwrap();
            assert_eq!(address_of(key.verifying_key()), persona.address, "{}", persona.label);
        }
    }
}
