//! The typed struct of a receipt, and its JSON.

use alloy_primitives::{B256, Bytes};
use alloy_sol_types::{Eip712Domain, SolStruct};
use serde_json::{Value, json};

use super::Receipt;

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

pub(super) fn json(receipt: &Receipt, domain: &Eip712Domain, signature: Option<&Bytes>) -> String {
    let fields: Vec<_> =
        FIELDS.iter().map(|(ty, name)| json!({ "name": name, "type": ty })).collect();
    // Numbers as text: JSON's own have no more than 53 bits everywhere.
    let mut value = json!({
        "types": {
            "EIP712Domain": domain_fields(domain),
            "JobReceipt": fields,
        },
        "primaryType": "JobReceipt",
        "domain": domain_values(domain),
        "message": {
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
        },
    });
    if let Some(signature) = signature {
        value["signature"] = json!(signature);
    }
    value.to_string()
}

fn domain_fields(domain: &Eip712Domain) -> Vec<Value> {
    let present = [
        ("name", "string", domain.name.is_some()),
        ("version", "string", domain.version.is_some()),
        ("chainId", "uint256", domain.chain_id.is_some()),
        ("verifyingContract", "address", domain.verifying_contract.is_some()),
        ("salt", "bytes32", domain.salt.is_some()),
    ];
    let present = present.into_iter().filter(|(_, _, is_present)| *is_present);
    present.map(|(name, ty, _)| json!({ "name": name, "type": ty })).collect()
}

fn domain_values(domain: &Eip712Domain) -> Value {
    let values = [
        ("name", domain.name.as_ref().map(|name| json!(name))),
        ("version", domain.version.as_ref().map(|version| json!(version))),
        ("chainId", domain.chain_id.map(|id| json!(id.to_string()))),
        (
            "verifyingContract",
            domain.verifying_contract.map(|address| json!(address.to_checksum(None))),
        ),
        ("salt", domain.salt.map(|salt| json!(salt))),
    ];
    let values = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(values.collect())
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
