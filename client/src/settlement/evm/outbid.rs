//! Another transaction in the place of one that waits: the same for a higher price, or nothing.
//!
//! Only for our own keys: a wallet outside has this itself. Who watches the one that waits watches both.

use alloy_primitives::{Address, B256, Bytes, TxKind, U256, keccak256};

use super::ChainLedger;
use super::journal::{self, Pending};
use super::send::unreached;
use super::transaction::{Price, read};
use crate::intent::IntentError;
use crate::settlement::{Rejection, Signer, SubmitError, TransactionRequest};

/// What a transaction that does nothing uses.
const VOID_GAS: u64 = 21_000;

/// What is to take the place of a transaction that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bid {
    /// The same, for a higher price.
    Faster,
    /// Nothing: it is cancelled, for the fee of doing nothing.
    Cancel,
}

/// What takes a transaction's place once its account agrees.
#[derive(Clone, Debug)]
pub struct Offer {
    waiting: Pending,
    request: TransactionRequest,
    price: Price,
}

impl Offer {
    /// Returns the account that pays.
    #[must_use]
    pub const fn account(&self) -> Address {
        self.request.from
    }

    /// Returns the most that it costs in fees, in wei of the chain's own money. Nothing is paid for the one
    /// whose place it takes.
    #[must_use]
    pub fn most_fee(&self) -> U256 {
        self.price.most(self.request.gas)
    }
}

impl ChainLedger {
    /// Prices what would take the place of a transaction that waits.
    ///
    /// # Errors
    /// [`SubmitError::NotWaiting`] where none of our own of that hash waits;
    /// [`IntentError::DeadlineExpired`] for the same again after its deadline; [`SubmitError::Storage`];
    /// [`SubmitError::Chain`].
    pub async fn offer(&self, hash: B256, bid: Bid) -> Result<Offer, SubmitError> {
        let kept = journal::pending(self.storage(), self.book()).await?;
        let ended = || SubmitError::NotWaiting { hash };
        let waiting = kept.iter().find(|one| one.hash == hash).ok_or_else(ended)?;
        let rivals = kept.iter().filter(|one| one.rivals(waiting));
        let highest = rivals.filter_map(|one| read(one.raw.as_ref()?));
        let highest = highest.max_by_key(|one| one.max_fee_per_gas).ok_or_else(ended)?;
        let own = waiting.raw.as_ref().and_then(read).ok_or_else(ended)?;
        let (from, chain_id) = (waiting.from, own.chain_id);
        let (to, value, data, gas) = match (bid, own.to) {
            (Bid::Cancel, _) | (_, TxKind::Create) => (from, U256::ZERO, Bytes::new(), VOID_GAS),
            (Bid::Faster, TxKind::Call(to)) => (to, own.value, own.input, own.gas_limit),
        };
        let (deadline, now) = (waiting.deadline, self.time());
        if bid == Bid::Faster && deadline < now {
            let error = IntentError::DeadlineExpired { deadline, now };
            return Err(SubmitError::Rejected(Rejection::Intent(error)));
        }
        let request = TransactionRequest { chain_id, from, to, value, data, gas };
        let price = self.node().price().await.map_err(unreached)?.above(&highest);
        Ok(Offer { waiting: waiting.clone(), request, price })
    }

    /// Signs and sends what takes a transaction's place. What becomes of the two is told as news of the
    /// first.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn outbid(&self, offer: Offer, signer: &dyn Signer) -> Result<(), SubmitError> {
        let Offer { waiting, request, price } = offer;
        let raw = self.node().sign_at(&request, waiting.nonce, price, signer).await?;
        let TransactionRequest { to, value, data, .. } = request;
        let hash = keccak256(&raw);
        let waiting_hash = waiting.hash;
        let rival = Pending { hash, raw: Some(raw), to, value, data, ..waiting };
        self.0.rivals.borrow_mut().push(rival.clone());
        let mut sent = self.send_kept(&rival).await;
        // Its end may have come while the account was asked: the two are then one wish no more.
        let kept = journal::pending(self.storage(), self.book()).await?;
        if sent.is_ok() && !kept.iter().any(|one| one.hash == waiting_hash) {
            journal::remove(self, hash).await?;
            sent = Err(SubmitError::NotWaiting { hash: waiting_hash });
        }
        if sent.is_err() {
            self.0.rivals.borrow_mut().retain(|one| one.hash != hash);
        }
        sent
    }
}
