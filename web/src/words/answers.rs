//! Why a challenge was not answered, or a client not served: the miner's own errors by their codes.

use crate::contexts::tr;

/// Gives the sentence for a code; what the error itself says where it has none.
pub(crate) fn reason(code: &str, message: &str) -> String {
    let said = match code {
        "ProverFailed" => tr!(mine.why_prover),
        "ProofLost" => tr!(mine.why_lost),
        "ProverDiffers" => tr!(mine.why_differs),
        "BoardUnreachable" => tr!(mine.why_board),
        "BoardRefused" => tr!(mine.why_refused),
        "GasUnaffordable" => tr!(mine.why_gas),
        "NotOwner" => tr!(mine.not_appointed),
        "RenewalLocked" => tr!(mine.why_locked),
        "RenewalTooDear" => tr!(mine.why_dear),
        "InsufficientBalance" => tr!(mine.why_poor),
        "DeviceLost" => tr!(mine.why_device_lost),
        "CheckpointUnknown" | "CheckpointVersion" | "CheckpointLength" | "CheckpointDamaged"
        | "CheckpointForeign" | "CheckpointState" => tr!(mine.why_aside),
        "JobStuck" | "JobDeviceLost" => tr!(serve.why_gone),
        "NoGpu" => tr!(serve.no_gpu),
        "WorkerStopped" => tr!(serve.worker_stopped),
        "storage_full" => tr!(mine.why_unkept),
        _ => return message.to_owned(),
    };
    said.to_owned()
}
