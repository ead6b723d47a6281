//! The state that the log leads to, changed by one function.

use std::collections::BTreeMap;
use std::rc::Rc;

use alloy_primitives::{Address, B256, keccak256};
use pinfi_core::units::{Timestamp, Wei};
use pinfi_core::{Action, Context, Events, Ledger};
use serde::{Deserialize, Serialize};

use super::Genesis;
use super::record::Linked;
use crate::intent::{IntentError, LedgerAction, Speed};
use crate::settlement::{Activity, History, Rejection};

const DAY_SECS: u64 = 86_400;
const DIGEST_LEN: usize = 32;

/// Everything that a log of signed actions leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(with = "shared")]
    pub(super) ledger: Rc<Ledger>,
    accounts: BTreeMap<Address, Account>,
    pub(super) speed: Speed,
    /// The number of records applied: the next one's place.
    pub(super) next: u64,
    /// The link of the last record; the genesis' hash before the first.
    pub(super) head: B256,
    /// The last record's time.
    pub(super) last: Timestamp,
    pub(super) history: History,
}

/// What is known of an account beside what the protocol knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    /// The nonce of its next action.
    nonce: u64,
    /// The day on which it last came to the faucet, and what it was given on that.
    fed: (u64, Wei),
}

impl State {
    /// Begins with nothing but the genesis.
    ///
    /// # Errors
    /// Those of [`Genesis::ledger`].
    pub(super) fn new(genesis: &Genesis, head: B256) -> Result<Self, Rejection> {
        Ok(Self {
            ledger: Rc::new(genesis.ledger()?),
            accounts: BTreeMap::new(),
            speed: Speed::Real,
            next: 0,
            head,
            last: genesis.created,
            history: History::default(),
        })
    }

    /// Returns the nonce of the account's next action.
    pub(super) fn nonce(&self, account: Address) -> u64 {
        self.account(account).nonce
    }

    fn account(&self, account: Address) -> Account {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    /// Applies a record: signature, nonce, deadline, then the action itself. A refusal leaves
    /// everything as it was.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub(super) fn apply(
        &mut self,
        genesis: &Genesis,
        linked: &Linked,
    ) -> Result<Activity, Rejection> {
        let record = &linked.record;
        let signed = &record.signed;
        let sender = signed.recover(&genesis.domain())?;
        let next = self.nonce(sender);
        if signed.nonce < next {
            return Err(IntentError::NonceUsed { nonce: signed.nonce, next }.into());
        }
        if signed.nonce > next {
            return Err(IntentError::NonceGap { nonce: signed.nonce, next }.into());
        }
        if record.time > signed.deadline {
            let deadline = signed.deadline;
            return Err(IntentError::DeadlineExpired { deadline, now: record.time }.into());
        }
        let context = Context { sender, now: record.time, randomness: record.randomness };
        let events = self.perform(genesis, &signed.action, &context)?;

        let account = Account { nonce: next + 1, ..self.account(sender) };
        self.accounts.insert(sender, account);
        self.next = record.seq + 1;
        self.head = linked.hash;
        self.last = record.time;
        let activity = Activity {
            seq: record.seq,
            time: record.time,
            signer: sender,
            action: signed.action.name().to_owned(),
            events,
        };
        let simulated = genesis.is_simulated(sender);
        self.history.enter(activity.clone(), simulated, &self.ledger);
        Ok(activity)
    }

    fn perform(
        &mut self,
        genesis: &Genesis,
        action: &LedgerAction,
        context: &Context,
    ) -> Result<Events, Rejection> {
        // The ledger refuses atomically; it is copied only if somebody else looks at it.
        let ledger = Rc::make_mut(&mut self.ledger);
        match action {
            LedgerAction::Protocol(action) => Ok(ledger.apply(action, context)?),
            &LedgerAction::SetSpeed { speed } => {
                genesis.sandbox.as_ref().ok_or(Rejection::SandboxOnly)?;
                self.speed = speed;
                Ok(Events::new())
            }
            &LedgerAction::Faucet { to, amount } => {
                let rules = genesis.sandbox.as_ref().ok_or(Rejection::SandboxOnly)?;
                let today = context.now.0 / DAY_SECS;
                let account = self.accounts.get(&to).copied().unwrap_or_default();
                let (day, given) = account.fed;
                let given = if day == today { given } else { Wei::ZERO };
                let left = rules.faucet_daily.saturating_sub(given);
                if amount > left {
                    return Err(Rejection::FaucetDry { amount, left });
                }
                let minter = Context { sender: genesis.config.minter, ..*context };
                let events = ledger.apply(&Action::Mint { to, amount }, &minter)?;
                let fed = (today, Wei(given.0 + amount.0));
                self.accounts.insert(to, Account { fed, ..account });
                Ok(events)
            }
        }
    }

    /// Writes a snapshot: the state, then the digest of its bytes.
    pub(super) fn to_snapshot(&self) -> Option<Vec<u8>> {
        let mut bytes = postcard::to_allocvec(self).ok()?;
        let digest = keccak256(&bytes);
        bytes.extend_from_slice(digest.as_slice());
        Some(bytes)
    }

    /// Reads a snapshot whose digest holds.
    pub(super) fn from_snapshot(bytes: &[u8]) -> Option<Self> {
        let (body, digest) = bytes.split_at(bytes.len().checked_sub(DIGEST_LEN)?);
        if keccak256(body).as_slice() != digest {
            return None;
        }
        match postcard::take_from_bytes(body) {
            Ok((state, [])) => Some(state),
            _ => None,
        }
    }
}

/// Keeps the ledger shared in memory and plain in a snapshot.
mod shared {
    use std::rc::Rc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        value: &Rc<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Rc<T>, D::Error> {
        T::deserialize(deserializer).map(Rc::new)
    }
}
