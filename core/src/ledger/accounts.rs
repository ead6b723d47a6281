//! Balances and the supply of PIN.

use alloc::collections::BTreeMap;
use alloc::vec;

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::rewards::Rewards;
use crate::units::Wei;

/// No ledger holds more PIN than this: signed amounts fit `i128`, sums fit `u128`.
pub const MAX_SUPPLY: Wei = Wei(i128::MAX as u128);

/// Who has how much, and how much there is.
///
/// Conservation: the balances, the locks, the bonds, the reserves, the escrows and the maintenance
/// fees sum to `minted − burned`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    balances: BTreeMap<Address, Wei>,
    minted: Wei,
    burned: Wei,
}

impl Accounts {
    /// Returns an account's PIN.
    #[must_use]
    pub fn balance(&self, account: Address) -> Wei {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// Returns all accounts that ever held PIN, in order of address.
    pub fn balances(&self) -> impl Iterator<Item = (Address, Wei)> + '_ {
        self.balances.iter().map(|(account, balance)| (*account, *balance))
    }

    /// Returns all PIN ever created.
    #[must_use]
    pub const fn minted(&self) -> Wei {
        self.minted
    }

    /// Returns all PIN ever burned.
    #[must_use]
    pub const fn burned(&self) -> Wei {
        self.burned
    }

    /// Checks that an account can pay.
    pub(super) fn require(&self, account: Address, needed: Wei) -> Result<(), Error> {
        self.require_after(account, Wei::ZERO, needed)
    }

    /// Checks that an account can pay once it has received `first`.
    pub(super) fn require_after(
        &self,
        account: Address,
        first: Wei,
        needed: Wei,
    ) -> Result<(), Error> {
        let (needed, balance) = (needed.saturating_sub(first), self.balance(account));
        if balance < needed {
            return Err(Error::InsufficientBalance { needed, balance });
        }
        Ok(())
    }

    pub(super) fn credit(&mut self, account: Address, amount: Wei) {
        if amount.0 > 0 {
            // The sum of all balances is at most MAX_SUPPLY.
            self.balances.entry(account).or_default().0 += amount.0;
        }
    }

    /// Creates PIN; the caller has looked at the cap.
    pub(super) fn mint(&mut self, to: Address, amount: Wei) {
        self.minted.0 += amount.0;
        self.credit(to, amount);
    }

    /// Takes what [`Self::require`] has shown to be there.
    pub(super) fn debit(&mut self, account: Address, amount: Wei) {
        if amount.0 > 0
            && let Some(balance) = self.balances.get_mut(&account)
        {
            balance.0 -= amount.0;
        }
    }

    /// Counts PIN that left a balance, a reserve or a deposit for good.
    pub(super) fn count_burned(&mut self, amount: Wei) {
        self.burned.0 += amount.0;
    }
}

impl Ledger {
    /// Returns the supply cap less what is still to be emitted, which is kept free so that every
    /// reward can be minted.
    fn mint_cap(&self) -> Wei {
        let set_aside = self.rewards().map_or(Wei::ZERO, Rewards::set_aside);
        self.config.supply_cap.min(MAX_SUPPLY).saturating_sub(set_aside)
    }

    /// Returns the most that the minter can create now.
    #[must_use]
    pub fn mintable(&self) -> Wei {
        self.mint_cap().saturating_sub(self.accounts.minted)
    }

    pub(super) fn mint(&mut self, cx: &Context, to: Address, amount: Wei) -> Result<Events, Error> {
        let minter = self.config.minter;
        if cx.sender != minter {
            return Err(Error::NotMinter { minter });
        }
        check_receiver(to)?;
        if amount == Wei::ZERO {
            return Err(Error::ZeroAmount);
        }
        if amount > self.mintable() {
            return Err(Error::SupplyCapExceeded { cap: self.mint_cap() });
        }
        self.accounts.mint(to, amount);
        Ok(vec![Event::Minted { to, amount }])
    }

    pub(super) fn transfer(
        &mut self,
        cx: &Context,
        to: Address,
        amount: Wei,
    ) -> Result<Events, Error> {
        check_receiver(to)?;
        if amount == Wei::ZERO {
            return Err(Error::ZeroAmount);
        }
        self.accounts.require(cx.sender, amount)?;
        self.accounts.debit(cx.sender, amount);
        self.accounts.credit(to, amount);
        Ok(vec![Event::Transferred { from: cx.sender, to, amount }])
    }
}

/// What is sent to nobody is lost: refused, as the token standards do.
pub(super) fn check_receiver(to: Address) -> Result<(), Error> {
    if to.is_zero() { Err(Error::ZeroAddress) } else { Ok(()) }
}
