//! Which addresses follow from the contracts' own code.
//!
//! `Deployer.sol` has an address by CREATE2: of its code and of its arguments, which are the hashes of
//! the others' creation codes, who may create PIN, the cap, where the game's randomness comes from, and
//! the rewards' settings. It makes the others by nonce, and none of another code. So whoever has that code
//! and those arguments knows where the contracts are, on every chain, and needs nobody's word for what is
//! there.

use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_sol_types::SolValue;
use pinfi_core::rewards::RewardsConfig;

use crate::params::rewards_to_abi;
use crate::{AddressBook, Contracts};

/// The deployer by CREATE2 that most chains have: called with a salt and creation code.
pub const FACTORY: Address = address!("4e59b44847b379578588920cA78FbF26c0B4956C");

/// The contracts that the deployer makes.
const COUNT: usize = 7;

/// What the compiler gave: the hashes of the creation codes in the deployer's order, then the deployer's
/// creation code. A test of `deploy` compares it, and accepts a change with `--bless`.
const BUILT: &[u8] = include_bytes!("../abi/origin.bin");

/// Returns where a deployer is that was made by CREATE2 from its creation code and its arguments.
#[must_use]
pub fn deployer(
    creation: &[u8],
    codes: [B256; COUNT],
    minter: Address,
    cap: U256,
    rewards: &RewardsConfig,
) -> Address {
    // The game's randomness is the chain's own: an address book names no other source.
    let init = deployer_code(creation, codes, minter, cap, Address::ZERO, rewards);
    FACTORY.create2_from_code(B256::ZERO, init)
}

/// Returns what makes a deployer: its creation code with its arguments. `source` is where the game's
/// randomness comes from; zero: from the chain itself.
#[must_use]
pub fn deployer_code(
    creation: &[u8],
    codes: [B256; COUNT],
    minter: Address,
    cap: U256,
    source: Address,
    rewards: &RewardsConfig,
) -> Vec<u8> {
    let config: Bytes = rewards_to_abi(rewards).abi_encode().into();
    let mut init = creation.to_vec();
    init.extend((codes, minter, cap, source, config).abi_encode_params());
    init
}

/// Returns where the contracts of a deployer are, in the order in which it makes them: PIN, the game,
/// the three tokens, the rewards, the market.
#[must_use]
pub fn contracts(deployer: Address) -> Contracts {
    // A contract's own nonces begin with one; RLP of an address and a number below 128.
    let made = |nonce: u8| {
        let mut list = [0_u8; 23];
        (list[0], list[1], list[22]) = (0xd6, 0x94, nonce);
        list[2..22].copy_from_slice(deployer.as_slice());
        Address::from_word(keccak256(list))
    };
    let [pin, game, stake_token, hours_token, rental_token, rewards, market] =
        [1, 2, 3, 4, 5, 6, 7].map(made);
    Contracts { pin, market, stake_token, hours_token, rental_token, game, rewards }
}

impl AddressBook {
    /// Tells whether its addresses follow from the contracts that this was built with, and from the
    /// minter, the cap and the rewards' settings that it names.
    #[must_use]
    pub fn is_of_our_code(&self) -> bool {
        let (hashes, creation) = BUILT.split_at(COUNT * 32);
        let mut codes = [B256::ZERO; COUNT];
        for (code, hash) in codes.iter_mut().zip(hashes.chunks_exact(32)) {
            *code = B256::from_slice(hash);
        }
        let cap = U256::from(self.supply_cap.0);
        self.contracts == contracts(deployer(creation, codes, self.minter, cap, &self.rewards))
    }
}
