//! The typed struct of a receipt, and its JSON.

use alloy_primitives::B256;
use alloy_sol_types::{Eip712Domain, SolStruct};
use serde_json::{Value, json};

use super::Receipt;
use crate::sign::typed_value;

// The macro makes the struct public whatever the module is.
#[allow(missing_docs, unreachable_pub, reason = "the receipt is the manual")]
mod message {
    alloy_sol_types::sol! {
        struct JobReceipt {
            bytes16 job;
            bytes32 inputHash;
            address provider;
            address client;
            uint64 stake;
            uint64 rental;
            string device;
            uint64 started;
            uint64 ended;
            uint64 busyMillis;
            uint64 steps;
            bytes32 outputHash;
            bytes32 chain;
        }
    }
}

/// The fields in their order: what `encodeType` says is compared with it by a test.
pub(super) const FIELDS: [(&str, &str); 13] = [
    ("bytes16", "job"),
    ("bytes32", "inputHash"),
    ("address", "provider"),
    ("address", "client"),
    ("uint64", "stake"),
    ("uint64", "rental"),
    ("string", "device"),
    ("uint64", "started"),
    ("uint64", "ended"),
    ("uint64", "busyMillis"),
    ("uint64", "steps"),
    ("bytes32", "outputHash"),
    ("bytes32", "chain"),
];

fn message(receipt: &Receipt) -> message::JobReceipt {
    message::JobReceipt {
        job: receipt.job.0.into(),
        inputHash: receipt.input_hash,
        provider: receipt.provider,
        client: receipt.client,
        stake: receipt.stake.0,
        rental: receipt.rental.0,
        device: receipt.device.clone(),
        started: receipt.started.0,
        ended: receipt.ended.0,
        busyMillis: receipt.busy_millis,
        steps: receipt.steps,
        outputHash: receipt.output_hash,
        chain: receipt.chain,
    }
}

pub(super) fn signing_hash(receipt: &Receipt, domain: &Eip712Domain) -> B256 {
    message(receipt).eip712_signing_hash(domain)
}

pub(super) fn json(receipt: &Receipt, domain: &Eip712Domain) -> Value {
    typed_value(
        domain,
        "JobReceipt",
        &FIELDS,
        json!({
            "job": format!("0x{}", receipt.job),
            "inputHash": receipt.input_hash,
            "provider": receipt.provider.to_checksum(None),
            "client": receipt.client.to_checksum(None),
            "stake": receipt.stake.0.to_string(),
            "rental": receipt.rental.0.to_string(),
            "device": receipt.device,
            "started": receipt.started.0.to_string(),
            "ended": receipt.ended.0.to_string(),
            "busyMillis": receipt.busy_millis.to_string(),
            "steps": receipt.steps.to_string(),
            "outputHash": receipt.output_hash,
            "chain": receipt.chain,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_hashed_type() {
        let fields = FIELDS.map(|(ty, name)| format!("{ty} {name}")).join(",");
        let expected = <message::JobReceipt as SolStruct>::eip712_root_type();
        assert_eq!(format!("JobReceipt({fields})"), expected);
    }
}
