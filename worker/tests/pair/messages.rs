//! What goes over the link.

use pinfi_client::wallet::{
    Keystore, Password, PrivateKey, Sealable, VaultError, VaultReply, VaultRequest,
};
use pinfi_worker::{FromWorker, Reply, Request, RequestId, ToWorker, WorkerError, decode};

use super::fake::*;

#[test]
fn decode_of_foreign_bytes() {
    for bytes in [&[][..], &[9, 9, 9], &[0xff; 40]] {
        assert_eq!(decode::<ToWorker>(bytes).err(), Some(WorkerError::Protocol));
        assert_eq!(decode::<FromWorker>(bytes).err(), Some(WorkerError::Protocol));
    }
}

#[test]
fn no_message_shows_a_secret() -> Outcome {
    let key = PrivateKey::from_hex(&"17".repeat(32)).map_err(|_| WorkerError::Protocol)?;
    let request = Request::Vault(VaultRequest::Seal {
        secrets: vec![Sealable { secret: key.clone().into(), address: None }],
        password: Password::new("correct horse".to_owned()),
        beside: Some(Keystore::new("{\"crypto\":1}".to_owned())),
    });
    let to = ToWorker::Run { id: RequestId(1), request };
    let result = Ok(Reply::Vault(VaultReply::Keys(vec![key])));
    let from = FromWorker::Done { id: RequestId(1), result };
    let shown = format!("{to:?} {from:?}");
    for secret in ["correct horse", "1717", "23, 23", "crypto"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    Ok(())
}

#[test]
fn worker_error_codes_are_stable() {
    let reason = String::new;
    let codes = [
        WorkerError::Cancelled,
        WorkerError::NoGpu { reason: reason() },
        WorkerError::Refused { reason: reason() },
        WorkerError::DeviceLost { reason: reason() },
        WorkerError::DeviceFault { reason: reason() },
        WorkerError::UnknownJob { job: RequestId(1) },
        WorkerError::Vault(VaultError::WrongPassword),
        WorkerError::Crashed,
        WorkerError::Unavailable,
        WorkerError::Protocol,
    ]
    .map(|error| error.code());
    let expected = [
        "worker_cancelled",
        "worker_no_gpu",
        "worker_refused",
        "worker_device_lost",
        "worker_device_fault",
        "worker_unknown_job",
        "wallet_wrong_password",
        "worker_crashed",
        "worker_unavailable",
        "worker_protocol",
    ];
    assert_eq!(codes, expected);
}
