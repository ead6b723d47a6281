//! What the page and the rented device's worker say to each other.

use alloy_primitives::{Address, B256, Bytes};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::chain::{Output, Partial};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::receipt::{Receipt, SignedReceipt};
use pinfi_jobs::spec::JobId;
use pinfi_session::claim::Opening;
use pinfi_session::rentals::Running;
use pinfi_session::transport::EndpointKey;
use pinfi_session::wire::Claim;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::DeviceInfo;

/// The ledger as far as it is about the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// What time it is there.
    pub now: Timestamp,
    /// The rental that runs.
    pub rental: Option<Settled>,
}

/// A rental as the ledger has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Its token.
    pub rental: RentalId,
    /// Who holds that.
    pub client: Address,
    /// When it is over.
    pub until: Timestamp,
}

impl From<Settled> for Running {
    fn from(Settled { rental, client, until }: Settled) -> Self {
        Self { rental, client, until }
    }
}

/// Asks for a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The device's stake.
    pub stake: StakeId,
    /// The rental that the page says to have.
    pub rental: RentalId,
    /// The account that will sign.
    pub client: Address,
    /// The chain whose ledger this is.
    pub chain_id: u64,
    /// That ledger's address.
    pub ledger: Address,
    /// What the ledger says now.
    pub moment: Moment,
    /// Where the device is.
    pub device: Device,
}

/// Where a device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// This browser's GPU stands in for it.
    Here,
    /// Its owner says by which key it is dialled, and at which relay it waits. Only a worker with a
    /// transport does that.
    There {
        /// The key.
        key: EndpointKey,
        /// The relay's URL.
        relay: String,
        /// The accounts that may sign receipts of it: the stake's owner and whom that has appointed.
        signers: Vec<Address>,
    },
}

/// Has the worker serve those who rent this browser's GPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listen {
    /// The secret of the key that the device is dialled by.
    pub secret: EndpointSecret,
    /// The relay where it waits, as a URL.
    pub relay: String,
    /// The account that signs receipts.
    pub provider: Address,
    /// The chain whose ledger this is.
    pub chain_id: u64,
    /// That ledger's address.
    pub ledger: Address,
    /// What the ledger says now.
    pub served: Served,
}

/// The ledger as far as it is about the devices that are served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// What time it is there.
    pub now: Timestamp,
    /// The stakes that are served, with the rental that runs.
    pub stakes: Vec<(StakeId, Option<Settled>)>,
}

/// The secret of an endpoint's key. It is not shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct EndpointSecret(pub [u8; 32]);

impl core::fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("EndpointSecret(..)")
    }
}

/// Goes from the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToRented {
    /// Opens the session; the first thing to be said.
    Open(Order),
    /// Tells what the ledger says now.
    Ledger(Moment),
    /// Answers [`FromRented::Sign`].
    Signed(Result<Bytes, String>),
    /// Submits a job, as [`Job::to_bytes`](pinfi_jobs::spec::Job::to_bytes) gives it.
    Submit {
        /// Its bytes.
        job: Vec<u8>,
    },
    /// Stops a job.
    Cancel {
        /// Which.
        job: JobId,
    },
    /// Computes a sample of a library job again, on the CPU.
    Check {
        /// The job's bytes.
        job: Vec<u8>,
        /// What it gave.
        outputs: Vec<Output>,
        /// What the sample is drawn with.
        seed: B256,
        /// How many units.
        count: u32,
    },
    /// Serves those who rent this browser's GPU; in place of [`ToRented::Open`].
    Listen(Listen),
    /// Tells what the ledger says now of the devices that are served.
    Served(Served),
    /// Answers [`FromRented::SignReceipt`].
    ReceiptSigned {
        /// The request's number.
        number: u64,
        /// The signature, or why there is none.
        answer: Result<Bytes, String>,
    },
    /// Says whether a proof needs the device: then no new step of a job begins.
    Proving(bool),
    /// Ends all sessions in good order; [`FromRented::Over`] follows.
    Stop,
}

/// What a session that is open has to say of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// When the rental is over.
    pub until: Timestamp,
    /// What a job may take.
    pub limits: Limits,
    /// What computes.
    pub device: DeviceInfo,
    /// The account that signs receipts; where the device is stood in for it is made for this session.
    pub provider: Address,
    /// The key that the device was dialled by.
    pub endpoint: EndpointKey,
}

/// What happens between the device that is served and a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guest {
    /// A session is open.
    Came(Claim),
    /// A session is over.
    Left(Claim),
    /// A job begins.
    Began {
        /// Whose.
        client: Address,
        /// Which.
        job: JobId,
    },
    /// A step is done.
    Step {
        /// How long it took, in milliseconds.
        millis: u64,
    },
    /// A job has ended.
    Ended {
        /// Whose.
        client: Address,
        /// Which.
        job: JobId,
        /// The cause's stable name where there is no result.
        failed: Option<String>,
    },
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The unit that is wrong.
    pub unit: u32,
    /// How, in words.
    pub reason: String,
}

/// Goes from the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromRented {
    /// It listens.
    Ready,
    /// Asks for the renter's signature. The page hashes it itself: what it shows is what it signs.
    Sign(Opening),
    /// The session is open.
    Opened(Box<Terms>),
    /// There is no session, or no longer.
    Over {
        /// The cause's stable name.
        code: String,
        /// What there is to say of it.
        reason: String,
    },
    /// A job is in the queue.
    Accepted {
        /// Which.
        job: JobId,
        /// How many are before it.
        ahead: u32,
    },
    /// A step is done.
    Step {
        /// Of which job.
        job: JobId,
        /// What it gave.
        partial: Partial,
        /// Steps done.
        done: u64,
        /// Steps in all.
        steps: u64,
        /// How long the device has been at work on the job, in milliseconds.
        busy_millis: u64,
    },
    /// A job is done, and what was signed of it holds.
    Done {
        /// Which.
        job: JobId,
        /// All that it gave.
        outputs: Vec<Output>,
        /// What the device's end signed.
        receipt: Box<SignedReceipt>,
    },
    /// A job was refused, or has ended without a result.
    Failed {
        /// Which.
        job: JobId,
        /// The cause's stable name.
        code: String,
        /// What there is to say of it.
        reason: String,
    },
    /// The connection is lost, and is being made anew: another [`FromRented::Sign`] may follow, and
    /// [`FromRented::Opened`], after which all jobs go on where they were.
    Lost {
        /// What the transport says.
        reason: String,
    },
    /// The device is reached at its relay.
    Listening {
        /// The key that it is dialled by.
        key: EndpointKey,
    },
    /// Asks for the provider's signature. The page hashes it itself.
    SignReceipt {
        /// The request's number.
        number: u64,
        /// What is to be signed.
        receipt: Box<Receipt>,
    },
    /// Tells of those who are served.
    Guest(Guest),
    /// A sample was computed again.
    Checked {
        /// Of which job.
        job: JobId,
        /// How many units.
        units: u32,
        /// How many there are.
        of: u32,
        /// What is wrong, if anything.
        result: Result<(), Fault>,
    },
}
