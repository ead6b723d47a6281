//! What jobs do, and how they and sessions end, in words.

use pinfi_jobs::{library::Task, spec::Work};

use crate::contexts::tr;

/// Gives a name for what a job does, which stays the same in all languages.
pub(super) const fn kind(work: &Work) -> &'static str {
    match work {
        Work::Module(_) => "module",
        Work::Library(Task::MatrixProduct(_)) => "matrix",
        Work::Library(Task::ImageFilter(_)) => "image",
        Work::Library(Task::MonteCarlo(_)) => "price",
        Work::Library(Task::Perceptron(_)) => "network",
        Work::Library(Task::HashSearch(_)) => "hash",
    }
}

/// Says what a job of such a name does.
pub(super) fn work(kind: &str) -> &'static str {
    match kind {
        "matrix" => tr!(hire.matrix),
        "image" => tr!(hire.image),
        "price" => tr!(hire.price),
        "network" => tr!(hire.network),
        "hash" => tr!(hire.hash),
        _ => tr!(hire.module),
    }
}

/// Says why a session is over or a job has ended without a result.
pub(super) fn ending(code: &str) -> &'static str {
    match code {
        "JobRefused" | "JobMalformed" => tr!(hire.refused),
        "JobCancelled" => tr!(hire.cancelled),
        "JobOutOfIterations" => tr!(hire.out_of_iterations),
        "JobOutOfTime" => tr!(hire.out_of_time),
        "JobOutOfMemory" => tr!(hire.out_of_memory),
        "JobStuck" => tr!(hire.stuck),
        "JobDeviceLost" => tr!(hire.device_lost),
        "DeviceRestarted" => tr!(hire.restarted),
        "JobDeviceError" => tr!(hire.device_error),
        "JobUnbelieved" => tr!(hire.unbelieved),
        "NoGpu" => tr!(hire.no_gpu),
        "WorkerStopped" => tr!(hire.worker_stopped),
        "SessionNotSigned" => tr!(hire.not_signed),
        "SessionNotRented" | "RentalOver" => tr!(hire.rental_over),
        "DeviceUnsaid" => tr!(hire.unsaid),
        "DialRelay" | "DialKey" => tr!(hire.no_place),
        "DialBegin" | "DialUnreached" | "DialClosed" => tr!(hire.unreached),
        "SessionClosed" => tr!(hire.connection_lost),
        "SessionOtherSigner" => tr!(hire.other_signer),
        "SessionReplaced" => tr!(hire.replaced),
        _ => tr!(hire.session_over),
    }
}
