//! What is signed, and what is refused.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

use alloy_primitives::{Address, B256, Bytes, U256, b256};
use k256::ecdsa::SigningKey;
use pinfi_client::intent::{
    Domain, FieldValue, Intent, IntentError, LedgerAction, SignedAction, Speed, WireError,
    describe, sign,
};
use pinfi_core::Action;
use pinfi_core::units::{PoolId, StakeId, Timestamp, Wei};
use proptest::prelude::*;
use serde_json::{Value, json};

const DOMAIN: Domain = Domain { chain_id: 1_346_981_446, ledger: Address::repeat_byte(0x5f) };
/// The order of secp256k1.
const ORDER: B256 = b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn rent() -> Action {
    Action::Rent {
        pool: PoolId(1),
        stakes: vec![StakeId(2), StakeId(3)],
        until: Timestamp(1_800_000_000),
        max_cost: Wei(5),
    }
}

fn signed() -> SignedAction {
    sign(&Intent::new(DOMAIN, rent(), 4, Timestamp(1_700_000_000)), &key(1)).unwrap()
}

fn json_of(signed: &SignedAction) -> Value {
    serde_json::from_str(&signed.to_json()).unwrap()
}

fn read(json: &Value) -> Result<SignedAction, WireError> {
    SignedAction::from_json(&json.to_string())
}

fn with_signature(change: impl FnOnce(&mut Vec<u8>)) -> SignedAction {
    let mut signed = signed();
    let mut bytes = signed.signature.to_vec();
    change(&mut bytes);
    signed.signature = Bytes::from(bytes);
    signed
}

#[test]
fn recover_of_another_ledger_is_wrong_domain() {
    let elsewhere = Domain { ledger: Address::repeat_byte(0x60), ..DOMAIN };
    let error = signed().recover(&elsewhere).unwrap_err();
    assert_eq!(error, IntentError::WrongDomain { signed: DOMAIN, expected: elsewhere });
    assert_eq!(error.code(), "WrongDomain");
    let other_chain = Domain { chain_id: 1, ..DOMAIN };
    assert_eq!(signed().recover(&other_chain).unwrap_err().code(), "WrongDomain");
}

#[test]
fn recover_with_a_forged_domain_is_signer_mismatch() {
    let elsewhere = Domain { ledger: Address::repeat_byte(0x60), ..DOMAIN };
    let mut forged = signed();
    forged.domain = elsewhere;
    assert_eq!(forged.recover(&elsewhere).unwrap_err().code(), "SignerMismatch");
}

#[test]
fn recover_with_any_field_changed_is_signer_mismatch() {
    let changed: [fn(&mut SignedAction); 4] = [
        |signed| signed.nonce += 1,
        |signed| signed.deadline.0 += 1,
        |signed| signed.signer = Address::repeat_byte(9),
        |signed| signed.action = Action::Collect { stake: StakeId(0) }.into(),
    ];
    for change in changed {
        let mut signed = signed();
        change(&mut signed);
        assert_eq!(signed.recover(&DOMAIN).unwrap_err().code(), "SignerMismatch");
    }
}

#[test]
fn recover_with_another_length_is_signature_length() {
    for len in [0, 64, 66] {
        let signed = with_signature(|bytes| bytes.resize(len, 0));
        assert_eq!(signed.recover(&DOMAIN), Err(IntentError::SignatureLength { len }));
    }
}

#[test]
fn recover_with_another_v_is_signature_recovery_id() {
    for v in [0, 1, 26, 29, 37, 255] {
        let signed = with_signature(|bytes| bytes[64] = v);
        assert_eq!(signed.recover(&DOMAIN), Err(IntentError::SignatureRecoveryId { v }));
    }
}

#[test]
fn recover_with_r_or_s_out_of_range_is_signature_scalar() {
    for scalar in [B256::ZERO, ORDER, B256::repeat_byte(0xff)] {
        for at in [0, 32] {
            let signed =
                with_signature(|bytes| bytes[at..at + 32].copy_from_slice(scalar.as_slice()));
            assert_eq!(signed.recover(&DOMAIN), Err(IntentError::SignatureScalar));
        }
    }
}

#[test]
fn recover_of_the_high_s_twin_is_high_s() {
    let signed = with_signature(|bytes| {
        let s = U256::from_be_slice(&bytes[32..64]);
        let twin: [u8; 32] = (U256::from_be_bytes(ORDER.0) - s).to_be_bytes();
        bytes[32..64].copy_from_slice(&twin);
        bytes[64] = 55 - bytes[64];
    });
    assert_eq!(signed.recover(&DOMAIN), Err(IntentError::HighS));
}

#[test]
fn recover_of_an_r_off_the_curve_is_unrecoverable() {
    // 5 is no x coordinate of the curve.
    let signed = with_signature(|bytes| {
        bytes[..32].copy_from_slice(&U256::from(5).to_be_bytes::<32>());
    });
    assert_eq!(signed.recover(&DOMAIN), Err(IntentError::Unrecoverable));
}

#[test]
fn from_json_with_unknown_field_is_unknown_field() {
    let unknown = || Err(WireError::UnknownField { name: "memo".into() });
    let mut json = json_of(&signed());
    json["memo"] = json!("hello");
    assert_eq!(read(&json), unknown());
    let mut json = json_of(&signed());
    json["message"]["memo"] = json!("hello");
    assert_eq!(read(&json), unknown());
}

#[test]
fn from_json_without_a_field_is_missing_field() {
    let whole = json_of(&signed());
    for name in whole.as_object().unwrap().keys() {
        let mut json = whole.clone();
        json.as_object_mut().unwrap().remove(name);
        let missing = WireError::MissingField { name: name.clone() };
        assert_eq!(read(&json), Err(missing));
    }
    let mut json = whole;
    json["message"].as_object_mut().unwrap().remove("until");
    let missing = WireError::MissingField { name: "until".into() };
    assert_eq!(read(&json), Err(missing));
}

#[test]
fn from_json_with_unfit_values_is_bad_value() {
    let bad = [
        ("nonce", json!(4)),
        ("nonce", json!("04")),
        ("nonce", json!("+4")),
        ("nonce", json!("18446744073709551616")),
        ("signer", json!("0xAB")),
        ("ledger", json!("5f")),
        ("signature", json!("0xABCD")),
        ("deadline", json!(["1"])),
        ("chainId", json!(null)),
    ];
    for (name, value) in bad {
        let mut json = json_of(&signed());
        json[name] = value;
        let error = Err(WireError::BadValue { name: name.into() });
        assert_eq!(read(&json), error);
    }
    let bad = [("stakes", json!("2")), ("stakes", json!([2])), ("maxCost", json!("-1"))];
    for (name, value) in bad {
        let mut json = json_of(&signed());
        json["message"][name] = value;
        let error = Err(WireError::BadValue { name: name.into() });
        assert_eq!(read(&json), error);
    }
}

#[test]
fn from_json_of_something_else_is_refused() {
    for json in [json!(null), json!([]), json!("x"), json!(1)] {
        assert_eq!(read(&json), Err(WireError::NotJson));
    }
    for text in ["", "{", "{}{}", "nonsense"] {
        assert_eq!(SignedAction::from_json(text), Err(WireError::NotJson));
        assert_eq!(LedgerAction::from_json(text), Err(WireError::NotJson));
    }
    let mut json = json_of(&signed());
    json["action"] = json!("Steal");
    let unknown = WireError::UnknownAction { name: "Steal".into() };
    assert_eq!(read(&json), Err(unknown));
}

#[test]
fn from_bytes_cut_short_or_prolonged_is_refused() {
    let bytes = signed().to_bytes().unwrap();
    for end in 0..bytes.len() {
        assert_eq!(SignedAction::from_bytes(&bytes[..end]), Err(WireError::BadBytes), "{end}");
    }
    let longer = [&bytes[..], &[0, 0]].concat();
    assert_eq!(SignedAction::from_bytes(&longer), Err(WireError::TrailingBytes { count: 2 }));
}

/// Every action, against another implementation of EIP-712: see `vectors/eip712.mjs`.
#[test]
fn signing_hash_of_every_action_equals_the_vectors() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("vectors/eip712.json")).unwrap();
    assert_eq!(cases.len(), 40, "all actions");
    let viem = SigningKey::from_slice(&[0x46; 32]).unwrap();
    for case in cases {
        let signed = read(&case["signed"]).unwrap();
        let name = signed.action.name();
        assert_eq!(signed.signing_hash().unwrap().to_string(), case["signingHash"], "{name}");
        assert_eq!(signed.recover(&signed.domain).unwrap(), signed.signer, "{name}");
        assert_eq!(json_of(&signed), case["signed"], "{name}");
        let bytes = signed.to_bytes().unwrap();
        assert_eq!(SignedAction::from_bytes(&bytes).as_ref(), Ok(&signed), "{name}");

        let intent = Intent {
            domain: signed.domain,
            action: signed.action.clone(),
            nonce: signed.nonce,
            deadline: signed.deadline,
        };
        assert_eq!(*intent.encode_type().unwrap(), *case["encodeType"].as_str().unwrap(), "{name}");
        assert_eq!(sign(&intent, &viem).unwrap(), signed, "signatures are deterministic");
    }
}

#[test]
fn intent_error_codes_are_stable() {
    let (signed, expected) = (DOMAIN, DOMAIN);
    let (nonce, next, name) = (0, 1, String::new());
    let (deadline, now) = (Timestamp(1), Timestamp(2));
    let codes = [
        IntentError::WrongDomain { signed, expected }.code(),
        IntentError::SignatureLength { len: 0 }.code(),
        IntentError::SignatureRecoveryId { v: 0 }.code(),
        IntentError::SignatureScalar.code(),
        IntentError::HighS.code(),
        IntentError::Unrecoverable.code(),
        IntentError::SignerMismatch { claimed: Address::ZERO, recovered: Address::ZERO }.code(),
        IntentError::NonceUsed { nonce, next }.code(),
        IntentError::NonceGap { nonce, next }.code(),
        IntentError::DeadlineExpired { deadline, now }.code(),
        IntentError::Unwritable.code(),
        WireError::NotJson.code(),
        WireError::UnknownAction { name: name.clone() }.code(),
        WireError::UnknownField { name: name.clone() }.code(),
        WireError::MissingField { name: name.clone() }.code(),
        WireError::BadValue { name }.code(),
        WireError::BadBytes.code(),
        WireError::TrailingBytes { count: 1 }.code(),
    ];
    let expected = [
        "WrongDomain",
        "SignatureLength",
        "SignatureRecoveryId",
        "SignatureScalar",
        "HighS",
        "Unrecoverable",
        "SignerMismatch",
        "NonceUsed",
        "NonceGap",
        "DeadlineExpired",
        "Unwritable",
        "NotJson",
        "UnknownAction",
        "UnknownField",
        "MissingField",
        "BadValue",
        "BadBytes",
        "TrailingBytes",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn describe_names_what_is_signed() {
    let fields = describe(&rent().into());
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["pool", "stakes", "until", "maxCost"]);
    assert_eq!(fields[1].value, FieldValue::Stakes(vec![StakeId(2), StakeId(3)]));
    assert_eq!(fields[3].value, FieldValue::Amount(Wei(5)));
    let fields = describe(&LedgerAction::SetSpeed { speed: Speed::HourASecond });
    assert_eq!(fields[0].value, FieldValue::Speed(Speed::HourASecond));
}

proptest! {
    #[test]
    fn law_a_signature_recovers_its_signer(
        secret in 1_u8..255, stake: u64, tokens: i128, fee: u128, nonce: u64, deadline: u64,
    ) {
        let action = Action::RemoveLiquidity {
            stake: StakeId(stake), min_tokens: tokens, max_fee: Wei(fee),
        };
        let intent = Intent::new(DOMAIN, action, nonce, Timestamp(deadline));
        let signed = sign(&intent, &key(secret)).unwrap();
        prop_assert_eq!(signed.recover(&DOMAIN).unwrap(), signed.signer);
        let bytes = signed.to_bytes().unwrap();
        prop_assert_eq!(SignedAction::from_bytes(&bytes).unwrap(), signed.clone());
        let json = json_of(&signed);
        let alone = json!({ "action": json["action"], "message": json["message"] }).to_string();
        prop_assert_eq!(LedgerAction::from_json(&alone).unwrap(), signed.action.clone());
        prop_assert_eq!(SignedAction::from_json(&signed.to_json()).unwrap(), signed);
    }

    #[test]
    fn law_no_changed_byte_of_the_signature_is_accepted(at in 0_usize..65, mask in 1_u8..=255) {
        let changed = with_signature(|bytes| bytes[at] ^= mask);
        prop_assert!(changed.recover(&DOMAIN).is_err());
    }

    #[test]
    fn law_arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(signed) = SignedAction::from_bytes(&bytes) {
            prop_assert!(signed.recover(&DOMAIN).is_err());
        }
    }
}
