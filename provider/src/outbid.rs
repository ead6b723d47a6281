//! More for a transaction that waits: until it is in a block, all later ones of the account wait behind it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use alloy_primitives::B256;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::IntentError;
use pinfi_client::settlement::evm::{Bid, ChainLedger, Progress, Stage};
use pinfi_client::settlement::{Rejection, SubmitError};

/// How often more is offered for one transaction. Each time it is an eighth more at least, so the last offer
/// is above two and a half times the first or what the node asks for by then.
const MOST_BIDS: u32 = 8;

/// The transactions that were waited for in vain, with how often more was offered for each.
#[derive(Default)]
pub(crate) struct Waiting(RefCell<BTreeMap<B256, u32>>);

impl Waiting {
    /// Notes what has become of a transaction.
    pub(crate) fn note(&self, news: &Progress) {
        let mut all = self.0.borrow_mut();
        match news.stage {
            Stage::TimedOut if news.is_ours => {
                all.entry(news.hash).or_default();
            }
            Stage::Pending => {}
            _ => {
                all.remove(&news.hash);
            }
        }
    }

    /// Tells whether any waits.
    pub(crate) fn any(&self) -> bool {
        !self.0.borrow().is_empty()
    }

    /// Offers more for each: for the same, and once it is too late for that for nothing in its place.
    ///
    /// # Errors
    /// [`SubmitError`]; the others wait for the next time.
    pub(crate) async fn outbid(
        &self,
        ledger: &ChainLedger,
        key: &SigningKey,
    ) -> Result<(), SubmitError> {
        let all: Vec<(B256, u32)> =
            self.0.borrow().iter().map(|(hash, bids)| (*hash, *bids)).collect();
        for (hash, bids) in all.into_iter().filter(|(_, bids)| *bids < MOST_BIDS) {
            let offer = match ledger.offer(hash, Bid::Faster).await {
                Err(SubmitError::Rejected(Rejection::Intent(IntentError::DeadlineExpired {
                    ..
                }))) => ledger.offer(hash, Bid::Cancel).await,
                offer => offer,
            };
            let sent = match offer {
                Ok(offer) => {
                    eprintln!("{hash} waits: at most {} wei are offered now", offer.most_fee());
                    ledger.outbid(offer, key).await
                }
                Err(error) => Err(error),
            };
            match sent {
                Ok(()) => {
                    self.0.borrow_mut().insert(hash, bids + 1);
                }
                // Its end has come.
                Err(SubmitError::NotWaiting { .. }) => {
                    self.0.borrow_mut().remove(&hash);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
