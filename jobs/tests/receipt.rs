//! What a provider signs, and who is believed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use alloy_primitives::{Address, B256, U256, b256};
use alloy_sol_types::{Eip712Domain, eip712_domain};
use common::wallet::{Wallet, domain};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::receipt::{Receipt, ReceiptError, SignedReceipt};
use pinfi_jobs::sign::{Sign, SignatureError};
use pinfi_jobs::spec::JobId;
use serde_json::Value;

fn receipt(provider: Address) -> Receipt {
    Receipt {
        job: JobId([7; 16]),
        input_hash: B256::repeat_byte(0x22),
        provider,
        client: Address::repeat_byte(0x44),
        stake: StakeId(5),
        rental: RentalId(6),
        device: "lavapipe".to_owned(),
        started: Timestamp(1_800_000_000),
        ended: Timestamp(1_800_000_007),
        busy_millis: 6_543,
        steps: 42,
        output_hash: B256::repeat_byte(0x55),
        chain: B256::repeat_byte(0x66),
    }
}

fn signed() -> SignedReceipt {
    let wallet = Wallet::new(3);
    pollster::block_on(receipt(wallet.address()).sign(&domain(), &wallet)).unwrap()
}

#[test]
fn check_rejects_a_receipt_of_somebody_else() {
    let provider = Wallet::new(3).address();
    let other = Wallet::new(4);
    let signed = pollster::block_on(receipt(provider).sign(&domain(), &other)).unwrap();
    let error = SignatureError::OtherSigner { expected: provider, found: other.address() };
    assert_eq!(signed.check(&domain()), Err(ReceiptError::Signature(error)));
}

#[test]
fn check_rejects_every_changed_field_and_another_ledger() {
    let changes: [fn(&mut Receipt); 12] = [
        |it| it.job.0[15] ^= 1,
        |it| it.input_hash.0[0] ^= 1,
        |it| it.client.0[19] ^= 1,
        |it| it.stake.0 += 1,
        |it| it.rental.0 += 1,
        |it| it.device.push(' '),
        |it| it.started.0 -= 1,
        |it| it.ended.0 += 1,
        |it| it.busy_millis += 1,
        |it| it.steps += 1,
        |it| it.output_hash.0[31] ^= 1,
        |it| it.chain.0[31] ^= 1,
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut signed = signed();
        change(&mut signed.receipt);
        assert!(signed.check(&domain()).is_err(), "field {index}");
    }
    let elsewhere = eip712_domain! { name: "PinFi", version: "1", chain_id: 1, };
    assert!(signed().check(&elsewhere).is_err());
    assert_eq!(signed().check(&domain()), Ok(()));
}

#[test]
fn check_rejects_what_is_no_signature() {
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut signed = signed();
        let mut bytes = signed.signature.to_vec();
        change(&mut bytes);
        signed.signature = bytes.into();
        signed.check(&domain()).unwrap_err()
    };
    let length = |bytes| ReceiptError::Signature(SignatureError::Length { bytes });
    let numbers = ReceiptError::Signature(SignatureError::Numbers);
    assert_eq!(
        with(&|it| {
            it.pop();
        }),
        length(64)
    );
    assert_eq!(with(&|it| it.push(0)), length(66));
    assert_eq!(with(&|it| it[64] = 0), numbers);
    assert_eq!(with(&|it| it[..64].fill(0)), numbers);
    // The twin of a signature: the order less s, and the other v.
    let twin = |it: &mut Vec<u8>| {
        let order = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        let s = U256::from_be_slice(&it[32..64]);
        let other = order.parse::<U256>().unwrap() - s;
        it[32..64].copy_from_slice(&other.to_be_bytes::<32>());
        it[64] = 55 - it[64];
    };
    assert_eq!(with(&twin), numbers);
}

#[test]
fn check_rejects_an_end_before_the_beginning() {
    let wallet = Wallet::new(3);
    let base = receipt(wallet.address());
    let (started, ended) = (base.started, Timestamp(1));
    let wrong = Receipt { ended, ..base };
    let signed = pollster::block_on(wrong.sign(&domain(), &wallet)).unwrap();
    assert_eq!(signed.check(&domain()), Err(ReceiptError::Times { started, ended }));
}

#[test]
fn signing_hash_equals_that_of_an_independent_program() {
    // Computed by hand from EIP-712 with the npm package js-sha3.
    let expected = b256!("fc334026fb09a78b84c545da38e79449e32dfef23a4340022621ca68a0089205");
    assert_eq!(receipt(Address::repeat_byte(0x33)).signing_hash(&domain()), expected);
}

#[test]
fn export_is_typed_data_with_the_signature() {
    let signed = signed();
    let value: Value = serde_json::from_str(&signed.export(&domain())).unwrap();
    assert_eq!(value["primaryType"], "JobReceipt");
    assert_eq!(value["types"]["JobReceipt"].as_array().unwrap().len(), 13);
    assert_eq!(value["types"]["EIP712Domain"].as_array().unwrap().len(), 4);
    assert_eq!(value["message"]["job"], "0x07070707070707070707070707070707");
    assert_eq!(value["message"]["busyMillis"], "6543");
    assert_eq!(value["message"]["provider"], signed.receipt.provider.to_checksum(None));
    assert_eq!(value["domain"]["chainId"], "31337");
    assert_eq!(value["signature"], signed.signature.to_string());
    let plain: Value = serde_json::from_str(&signed.receipt.typed_json(&domain())).unwrap();
    assert_eq!(plain.get("signature"), None);
    let bare: Value = serde_json::from_str(&signed.export(&Eip712Domain::default())).unwrap();
    assert_eq!(bare["domain"], serde_json::json!({}));
}
