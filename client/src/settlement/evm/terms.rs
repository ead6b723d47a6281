//! What a submission costs and allows, before it is signed.

use std::rc::Rc;

use alloy_primitives::{Address, U256};
use pinfi_core::Action;
use pinfi_core::units::Wei;
use pinfi_evm::{Call, Refusal};

use super::ChainLedger;
use super::allowance::{self, Need};
use super::error::ChainError;
use super::send::{refused, unreached};
use crate::intent::{Intent, LedgerAction};
use crate::settlement::{Allowance, AllowanceForm, Fee, SubmitError, Terms};

/// Gas for a permit and the multicall around it, a quarter more than it uses: the signature's check, the
/// allowance and the nonce written for the first time.
const PERMIT_GAS: u64 = 110_000;

impl ChainLedger {
    /// Returns what settling the intents of an account at once costs and allows.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub(super) async fn terms_of(
        &self,
        account: Address,
        intents: &[Intent],
    ) -> Result<Terms, SubmitError> {
        let protocol = |intent: &Intent| match &intent.action {
            LedgerAction::Protocol(action) => Some(action.clone()),
            _ => None,
        };
        let Some(actions) = intents.iter().map(protocol).collect::<Option<Vec<Action>>>() else {
            // It is refused when it is to be settled.
            return Ok(Terms::default());
        };
        let allowance = self.allowance_of(account, &actions).await?;
        let call = match self.market_calls(&actions) {
            Some(calls) => self.market_call_of(calls),
            None => self.other_call(&actions)?,
        };
        let fee = self.fee_of(account, &call, allowance.as_ref()).await?;
        Ok(Terms { fee, allowance })
    }

    /// Returns what a contract must be allowed for the actions, and may not do yet.
    async fn allowance_of(
        &self,
        account: Address,
        actions: &[Action],
    ) -> Result<Option<Allowance>, SubmitError> {
        let contracts = &self.0.book.contracts;
        let ledger = self.follow(|follow| Rc::clone(&follow.model.state().ledger));
        let paid = allowance::paid_elsewhere(&ledger, contracts, actions);
        let (spender, form, Need { now, most }) = match paid {
            Some((spender, amount)) => {
                let need = Need { now: amount, most: amount };
                (spender, AllowanceForm::Approval, need)
            }
            None if self.market_calls(actions).is_none() => return Ok(None),
            None => {
                let need = allowance::needed(&ledger, account, self.time(), actions);
                (contracts.market, AllowanceForm::Permit, need)
            }
        };
        let is_allowed =
            allowance::is_allowed(self.node(), contracts.pin, account, spender, most).await;
        if is_allowed.map_err(unreached)? {
            return Ok(None);
        }
        let margin = Wei(most.0.saturating_sub(now.0));
        Ok(Some(Allowance { token: contracts.pin, spender, amount: most, margin, form }))
    }

    /// Returns the most that a call may cost in fees. Where it needs an allowance that is not given yet,
    /// the node is asked what it would use if it were.
    async fn fee_of(
        &self,
        account: Address,
        call: &Call,
        allowance: Option<&Allowance>,
    ) -> Result<Fee, SubmitError> {
        let node = self.node();
        let Some(Allowance { token, spender, form, amount, .. }) = allowance else {
            let gas = node.gas(account, call).await.map_err(refused)?;
            let price = node.price().await.map_err(unreached)?;
            return Ok(Fee::AtMost(price.most(gas)));
        };
        let slot = allowance::slot(account, *spender);
        let gas = match node.gas_if(account, call, *token, slot, U256::MAX.into()).await {
            Ok(gas) => gas,
            // A rule of the protocol is broken, allowed or not.
            Err(error) if matches!(error.refusal(), Some(Refusal::Protocol(_))) => {
                return Err(refused(error));
            }
            // Not every node answers what would be if.
            Err(ChainError::Node { .. }) => return Ok(Fee::Unknown),
            Err(error) => return Err(unreached(error)),
        };
        let more = match form {
            AllowanceForm::Permit => PERMIT_GAS,
            AllowanceForm::Approval => {
                let approve = allowance::approve(*token, *spender, *amount);
                node.gas(account, &approve).await.map_err(refused)?
            }
        };
        let price = node.price().await.map_err(unreached)?;
        Ok(Fee::AtMost(price.most(gas.saturating_add(more))))
    }
}
