//! The client's end: what a job gives is put together and held against what the provider signs.

use alloy_primitives::{Address, B256};
use alloy_sol_types::Eip712Domain;
use pinfi_jobs::Refusal;
use pinfi_jobs::chain::{Chain, Output, Partial, output_hash};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::Ending;
use pinfi_jobs::receipt::{Receipt, ReceiptError, SignedReceipt};
use pinfi_jobs::run::Prepared;
use pinfi_jobs::spec::{Job, JobId};

use crate::wire::{Claim, Event};

/// A job as its client follows it, over as many connections as it takes.
#[derive(Clone, Debug)]
pub struct Follower {
    id: JobId,
    hash: B256,
    steps: u64,
    chain: Chain,
    outputs: Vec<Output>,
}

/// What is new about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The event is about another job, or says what is known.
    Nothing,
    /// A step is done.
    Step {
        /// What it gave.
        partial: Partial,
        /// The steps that are done.
        done: u64,
        /// The steps of the job.
        steps: u64,
    },
    /// The job is done, and the provider has signed what it gave.
    Done {
        /// All outputs.
        outputs: Vec<Output>,
        /// What the provider signed.
        receipt: Box<SignedReceipt>,
    },
    /// The job has ended without a result.
    Failed {
        /// The cause's stable name.
        code: String,
        /// The provider's words.
        reason: String,
    },
}

/// The provider says what cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// A step is missing: the client asks to go on from the one that is due.
    #[error("step {got} came where step {due} is due")]
    Missing {
        /// The step that is due.
        due: u64,
        /// The step that came.
        got: u64,
    },
    /// A step gives what is no part of the job's outputs.
    #[error("step {step} gives what is no part of the outputs")]
    NoPart {
        /// The step.
        step: u64,
    },
    /// The job is said to be done before all its steps.
    #[error("the job is said to be done after {done} of {steps} steps")]
    Early {
        /// The steps that came.
        done: u64,
        /// The steps of the job.
        steps: u64,
    },
    /// The receipt is worth nothing.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The receipt is about something else than what came.
    #[error("the receipt's {what} is another")]
    OtherReceipt {
        /// What is another.
        what: &'static str,
    },
}

impl Follower {
    /// Begins to follow a job that is sent under some terms.
    ///
    /// # Errors
    /// [`Refusal`]: the provider would refuse it.
    pub fn new(job: &Job, limits: &Limits) -> Result<Self, Refusal> {
        let prepared = Prepared::new(job, limits)?;
        let chain = Chain::new(prepared.hash());
        let (hash, steps) = (prepared.hash(), prepared.steps());
        Ok(Self { id: job.id, hash, steps, chain, outputs: prepared.outputs() })
    }

    /// Gives the step to go on from after a lost connection.
    #[must_use]
    pub const fn due(&self) -> u64 {
        self.chain.due()
    }

    /// Gives how many steps the job has.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// Gives the outputs as far as they are known.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Takes note of an event. Steps that came before are passed over.
    ///
    /// # Errors
    /// [`FollowError`]. After [`FollowError::Missing`] nothing has changed; after all others the
    /// provider is not to be believed.
    pub fn hear(
        &mut self,
        event: Event,
        claim: &Claim,
        provider: Address,
        domain: &Eip712Domain,
    ) -> Result<News, FollowError> {
        match event {
            Event::Partial { job, partial, .. } if job == self.id => self.step(partial),
            Event::Ended { job, ending: Ending::Failed { code, reason }, .. } if job == self.id => {
                Ok(News::Failed { code, reason })
            }
            Event::Ended { job, ending: Ending::Done(receipt), .. } if job == self.id => {
                self.check(&receipt, claim, provider, domain)?;
                Ok(News::Done { outputs: self.outputs.clone(), receipt })
            }
            Event::Rejected { job: Some(job), code, reason } if job == self.id => {
                Ok(News::Failed { code, reason })
            }
            _ => Ok(News::Nothing),
        }
    }

    fn step(&mut self, partial: Partial) -> Result<News, FollowError> {
        let due = self.chain.due();
        if partial.step < due {
            return Ok(News::Nothing);
        }
        let mut chain = self.chain;
        chain.extend(&partial).map_err(|_| FollowError::Missing { due, got: partial.step })?;
        // A piece that has no place ends the job; those before it are not looked at any more.
        if due >= self.steps || !partial.pieces.iter().all(|it| it.put(&mut self.outputs)) {
            return Err(FollowError::NoPart { step: partial.step });
        }
        self.chain = chain;
        Ok(News::Step { partial, done: chain.due(), steps: self.steps })
    }

    /// Sees that a receipt says what came, and that the device's owner says so.
    fn check(
        &self,
        signed: &SignedReceipt,
        claim: &Claim,
        provider: Address,
        domain: &Eip712Domain,
    ) -> Result<(), FollowError> {
        let done = self.chain.due();
        if done != self.steps {
            return Err(FollowError::Early { done, steps: self.steps });
        }
        signed.check(domain)?;
        let Receipt { job, input_hash, client, stake, rental, .. } = signed.receipt;
        let receipt = &signed.receipt;
        let same = [
            ("job", job == self.id && input_hash == self.hash),
            ("provider", receipt.provider == provider),
            ("client", client == claim.client),
            ("stake", stake == claim.stake),
            ("rental", rental == claim.rental),
            ("number of steps", receipt.steps == self.steps),
            ("output", receipt.output_hash == output_hash(&self.outputs)),
            ("chain", receipt.chain == self.chain.finish(&self.outputs)),
        ];
        match same.into_iter().find(|(_, is_same)| !is_same) {
            Some((what, _)) => Err(FollowError::OtherReceipt { what }),
            None => Ok(()),
        }
    }
}
