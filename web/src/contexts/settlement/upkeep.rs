//! What a key that answers by itself pays its transactions with: given by its owner, and taken back; part
//! of what is loaded with the chain.

use std::rc::Rc;

use alloy_primitives::{Address, U256};
use leptos::prelude::*;
use pinfi_client::{
    settlement::{
        Fee, Terms,
        evm::{ChainLedger, Payment},
    },
    wallet::SessionKey,
};

use super::{Chain, Settlement};
use crate::{
    contexts::{Confirm, Request, Wallet, tr},
    format::pin_exact,
    words::{self, Trouble},
};

/// What an account is to give a key, with what that costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gift {
    from: Address,
    to: Address,
    /// In wei.
    amount: U256,
    /// The most that it costs in fees, in wei.
    fee: U256,
}

impl Gift {
    /// Says what is given, for a question that asks for more than this.
    pub(crate) fn words(&self) -> String {
        let (amount, fee) = (eth(self.amount), eth(self.fee));
        tr!(mine.gift_as_well, amount = amount, to = words::account(self.to), fee = fee)
    }
}

impl Settlement {
    /// Prices what the account in use is to give a key, in wei; `None` without an account.
    ///
    /// # Errors
    /// In words: also that the account has too little.
    pub(crate) async fn price_gift_here(
        self,
        wallet: Wallet,
        to: Address,
        amount: U256,
    ) -> Result<Option<Gift>, Trouble> {
        let chain = self.the_chain()?;
        let Some(from) = untrack(|| wallet.account()) else { return Ok(None) };
        let payment = chain.ledger.payment(from, to, amount).await;
        let payment = payment.map_err(|error| Trouble::from(&error))?;
        Ok(Some(Gift { from, to, amount, fee: payment.most_fee() }))
    }

    /// Gives what was agreed to, and asks first where it was not: where there is `confirm`. Tells whether
    /// the user agreed.
    ///
    /// # Errors
    /// In words.
    pub(crate) async fn give_here(
        self,
        wallet: Wallet,
        gift: Gift,
        confirm: Option<Confirm>,
    ) -> Result<bool, Trouble> {
        let chain = self.the_chain()?;
        let Gift { from, to, amount, fee } = gift;
        if wallet.ready().await != Some(from) {
            return Ok(false);
        }
        if let Some(confirm) = confirm
            && !confirm.ask(question(wallet, tr!(mine.gift_title), tr!(mine.gift_text), gift)).await
        {
            return Ok(false);
        }
        let signer = wallet.signer(from, Some(fee));
        let payment = chain.ledger.payment(from, to, amount).await;
        pay(&chain.ledger, payment, signer.as_ref()).await?;
        self.toasts.tell(tr!(mine.gift_done, amount = eth(amount)));
        self.changed();
        Ok(true)
    }

    /// Sends what a key that answers no more has left back to the account in use, once the user agrees.
    ///
    /// # Errors
    /// In words: also that it has too little to send.
    pub(crate) async fn take_back_here(
        self,
        wallet: Wallet,
        confirm: Confirm,
    ) -> Result<(), Trouble> {
        let chain = self.the_chain()?;
        let not_ready = || Trouble::new("NotReady", tr!(errors.not_ready));
        let storage = self.storage().ok_or_else(not_ready)?;
        let Some(to) = untrack(|| wallet.account()) else { return Ok(()) };
        let domain = untrack(|| self.get()).ok_or_else(not_ready)?.descriptor().domain;
        let key = SessionKey::of(storage.as_ref(), domain).await;
        let key = key.map_err(|error| Trouble::from(&error))?;
        let payment = chain.ledger.payment_of_rest(key.address(), to).await;
        let payment = payment.map_err(|error| Trouble::from(&error))?;
        let (from, amount, fee) = (key.address(), payment.amount(), payment.most_fee());
        let back = Gift { from, to, amount, fee };
        let (title, text) = (tr!(mine.back_title), tr!(mine.back_text));
        if !confirm.ask(question(wallet, title, text, back)).await {
            return Ok(());
        }
        pay(&chain.ledger, Ok(payment), key.signer().as_ref()).await?;
        self.toasts.tell(tr!(mine.back_done));
        self.changed();
        Ok(())
    }

    fn the_chain(self) -> Result<Rc<Chain>, Trouble> {
        let chain = untrack(|| self.chain());
        chain.ok_or_else(|| Trouble::new("NotReady", tr!(errors.not_ready)))
    }
}

async fn pay(
    ledger: &ChainLedger,
    payment: Result<Payment, pinfi_client::settlement::SubmitError>,
    signer: &dyn pinfi_client::settlement::Signer,
) -> Result<(), Trouble> {
    let payment = payment.map_err(|error| Trouble::from(&error))?;
    let paid = ledger.pay(&payment, signer).await;
    paid.map(|_| ()).map_err(|error| Trouble::from(&error))
}

fn question(wallet: Wallet, title: &str, text: &str, gift: Gift) -> Request {
    let outside = untrack(|| wallet.outside()).is_some();
    let mut lines = vec![
        (tr!(mine.gift_amount).to_owned(), format!("{} ETH", eth(gift.amount))),
        (tr!(mine.gift_from).to_owned(), gift.from.to_string()),
        (tr!(mine.gift_to).to_owned(), gift.to.to_string()),
    ];
    let terms = Terms { fee: Fee::AtMost(gift.fee), allowance: None };
    lines.extend(words::terms(&terms, outside));
    Request { title: title.to_owned(), text: text.to_owned(), lines, ..Request::default() }
}

fn eth(wei: U256) -> String {
    pin_exact(wei.saturating_to())
}
