//! The keystore file: Web3 Secret Storage, version 3.
//!
//! The crates for it write to a disk and bring an old random source that has none in a browser, so
//! the JSON is read and written here, over the usual primitives.

use alloy_primitives::{Address, hex};
use serde_json::{Value, json};

use super::{
    super::VaultError,
    Keystore, ScryptCost,
    cipher::Sealed,
    kdf::{DKLEN, Kdf, unsupported},
};

/// Holds a parsed keystore file.
pub(super) struct File {
    pub(super) kdf: Kdf,
    pub(super) sealed: Sealed,
}

impl File {
    /// Reads a file; unknown fields are left alone, as other programs write some.
    pub(super) fn parse(keystore: &Keystore) -> Result<Self, VaultError> {
        let json: Value = serde_json::from_str(keystore.as_json()).map_err(|_| invalid("JSON"))?;
        if json["version"].as_u64() != Some(3) {
            return Err(unsupported("version"));
        }
        // Early geth wrote a capital.
        let crypto = json.get("crypto").or_else(|| json.get("Crypto"));
        let crypto = crypto.ok_or_else(|| invalid("crypto"))?;
        if text(&crypto["cipher"], "cipher")? != "aes-128-ctr" {
            return Err(unsupported("cipher"));
        }
        let iv = array(&crypto["cipherparams"]["iv"], "cipherparams.iv")?;
        let ciphertext = bytes(&crypto["ciphertext"], "ciphertext")?;
        let mac = array(&crypto["mac"], "mac")?;
        Ok(Self { kdf: kdf(crypto)?, sealed: Sealed { iv, ciphertext, mac } })
    }

    /// Writes a file; `id` is 16 random bytes.
    pub(super) fn write(&self, address: Option<Address>, id: [u8; 16]) -> Keystore {
        let (kdf, kdfparams) = match &self.kdf {
            Kdf::Scrypt { cost, salt } => {
                let (n, r, p) = (cost.n(), cost.r(), cost.p());
                let salt = hex::encode(salt);
                ("scrypt", json!({ "dklen": DKLEN, "n": n, "r": r, "p": p, "salt": salt }))
            }
            Kdf::Pbkdf2 { rounds, salt } => {
                let salt = hex::encode(salt);
                let prf = "hmac-sha256";
                ("pbkdf2", json!({ "dklen": DKLEN, "c": rounds, "prf": prf, "salt": salt }))
            }
        };
        let mut file = json!({
            "version": 3,
            "id": uuid(id),
            "crypto": {
                "cipher": "aes-128-ctr",
                "cipherparams": { "iv": hex::encode(self.sealed.iv) },
                "ciphertext": hex::encode(&self.sealed.ciphertext),
                "kdf": kdf,
                "kdfparams": kdfparams,
                "mac": hex::encode(self.sealed.mac),
            },
        });
        if let Some(address) = address {
            file["address"] = hex::encode(address).into();
        }
        Keystore::new(file.to_string())
    }
}

fn kdf(crypto: &Value) -> Result<Kdf, VaultError> {
    let params = &crypto["kdfparams"];
    if number(&params["dklen"], "kdfparams.dklen")? != DKLEN as u64 {
        return Err(unsupported("kdfparams.dklen"));
    }
    let salt = bytes(&params["salt"], "kdfparams.salt")?;
    match text(&crypto["kdf"], "kdf")? {
        "scrypt" => {
            let n = number(&params["n"], "kdfparams.n")?;
            if !n.is_power_of_two() {
                return Err(invalid("kdfparams.n"));
            }
            let log_n = u8::try_from(n.trailing_zeros()).map_err(|_| invalid("kdfparams.n"))?;
            let r = number(&params["r"], "kdfparams.r")?;
            let p = number(&params["p"], "kdfparams.p")?;
            let r = u32::try_from(r).map_err(|_| unsupported("kdfparams.r"))?;
            let p = u32::try_from(p).map_err(|_| unsupported("kdfparams.p"))?;
            Ok(Kdf::Scrypt { cost: ScryptCost::new(log_n, r, p)?, salt })
        }
        "pbkdf2" => {
            if text(&params["prf"], "kdfparams.prf")? != "hmac-sha256" {
                return Err(unsupported("kdfparams.prf"));
            }
            let rounds = number(&params["c"], "kdfparams.c")?;
            let rounds = u32::try_from(rounds).map_err(|_| unsupported("kdfparams.c"))?;
            Kdf::pbkdf2(rounds, salt)
        }
        _ => Err(unsupported("kdf")),
    }
}

/// Writes random bytes as a UUID of version 4.
fn uuid(mut id: [u8; 16]) -> String {
    id[6] = (id[6] & 0x0f) | 0x40;
    id[8] = (id[8] & 0x3f) | 0x80;
    let digits = hex::encode(id);
    let (a, rest) = digits.split_at(8);
    let (b, rest) = rest.split_at(4);
    let (c, rest) = rest.split_at(4);
    let (d, e) = rest.split_at(4);
    format!("{a}-{b}-{c}-{d}-{e}")
}

fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str, VaultError> {
    value.as_str().ok_or_else(|| invalid(field))
}

fn number(value: &Value, field: &str) -> Result<u64, VaultError> {
    value.as_u64().ok_or_else(|| invalid(field))
}

fn bytes(value: &Value, field: &str) -> Result<Vec<u8>, VaultError> {
    hex::decode(text(value, field)?).map_err(|_| invalid(field))
}

fn array<const N: usize>(value: &Value, field: &str) -> Result<[u8; N], VaultError> {
    bytes(value, field)?.try_into().map_err(|_| invalid(field))
}

fn invalid(field: &str) -> VaultError {
    VaultError::InvalidKeystore { field: field.to_owned() }
}
