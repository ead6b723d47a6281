//! How sessions and jobs end, in words.

use crate::contexts::tr;

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
