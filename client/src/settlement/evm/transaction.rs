//! A transaction with its price and signature.

use alloy_consensus::{SignableTransaction, Signed, TxEip1559};
use alloy_primitives::{Bytes, TxKind, U256};

use super::error::ChainError;
use super::node::Node;
use super::send::unreached;
use crate::settlement::{Signer, SubmitError, TransactionRequest};

/// The most that is tipped where gas is nearly free, in wei per gas: 3 gwei.
const MOST_TIP: u128 = 3_000_000_000;
/// What takes a waiting transaction's place must pay more, by an eighth: nodes ask for a tenth.
const RISE: u128 = 8;

/// Limits what a node says that a block's maker wants to twice the base fee or [`MOST_TIP`]: the node is not
/// trusted with what its user has.
fn fair(tip: u128, base_fee: u128) -> u128 {
    tip.min(base_fee.saturating_mul(2).max(MOST_TIP))
}

/// What is offered for gas, in wei per gas (EIP-1559).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Price {
    /// The most, tip included.
    max_fee: u128,
    tip: u128,
    /// What the newest block asked for.
    base_fee: u128,
}

impl Price {
    /// Returns the most that so much gas may cost, in wei.
    pub(super) fn most(self, gas: u64) -> U256 {
        U256::from(self.max_fee).saturating_mul(U256::from(gas))
    }

    /// Returns what gas costs in the next block where fees stay as they are, in wei.
    pub(super) fn now(self) -> U256 {
        U256::from(self.base_fee.saturating_add(self.tip))
    }

    /// Lowers the price to what the account has agreed to pay for so much gas in all: first what is kept
    /// against rising fees, then up to half of the tip.
    ///
    /// # Errors
    /// [`SubmitError::FeeRisen`] where that would not do for the next block.
    pub(super) fn within(self, gas: u64, limit: Option<U256>) -> Result<Self, SubmitError> {
        let Some(limit) = limit.filter(|limit| *limit < self.most(gas)) else { return Ok(self) };
        // No more than our own price, so it fits.
        let max_fee: u128 = (limit / U256::from(gas.max(1))).saturating_to();
        let tip = self.tip.min(max_fee.saturating_sub(self.base_fee));
        if max_fee < self.base_fee || tip < self.tip.div_ceil(2) {
            return Err(SubmitError::FeeRisen { agreed: limit, needed: self.most(gas) });
        }
        Ok(Self { max_fee, tip, ..self })
    }

    /// Raises the price to where nodes let it take the place of another.
    pub(super) fn above(self, other: &TxEip1559) -> Self {
        let more = |amount: u128| amount.saturating_add(amount / RISE).saturating_add(1);
        let tip = self.tip.max(more(other.max_priority_fee_per_gas));
        let max_fee = self.max_fee.max(more(other.max_fee_per_gas)).max(tip);
        Self { max_fee, tip, ..self }
    }
}

/// Reads a transaction that we have signed.
pub(super) fn read(raw: &Bytes) -> Option<TxEip1559> {
    let signed = Signed::<TxEip1559>::eip2718_decode(&mut raw.as_ref()).ok()?;
    Some(signed.into_parts().0)
}

impl Node {
    /// Returns what to offer for gas now: twice the base fee, and the node's tip.
    pub(super) async fn price(&self) -> Result<Price, ChainError> {
        let base_fee = self.head().await?.base_fee;
        // Nodes that know no tips want none.
        let tip = fair(self.tip().await.unwrap_or_default(), base_fee);
        let max_fee = base_fee.saturating_mul(2).saturating_add(tip);
        Ok(Price { max_fee, tip, base_fee })
    }

    /// Has a transaction priced and signed, as EIP-1559 has it. Returns its bytes.
    ///
    /// # Errors
    /// [`SubmitError::Chain`], [`SubmitError::Gas`] or [`SubmitError::Signer`].
    pub async fn sign(
        &self,
        request: &TransactionRequest,
        nonce: u64,
        signer: &dyn Signer,
    ) -> Result<Bytes, SubmitError> {
        let price = self.price().await.map_err(unreached)?;
        self.sign_at(request, nonce, price, signer).await
    }

    /// Has a transaction signed at a price. Returns its bytes.
    pub(super) async fn sign_at(
        &self,
        request: &TransactionRequest,
        nonce: u64,
        price: Price,
        signer: &dyn Signer,
    ) -> Result<Bytes, SubmitError> {
        let needed = price.most(request.gas).saturating_add(request.value);
        let balance = self.balance(request.from).await.map_err(unreached)?;
        if balance < needed {
            return Err(SubmitError::Gas { needed, balance });
        }
        let transaction = TxEip1559 {
            chain_id: request.chain_id,
            nonce,
            gas_limit: request.gas,
            max_fee_per_gas: price.max_fee,
            max_priority_fee_per_gas: price.tip,
            to: TxKind::Call(request.to),
            value: request.value,
            access_list: Default::default(),
            input: request.data.clone(),
        };
        let signature = signer.sign_digest(transaction.signature_hash()).await;
        let signed = transaction.into_signed(signature.map_err(SubmitError::Signer)?);
        let mut raw = Vec::new();
        signed.eip2718_encode(&mut raw);
        Ok(raw.into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    const NOW: Price = Price { max_fee: 210, tip: 10, base_fee: 100 };

    #[test]
    fn within_a_limit_that_does_not_do_for_the_next_block_is_refused() {
        let limit = U256::from(104 * 1_000);
        let refused = SubmitError::FeeRisen { agreed: limit, needed: U256::from(210_000) };
        assert_eq!(NOW.within(1_000, Some(limit)), Err(refused));
    }

    #[test]
    fn within_a_limit_costs_no_more_than_it() {
        assert_eq!(NOW.within(1_000, None), Ok(NOW));
        assert_eq!(NOW.within(1_000, Some(U256::from(210_000))), Ok(NOW));
        let lower = NOW.within(1_000, Some(U256::from(150_999))).unwrap();
        assert_eq!((lower.max_fee, lower.tip), (150, 10));
        assert!(lower.most(1_000) <= U256::from(150_999));
        // Before nothing is sent at all, who makes the block gets less.
        let least = NOW.within(1_000, Some(U256::from(105_000))).unwrap();
        assert_eq!((least.max_fee, least.tip), (105, 5));
    }

    #[test]
    fn above_another_pays_more_by_what_nodes_ask_for() {
        let waiting = |max_fee_per_gas, max_priority_fee_per_gas| TxEip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
            ..TxEip1559::default()
        };
        assert_eq!(NOW.above(&waiting(1, 1)), NOW);
        let above = NOW.above(&waiting(800, 80));
        assert_eq!((above.max_fee, above.tip), (901, 91));
        let above = NOW.above(&waiting(0, 800));
        assert!(above.max_fee >= above.tip, "the tip is part of the fee: {above:?}");
    }

    #[test]
    fn fair_limits_a_tip_to_twice_the_base_fee_or_three_gwei() {
        assert_eq!(fair(u128::MAX, 1), MOST_TIP);
        assert_eq!(fair(u128::MAX, MOST_TIP), 2 * MOST_TIP);
        assert_eq!(fair(5, MOST_TIP), 5);
    }
}
