//! Keystore files, phrases and derivation: against the published vectors, and against damage.
#![cfg(not(target_arch = "wasm32"))]

use core::{cell::Cell, time::Duration};

use alloy_primitives::{Address, address, hex};
use pinfi_client::wallet::{
    Entropy, InlineVault, Keystore, Password, Phrase, PrivateKey, ScryptCost, Sealable, Secret,
    VaultError, VaultReply, VaultRequest, WalletError, WordCount,
};
use proptest::prelude::*;
use zeroize::Zeroizing;

type Outcome = Result<(), VaultError>;

/// The two examples of the format's text, with one password and one secret.
const PBKDF2_FILE: &str = r#"{
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": { "iv": "6087dab2f9fdbbfaddc31a909735c1e6" },
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262144,
            "dklen": 32,
            "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3
}"#;
const SCRYPT_FILE: &str = r#"{
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": { "iv": "83dbcc02d8ccb40e466191a123791e0e" },
        "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf": "scrypt",
        "kdfparams": {
            "dklen": 32,
            "n": 262144,
            "p": 8,
            "r": 1,
            "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"
        },
        "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3
}"#;
const FILE_PASSWORD: &str = "testpassword";
const FILE_SECRET: [u8; 32] =
    hex!("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");

fn vault() -> Result<InlineVault, VaultError> {
    ScryptCost::new(2, 1, 1).map(InlineVault::new)
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn open(file: &str, with: &str) -> Result<Vec<Secret>, VaultError> {
    let keystores = vec![Keystore::new(file.to_owned())];
    match vault()?.answer(&VaultRequest::Open { keystores, password: password(with) })? {
        VaultReply::Secrets(secrets) => Ok(secrets),
        _ => Err(VaultError::Interrupted),
    }
}

fn seal(
    secrets: &[&[u8]],
    with: &str,
    beside: Option<&Keystore>,
) -> Result<Vec<Keystore>, VaultError> {
    let sealable = |bytes: &&[u8]| Sealable {
        secret: Secret::new(Zeroizing::new(bytes.to_vec())),
        address: None,
    };
    let secrets = secrets.iter().map(sealable).collect();
    let request = VaultRequest::Seal { secrets, password: password(with), beside: beside.cloned() };
    match vault()?.answer(&request)? {
        VaultReply::Keystores(keystores) => Ok(keystores),
        _ => Err(VaultError::Interrupted),
    }
}

fn read(phrase: &str) -> Result<Entropy, VaultError> {
    match vault()?.answer(&VaultRequest::ReadPhrase { phrase: Phrase::new(phrase) })? {
        VaultReply::Entropy(entropy) => Ok(entropy),
        _ => Err(VaultError::Interrupted),
    }
}

fn write(entropy: &[u8]) -> Result<Phrase, VaultError> {
    let entropy = Entropy::new(Zeroizing::new(entropy.to_vec()));
    match vault()?.answer(&VaultRequest::WritePhrase { entropy })? {
        VaultReply::Phrase(phrase) => Ok(phrase),
        _ => Err(VaultError::Interrupted),
    }
}

fn derive(phrase: &str, indexes: &[u32]) -> Result<Vec<PrivateKey>, VaultError> {
    let request = VaultRequest::Derive { entropy: read(phrase)?, indexes: indexes.to_vec() };
    match vault()?.answer(&request)? {
        VaultReply::Keys(keys) => Ok(keys),
        _ => Err(VaultError::Interrupted),
    }
}

fn invalid(field: &str) -> Option<VaultError> {
    Some(VaultError::InvalidKeystore { field: field.to_owned() })
}

fn unsupported(field: &str) -> Option<VaultError> {
    Some(VaultError::UnsupportedKeystore { field: field.to_owned() })
}

#[test]
fn open_with_the_wrong_password() {
    assert_eq!(open(PBKDF2_FILE, "Testpassword").err(), Some(VaultError::WrongPassword));
    assert_eq!(open(PBKDF2_FILE, "").err(), Some(VaultError::WrongPassword));
}

#[test]
fn open_of_an_altered_ciphertext() {
    let altered = PBKDF2_FILE.replace("5318b4d5", "5318b4d4");
    assert_eq!(open(&altered, FILE_PASSWORD).err(), Some(VaultError::WrongPassword));
}

#[test]
fn open_names_what_is_wrong_with_a_file() {
    let cases = [
        ("{", "", invalid("JSON")),
        ("\"version\": 3", "\"version\": 1", unsupported("version")),
        ("\"version\": 3", "\"version\": \"3\"", unsupported("version")),
        ("\"crypto\"", "\"cypto\"", invalid("crypto")),
        ("aes-128-ctr", "aes-128-cbc", unsupported("cipher")),
        ("\"iv\": \"60", "\"iv\": \"", invalid("cipherparams.iv")),
        ("\"ciphertext\": \"53", "\"ciphertext\": \"5", invalid("ciphertext")),
        ("\"mac\": \"51", "\"mac\": \"zz", invalid("mac")),
        ("\"kdf\": \"pbkdf2\"", "\"kdf\": \"argon2id\"", unsupported("kdf")),
        ("hmac-sha256", "hmac-md5", unsupported("kdfparams.prf")),
        ("\"dklen\": 32", "\"dklen\": 16", unsupported("kdfparams.dklen")),
        ("262144", "0", unsupported("kdfparams.c")),
        ("262144", "10000001", unsupported("kdfparams.c")),
        ("262144", "-1", invalid("kdfparams.c")),
        ("\"salt\"", "\"pepper\"", invalid("kdfparams.salt")),
    ];
    for (of, to, expected) in cases {
        let file = PBKDF2_FILE.replacen(of, to, 1);
        assert_eq!(open(&file, FILE_PASSWORD).err(), expected, "{of} -> {to}");
    }
}

#[test]
fn open_refuses_a_file_that_asks_for_too_much() {
    let cases = [
        ("262144", "262143", invalid("kdfparams.n")),
        ("262144", "0", invalid("kdfparams.n")),
        // 128 bytes · 2^23: a gigabyte.
        ("262144", "8388608", unsupported("kdfparams")),
        ("262144", "9223372036854775808", unsupported("kdfparams")),
        ("\"r\": 1", "\"r\": 4294967296", unsupported("kdfparams.r")),
        ("\"r\": 1", "\"r\": 0", unsupported("kdfparams")),
        ("\"p\": 8", "\"p\": 65", unsupported("kdfparams")),
        ("\"p\": 8", "\"p\": 0", unsupported("kdfparams")),
    ];
    for (of, to, expected) in cases {
        let file = SCRYPT_FILE.replacen(of, to, 1);
        assert_eq!(open(&file, FILE_PASSWORD).err(), expected, "{of} -> {to}");
    }
}

#[test]
fn open_reads_the_published_pbkdf2_file() -> Outcome {
    let secrets = open(PBKDF2_FILE, FILE_PASSWORD)?;
    assert_eq!(secrets.first().map(Secret::as_bytes), Some(&FILE_SECRET[..]));
    Ok(())
}

#[test]
fn open_reads_the_published_scrypt_file() -> Outcome {
    let secrets = open(SCRYPT_FILE, FILE_PASSWORD)?;
    assert_eq!(secrets.first().map(Secret::as_bytes), Some(&FILE_SECRET[..]));
    Ok(())
}

#[test]
fn open_reads_capitals_and_prefixes_as_geth_once_wrote_them() -> Outcome {
    let file =
        PBKDF2_FILE.replace("\"crypto\"", "\"Crypto\"").replace("\"517ead924a", "\"0x517EAD924A");
    assert_eq!(open(&file, FILE_PASSWORD)?.len(), 1);
    Ok(())
}

#[test]
fn open_derives_once_for_files_that_share_a_salt() -> Outcome {
    let first = seal(&[b"one"], "password", None)?;
    let second = seal(&[b"two"], "password", first.first())?;
    let salt = |keystore: &Keystore| {
        let json: serde_json::Value = serde_json::from_str(keystore.as_json()).ok()?;
        Some(json["crypto"]["kdfparams"]["salt"].to_string())
    };
    assert_eq!(first.first().and_then(salt), second.first().and_then(salt));
    let iv = |keystore: &Keystore| {
        let json: serde_json::Value = serde_json::from_str(keystore.as_json()).ok()?;
        Some(json["crypto"]["cipherparams"].to_string())
    };
    assert_ne!(first.first().and_then(iv), second.first().and_then(iv), "never one iv twice");
    let keystores = [first, second].concat();
    let request = VaultRequest::Open { keystores, password: password("password") };
    let ticks = Cell::new(0);
    let clock = || {
        ticks.set(ticks.get() + 1);
        Duration::from_millis(ticks.get())
    };
    assert!(vault()?.estimate(&request, clock).is_some());
    assert_eq!(ticks.get(), 4, "two rehearsals of one derivation, each timed at both ends");
    let VaultReply::Secrets(secrets) = vault()?.answer(&request)? else {
        return Err(VaultError::Interrupted);
    };
    let secrets: Vec<&[u8]> = secrets.iter().map(Secret::as_bytes).collect();
    assert_eq!(secrets, [b"one", b"two"]);
    Ok(())
}

#[test]
fn seal_beside_a_file_of_another_password() -> Outcome {
    let first = seal(&[b"one"], "password", None)?;
    let refused = seal(&[b"two"], "passwort", first.first());
    assert_eq!(refused.err(), Some(VaultError::WrongPassword));
    Ok(())
}

#[test]
fn seal_writes_the_fields_of_the_format() -> Outcome {
    let secrets = vec![Sealable {
        secret: Secret::new(Zeroizing::new(FILE_SECRET.to_vec())),
        address: Some(Address::repeat_byte(0xab)),
    }];
    let vault = InlineVault::new(ScryptCost::new(10, 8, 1)?);
    let request = VaultRequest::Seal { secrets, password: password("x"), beside: None };
    let VaultReply::Keystores(files) = vault.answer(&request)? else {
        return Err(VaultError::Interrupted);
    };
    let file = files.first().ok_or(VaultError::Interrupted)?.as_json();
    let json: serde_json::Value = serde_json::from_str(file).unwrap_or_default();
    assert_eq!(json["version"], 3);
    assert_eq!(json["address"], "ab".repeat(20));
    let id = json["id"].as_str().unwrap_or_default();
    assert_eq!((id.len(), id.as_bytes().get(14)), (36, Some(&b'4')), "a UUID of version 4");
    let crypto = &json["crypto"];
    assert_eq!(crypto["cipher"], "aes-128-ctr");
    assert_eq!(crypto["kdf"], "scrypt");
    let params = &crypto["kdfparams"];
    assert_eq!((&params["n"], &params["r"]), (&1024.into(), &8.into()));
    assert_eq!((&params["p"], &params["dklen"]), (&1.into(), &32.into()));
    assert_eq!(params["salt"].as_str().map(str::len), Some(64));
    assert!(!file.contains(&hex::encode(FILE_SECRET)), "the secret itself is not in the file");
    Ok(())
}

#[test]
fn scrypt_cost_beyond_the_bounds() {
    for (log_n, r, p) in [(0, 8, 1), (64, 1, 1), (255, 8, 1), (20, 8, 1), (17, 0, 1), (17, 8, 0)] {
        assert!(ScryptCost::new(log_n, r, p).is_err(), "{log_n} {r} {p}");
    }
    assert_eq!(ScryptCost::new(17, 8, 1), Ok(ScryptCost::OWASP));
    assert!(ScryptCost::new(19, 8, 1).is_ok(), "half a gigabyte is the most");
}

#[test]
fn estimate_scales_the_rehearsal() -> Outcome {
    let vault = InlineVault::new(ScryptCost::new(10, 8, 2)?);
    let ticks = Cell::new(0);
    let clock = || {
        ticks.set(ticks.get() + 3);
        Duration::from_millis(ticks.get())
    };
    let secrets = Vec::new();
    let request = VaultRequest::Seal { secrets, password: password("x"), beside: None };
    assert_eq!(vault.estimate(&request, clock), Some(Duration::from_millis(3 * 64 * 2)));
    let request = VaultRequest::NewPhrase { words: WordCount::Twelve };
    assert_eq!(vault.estimate(&request, clock), None, "no derivation, no estimate");
    Ok(())
}

#[test]
fn read_phrase_names_what_is_wrong() {
    let eleven = "abandon ".repeat(11);
    assert_eq!(read(&eleven).err(), Some(VaultError::PhraseLength { words: 11 }));
    assert_eq!(read("").err(), Some(VaultError::PhraseLength { words: 0 }));
    let word = format!("{}abandonn about", "abandon ".repeat(10));
    assert_eq!(read(&word).err(), Some(VaultError::PhraseWord { position: 11 }));
    let checksum = "abandon ".repeat(12);
    assert_eq!(read(&checksum).err(), Some(VaultError::PhraseChecksum));
}

#[test]
fn write_phrase_of_a_wrong_length() {
    assert_eq!(write(&[0; 15]).err(), Some(VaultError::PhraseLength { words: 11 }));
    assert_eq!(write(&[]).err(), Some(VaultError::PhraseLength { words: 0 }));
    assert!(write(&[0; 36]).is_err());
}

#[test]
fn phrase_vectors_of_bip_39() -> Outcome {
    let cases: [(&[u8], &str); 6] = [
        (
            &[0; 16],
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
             abandon about",
        ),
        (
            &[0x7f; 16],
            "legal winner thank year wave sausage worth useful legal winner thank yellow",
        ),
        (
            &[0x80; 16],
            "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
        ),
        (&[0xff; 16], "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"),
        (
            &hex!("9e885d952ad362caeb4efe34a8e91bd2"),
            "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
        ),
        (
            &hex!("f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f"),
            "void come effort suffer camp survey warrior heavy shoot primary clutch crush open \
             amazing screen patrol group space point ten exist slush involve unfold",
        ),
    ];
    for (entropy, words) in cases {
        assert_eq!(write(entropy)?.as_str(), words);
        assert_eq!(read(words)?.as_bytes(), entropy);
    }
    Ok(())
}

#[test]
fn derive_of_a_hardened_index() {
    let phrase = "test test test test test test test test test test test junk";
    assert_eq!(derive(phrase, &[1 << 31]).err(), Some(VaultError::InvalidKey));
}

#[test]
fn derived_accounts_are_those_of_other_wallets() -> Result<(), WalletError> {
    // The phrases of the usual development chains, with the accounts that they show.
    let keys =
        derive("Test test\ttest test test test test test test test  test junk\n", &[0, 1, 9])?;
    let addresses: Result<Vec<_>, _> = keys.iter().map(PrivateKey::address).collect();
    let expected = [
        address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        address!("70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        address!("a0Ee7A142d267C1f36714E4a8F75612F20a79720"),
    ];
    assert_eq!(addresses?, expected);
    let first = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    assert_eq!(keys.first().map(|key| key.to_hex().to_string()).as_deref(), Some(first));
    let keys = derive(
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
         about",
        &[0],
    )?;
    let address = keys.first().map(PrivateKey::address).transpose()?;
    assert_eq!(address, Some(address!("9858EfFD232B4033E47d90003D41EC34EcaEda94")));
    Ok(())
}

#[test]
fn new_phrases_differ_and_are_valid() -> Outcome {
    for (words, count) in [(WordCount::Twelve, 12), (WordCount::TwentyFour, 24)] {
        let mut seen = Vec::new();
        for _ in 0..3 {
            let VaultReply::Phrase(phrase) = vault()?.answer(&VaultRequest::NewPhrase { words })?
            else {
                return Err(VaultError::Interrupted);
            };
            assert_eq!(phrase.as_str().split(' ').count(), count);
            assert_eq!(read(phrase.as_str())?.as_bytes().len(), count / 3 * 4);
            assert!(!seen.contains(&phrase.as_str().to_owned()));
            seen.push(phrase.as_str().to_owned());
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn open_inverts_seal(
        secrets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..4),
        with in ".{0,20}",
    ) {
        let refs: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
        let keystores = seal(&refs, &with, None)?;
        let request = VaultRequest::Open { keystores, password: password(&with) };
        let VaultReply::Secrets(opened) = vault()?.answer(&request)? else {
            return Err(TestCaseError::fail("another reply"));
        };
        let opened: Vec<&[u8]> = opened.iter().map(Secret::as_bytes).collect();
        prop_assert_eq!(opened, refs);
    }

    #[test]
    fn open_of_any_text_is_an_error_and_no_panic(text in "\\PC{0,200}") {
        prop_assert!(open(&text, "password").is_err());
    }

    #[test]
    fn phrase_survives_the_trip_in_any_layout(
        bytes in prop::collection::vec(any::<u8>(), 32),
        long in any::<bool>(),
    ) {
        let entropy = if long { &bytes[..] } else { &bytes[..16] };
        let phrase = write(entropy)?;
        let typed = format!("\n {} ", phrase.as_str().to_uppercase().replace(' ', " \t\n"));
        let read = read(&typed)?;
        prop_assert_eq!(read.as_bytes(), entropy);
    }
}
