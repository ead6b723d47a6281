//! Another transaction in the place of one that waits; part of what is loaded with the chain.

use alloy_primitives::B256;
use leptos::prelude::*;
use pinfi_client::settlement::{Fee, Terms, evm::Bid};

use super::{Settlement, moving::Moving};
use crate::{
    contexts::{Confirm, Request, Wallet, tr},
    words::{self, Trouble},
};

impl Settlement {
    /// Asks the user what to pay for another transaction in the place of one that waits, signs and sends
    /// it. What becomes of the two is told as of any.
    pub(crate) async fn outbid(self, moving: Moving, bid: Bid, wallet: Wallet, confirm: Confirm) {
        if let Err(trouble) = self.try_outbid(moving, bid, wallet, confirm).await {
            self.toasts.trouble(trouble);
        }
    }

    async fn try_outbid(
        self,
        moving: Moving,
        bid: Bid,
        wallet: Wallet,
        confirm: Confirm,
    ) -> Result<(), Trouble> {
        let Some(chain) = untrack(|| self.chain()) else { return Ok(()) };
        let Ok(hash) = moving.hash.parse::<B256>() else { return Ok(()) };
        if wallet.ready().await.is_none() {
            return Ok(());
        }
        let offer = chain.ledger.offer(hash, bid).await.map_err(|error| Trouble::from(&error))?;
        let (title, text) = match bid {
            Bid::Faster => (tr!(chain.faster_title), tr!(chain.faster_text)),
            Bid::Cancel => (tr!(chain.cancel_title), tr!(chain.cancel_text)),
        };
        let account = offer.account();
        let fee = Fee::AtMost(offer.most_fee());
        let mut lines = vec![(tr!(chain.line_waiting).to_owned(), moving.title)];
        lines.extend(words::terms(&Terms { fee, allowance: None }, false));
        lines.push((tr!(actions.line_account).to_owned(), words::account(account)));
        let question =
            Request { title: title.to_owned(), text: text.to_owned(), lines, ..Request::default() };
        if !confirm.ask(question).await {
            return Ok(());
        }
        let signer = wallet.signer(account, None);
        let sent = chain.ledger.outbid(offer, signer.as_ref()).await;
        sent.map_err(|error| Trouble::from(&error))?;
        self.toasts.tell(tr!(chain.outbid_sent));
        Ok(())
    }
}
