//! The chain's own money, from one account to another: fees of a key that answers for its owner.

use alloy_primitives::{Address, Bytes, U256};
use pinfi_core::units::Secs;
use pinfi_evm::Call;

use super::send::{Sum, Wish, refused, unreached};
use super::{ChainLedger, Stage};
use crate::settlement::{SettlementExt as _, Signer, SubmitError};

/// The name of a payment, where those of actions are told.
const PAY: &str = "Pay";
/// How long a payment may be sent again, in seconds of the wall.
const VALID: Secs = Secs(600);

/// A payment that its account may agree to: how much goes to whom, and the most that it costs.
#[derive(Clone, Debug)]
pub struct Payment {
    from: Address,
    to: Address,
    amount: U256,
    sum: Sum,
    fee: U256,
}

impl Payment {
    /// Returns the account that pays.
    #[must_use]
    pub const fn from(&self) -> Address {
        self.from
    }

    /// Returns the account that is paid.
    #[must_use]
    pub const fn to(&self) -> Address {
        self.to
    }

    /// Returns how much is paid, in wei; of what an account has left, as it has it now.
    #[must_use]
    pub const fn amount(&self) -> U256 {
        self.amount
    }

    /// Returns the most that it costs in fees, in wei.
    #[must_use]
    pub const fn most_fee(&self) -> U256 {
        self.fee
    }
}

impl ChainLedger {
    /// Prices a payment of `amount` wei.
    ///
    /// # Errors
    /// [`SubmitError::Gas`] where the account has not so much besides the fee;
    /// [`SubmitError::Unsupported`] for nothing, or to itself; [`SubmitError::Chain`].
    pub async fn payment(
        &self,
        from: Address,
        to: Address,
        amount: U256,
    ) -> Result<Payment, SubmitError> {
        let fee = self.fee_of_payment(from, to).await?;
        if amount.is_zero() {
            return Err(SubmitError::Unsupported { action: "payment of nothing" });
        }
        let balance = self.node().balance(from).await.map_err(unreached)?;
        let needed = amount.saturating_add(fee);
        if balance < needed {
            return Err(SubmitError::Gas { needed, balance });
        }
        Ok(Payment { from, to, amount, sum: Sum::Exactly(amount), fee })
    }

    /// Prices a payment of all that an account has. What the fee turns out to be less than its most stays
    /// there.
    ///
    /// # Errors
    /// [`SubmitError::Gas`] where it has not more than the fee; else as [`Self::payment`].
    pub async fn payment_of_rest(
        &self,
        from: Address,
        to: Address,
    ) -> Result<Payment, SubmitError> {
        let fee = self.fee_of_payment(from, to).await?;
        let amount = self.rest(from, fee).await?;
        Ok(Payment { from, to, amount, sum: Sum::Rest, fee })
    }

    /// Has a payment signed, sends it and follows it to its end. Returns its block.
    ///
    /// # Errors
    /// [`SubmitError`]; nothing was paid then, but after a
    /// [`TimedOut`](super::TransactionError::TimedOut) it still may be.
    pub async fn pay(&self, payment: &Payment, signer: &dyn Signer) -> Result<u64, SubmitError> {
        signer.check_chain(self.0.book.chain_id).await.map_err(SubmitError::Signer)?;
        let nonce = self.node().nonce(signer.address(), true).await.map_err(unreached)?;
        let (call, deadline) = (transfer(payment.to), self.deadline_in(VALID));
        let actions = vec![PAY.to_owned()];
        let wish = Wish { nonce, call, sum: payment.sum, deadline, actions, spent: U256::ZERO };
        let (mut pending, _) = self.sign_and_send(wish, signer).await?;
        self.tell(&pending, Stage::Pending);
        let good = self.conclude(&mut pending).await?;
        self.confirm(&pending, good.block).await;
        Ok(good.block)
    }

    /// Returns what gas costs as of the newest block, its tip included, in wei.
    ///
    /// # Errors
    /// [`SubmitError::Chain`].
    pub async fn gas_price(&self) -> Result<U256, SubmitError> {
        Ok(self.node().price().await.map_err(unreached)?.now())
    }

    async fn fee_of_payment(&self, from: Address, to: Address) -> Result<U256, SubmitError> {
        if from == to {
            return Err(SubmitError::Unsupported { action: "payment to oneself" });
        }
        let gas = self.node().gas(from, &transfer(to)).await.map_err(refused)?;
        let price = self.node().price().await.map_err(unreached)?;
        Ok(price.most(gas))
    }

    /// Returns what an account has besides a fee, in wei.
    pub(super) async fn rest(&self, account: Address, fee: U256) -> Result<U256, SubmitError> {
        let balance = self.node().balance(account).await.map_err(unreached)?;
        let rest = balance.checked_sub(fee).filter(|rest| !rest.is_zero());
        rest.ok_or(SubmitError::Gas { needed: fee, balance })
    }
}

fn transfer(to: Address) -> Call {
    Call { to, data: Bytes::new() }
}
