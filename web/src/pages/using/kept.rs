//! The jobs of an account on a ledger that this browser remembers: what they were, how they ended,
//! and what was signed of them. What they gave is not kept, and what went in for as long as they have not
//! ended (`unended`).

use alloy_primitives::{Address, B256};
use pinfi_client::{
    intent::Domain,
    storage::{Batch, Named, Storage, StorageError},
};
use pinfi_core::units::{StakeId, Timestamp};
use pinfi_jobs::{receipt::SignedReceipt, spec::JobId};
use pinfi_worker::{decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many jobs are remembered: the oldest make room.
const MOST: usize = 200;

/// Whose jobs, and on which ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shelf {
    pub(super) domain: Domain,
    pub(super) account: Address,
}

/// A job that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) job: JobId,
    /// What kind of work it is, as [`kind`](super::words::kind) names it.
    pub(super) kind: String,
    pub(super) stake: StakeId,
    /// The hash of all that went in.
    pub(super) input_hash: B256,
    /// When it was begun, in the ledger's time.
    pub(super) begun: Timestamp,
    pub(super) end: End,
    pub(super) check: Check,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum End {
    /// It had not when the page was last open.
    Open,
    /// With a result, of which this was signed.
    Done(Box<SignedReceipt>),
    /// Without one; the cause's name.
    Failed(String),
}

/// What a check has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Check {
    None,
    /// So many units of so many are right.
    Passed(u32, u32),
    /// This unit is wrong.
    Wrong(u32),
}

/// A change of what is remembered.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// A job is new; its bytes are kept until it has ended.
    Begin(Kept, Vec<u8>),
    /// A job has changed.
    Put(Kept),
    /// All is forgotten.
    Clear,
}

impl Change {
    /// Makes it; the latest job comes first.
    pub(super) fn apply(self, all: &mut Vec<Kept>) {
        match self {
            Self::Clear => all.clear(),
            Self::Begin(kept, _) | Self::Put(kept) => {
                match all.iter_mut().find(|it| it.job == kept.job) {
                    Some(before) => *before = kept,
                    None => {
                        all.insert(0, kept);
                        all.truncate(MOST);
                    }
                }
            }
        }
    }
}

impl Shelf {
    fn name(self) -> String {
        format!("jobs/{}/{}/{}", self.domain.chain_id, self.domain.ledger, self.account)
    }

    /// Reads what is remembered; nothing where that cannot be read.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(super) async fn read(self, storage: &dyn Storage) -> Result<Vec<Kept>, StorageError> {
        let bytes = storage.get(Named::Meta, &self.name()).await?;
        Ok(bytes.and_then(|bytes| decode(&bytes).ok()).unwrap_or_default())
    }

    /// Changes what is remembered, and gives it.
    ///
    /// # Errors
    /// [`StorageError`], and nothing has changed.
    pub(super) async fn change(
        self,
        storage: &dyn Storage,
        change: Change,
    ) -> Result<Vec<Kept>, StorageError> {
        // Read anew: another tab may have written.
        let before = self.read(storage).await?;
        let mut all = before.clone();
        let begun = match &change {
            Change::Begin(kept, bytes) => Some((kept.job, bytes.clone())),
            Change::Put(_) | Change::Clear => None,
        };
        change.apply(&mut all);
        let batch = if all.is_empty() {
            Batch::new().delete(Named::Meta, self.name())
        } else {
            let bytes = encode(&all)
                .map_err(|_| StorageError::Failed { name: "DataCloneError".to_owned() })?;
            Batch::new().put(Named::Meta, self.name(), bytes.to_vec())
        };
        let batch = self.without_spent_inputs(batch, &before, &all);
        let with_input = begun.and_then(|begun| self.with_input(batch.clone(), &all, begun));
        let is_written = match with_input {
            Some(with_input) => storage.commit(with_input).await.is_ok(),
            None => false,
        };
        // Where there is no room for what goes in, the job is still remembered.
        if !is_written {
            storage.commit(batch).await?;
        }
        Ok(all)
    }

    /// Writes what is remembered as JSON for other programs, each receipt as it is saved alone.
    pub(super) fn export(self, all: &[Kept]) -> String {
        let eip712 = self.domain.eip712();
        let jobs = all.iter().map(|kept| {
            let (end, code, receipt) = match &kept.end {
                End::Open => ("open", None, None),
                End::Failed(code) => ("failed", Some(code), None),
                End::Done(signed) => {
                    let receipt = serde_json::from_str::<Value>(&signed.export(&eip712)).ok();
                    ("done", None, receipt)
                }
            };
            let check = match kept.check {
                Check::None => Value::Null,
                Check::Passed(units, of) => json!({ "right": units, "of": of }),
                Check::Wrong(unit) => json!({ "wrong": unit }),
            };
            json!({
                "job": kept.job.to_string(),
                "kind": kept.kind,
                "stake": kept.stake.0,
                "inputHash": kept.input_hash,
                "begun": kept.begun.0,
                "end": end,
                "code": code,
                "check": check,
                "receipt": receipt,
            })
        });
        let jobs: Vec<Value> = jobs.collect();
        let Domain { chain_id, ledger } = self.domain;
        let all = json!({
            "chainId": chain_id,
            "ledger": ledger,
            "account": self.account,
            "jobs": jobs,
        });
        all.to_string()
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use alloy_primitives::Bytes;
    use futures_channel::oneshot;
    use pinfi_client::storage::MemoryStorage;
    use pinfi_core::units::RentalId;
    use pinfi_jobs::receipt::Receipt;

    use super::*;

    pub(in super::super) fn shelf(account: u8) -> Shelf {
        let domain = Domain { chain_id: 7, ledger: Address::repeat_byte(1) };
        Shelf { domain, account: Address::repeat_byte(account) }
    }

    pub(in super::super) fn kept(number: u8, end: End) -> Kept {
        Kept {
            job: JobId([number; 16]),
            kind: "matrix".to_owned(),
            stake: StakeId(3),
            input_hash: B256::repeat_byte(number),
            begun: Timestamp(number.into()),
            end,
            check: Check::None,
        }
    }

    fn done() -> End {
        let receipt = Receipt {
            job: JobId([1; 16]),
            input_hash: B256::repeat_byte(1),
            provider: Address::repeat_byte(9),
            client: Address::repeat_byte(8),
            stake: StakeId(3),
            rental: RentalId(4),
            device: "a GPU".to_owned(),
            started: Timestamp(1),
            ended: Timestamp(2),
            busy_millis: 900,
            steps: 3,
            output_hash: B256::repeat_byte(5),
            chain: B256::repeat_byte(6),
        };
        End::Done(Box::new(SignedReceipt { receipt, signature: Bytes::from(vec![1; 65]) }))
    }

    /// Memory answers at once.
    pub(in super::super) fn at_once<T>(future: impl Future<Output = T>) -> T {
        let (sender, mut receiver) = oneshot::channel();
        let mut task = Box::pin(async move { sender.send(future.await).ok() });
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        assert!(task.as_mut().poll(&mut context).is_ready());
        receiver.try_recv().unwrap().unwrap()
    }

    #[test]
    fn change_remembers_no_more_than_fits_and_the_latest() {
        let storage = MemoryStorage::new();
        for number in 0..MOST + 9 {
            let number = u8::try_from(number).unwrap();
            let put = Change::Put(kept(number, End::Open));
            at_once(shelf(1).change(&storage, put)).unwrap();
        }
        let all = at_once(shelf(1).read(&storage)).unwrap();
        assert_eq!((all.len(), all[0].job), (MOST, JobId([208; 16])));
    }

    #[test]
    fn change_of_one_account_is_none_of_anothers() {
        let storage = MemoryStorage::new();
        let put = Change::Put(kept(1, End::Open));
        at_once(shelf(1).change(&storage, put)).unwrap();
        assert_eq!(at_once(shelf(2).read(&storage)), Ok(vec![]));
        assert_eq!(at_once(shelf(2).change(&storage, Change::Clear)), Ok(vec![]));
        assert_eq!(at_once(shelf(1).read(&storage)), Ok(vec![kept(1, End::Open)]));
        assert_eq!(at_once(shelf(1).change(&storage, Change::Clear)), Ok(vec![]));
        assert_eq!(at_once(shelf(1).read(&storage)), Ok(vec![]));
    }

    #[test]
    fn change_keeps_a_jobs_place_and_its_end() {
        let storage = MemoryStorage::new();
        let puts =
            [kept(1, End::Open), kept(2, End::Failed("JobStuck".to_owned())), kept(1, done())];
        for put in puts.map(Change::Put) {
            at_once(shelf(1).change(&storage, put)).unwrap();
        }
        let read = at_once(shelf(1).read(&storage)).unwrap();
        assert_eq!(read, [kept(2, End::Failed("JobStuck".to_owned())), kept(1, done())]);
    }

    #[test]
    fn export_has_each_receipt_as_it_is_saved_alone() {
        let all = [kept(2, End::Failed("JobStuck".to_owned())), kept(1, done())];
        let value: Value = serde_json::from_str(&shelf(1).export(&all)).unwrap();
        assert_eq!(value["jobs"][0]["code"], "JobStuck");
        assert_eq!(value["jobs"][0]["receipt"], Value::Null);
        let End::Done(signed) = done() else { return };
        let alone: Value = serde_json::from_str(&signed.export(&shelf(1).domain.eip712())).unwrap();
        assert_eq!(value["jobs"][1]["receipt"], alone);
    }
}
