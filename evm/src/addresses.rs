//! Where the contracts are.

use alloy_primitives::{Address, B256};
use pinfi_core::ledger::Config;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::Wei;
use serde::{Deserialize, Serialize};

/// Something of each contract of one deployment: its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contracts<T = Address> {
    /// PIN.
    pub pin: T,
    /// The market: pools, stakes and rentals.
    pub market: T,
    /// The st-tokens.
    pub stake_token: T,
    /// The hours tokens.
    pub hours_token: T,
    /// The rental tokens.
    pub rental_token: T,
    /// Who gives verdicts.
    pub game: T,
    /// The block rewards.
    pub rewards: T,
}

/// A deployment on a chain: all that is needed to settle on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressBook {
    /// The chain's name for people.
    pub name: String,
    /// The chain, as in EIP-155.
    pub chain_id: u64,
    /// A block before which none of the contracts has a log.
    pub from_block: u64,
    /// The only account that may create PIN.
    pub minter: Address,
    /// The most PIN there may ever be, in wei; a decimal string, for JSON's numbers are smaller.
    #[serde(with = "decimal")]
    pub supply_cap: Wei,
    /// How the emission is split, and who governs.
    pub rewards: RewardsConfig,
    /// The contracts.
    pub contracts: Contracts,
    /// The hashes of their codes; where there are none, any code at the addresses is taken for theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_hashes: Option<Contracts<B256>>,
}

impl AddressBook {
    /// Returns the identity of the ledger that the contracts keep.
    #[must_use]
    pub const fn config(&self) -> Config {
        Config {
            chain_id: self.chain_id,
            address: self.contracts.market,
            minter: self.minter,
            supply_cap: self.supply_cap,
        }
    }
}

mod decimal {
    use pinfi_core::units::Wei;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(amount: &Wei, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Wei, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Wei).map_err(|_| D::Error::custom("not a number of wei"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"name":"devnet","chainId":31337,"fromBlock":3,
        "minter":"0x0101010101010101010101010101010101010101","supplyCap":"1000000000000000000000000",
        "rewards":{"genesis":5,"governor":"0x0808080808080808080808080808080808080808","timelock":6,
        "ecosystem":{"account":"0x0909090909090909090909090909090909090909","share":2000,"lock":0},
        "team":{"account":"0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","share":1000,"lock":7},
        "providers":9000},
        "contracts":{"rewards":"0x0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b","pin":"0x0202020202020202020202020202020202020202",
        "market":"0x0303030303030303030303030303030303030303",
        "stakeToken":"0x0404040404040404040404040404040404040404",
        "hoursToken":"0x0505050505050505050505050505050505050505",
        "rentalToken":"0x0606060606060606060606060606060606060606",
        "game":"0x0707070707070707070707070707070707070707"}}"#;

    #[test]
    fn from_json_with_a_field_missing_or_a_bad_number_is_refused() {
        for (from, to) in [(r#""chainId":31337,"#, ""), ("1000000000000000000000000", "1e24")] {
            let text = TEXT.replace(from, to);
            assert!(serde_json::from_str::<AddressBook>(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn json_reads_back() {
        let book: AddressBook = serde_json::from_str(TEXT).unwrap();
        assert_eq!(book.supply_cap, Wei(10_u128.pow(24)));
        assert_eq!(book.config().address, book.contracts.market);
        let again = serde_json::from_str(&serde_json::to_string(&book).unwrap()).unwrap();
        assert_eq!(book, again);
    }
}
