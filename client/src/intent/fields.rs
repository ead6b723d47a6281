//! The fields of an action, for screens and for JSON.
//!
//! One table names them in the order of the typed structs; it is read for showing and written
//! through for parsing, so that what is shown, exported and signed cannot differ.

use alloy_primitives::{Address, B256, Bytes};
use pinfi_core::Action;
use pinfi_core::pocps::{Opening, Response};
use pinfi_core::units::{
    Bps, CertificateId, EpochId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei,
};

use super::json_text::{json_array, json_text};
use super::{LedgerAction, Speed, WireError, game};

/// A field of a signed action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the typed struct; with dots inside a pool's parameters.
    pub name: &'static str,
    /// Its value.
    pub value: FieldValue,
}

/// A value by the kind of thing it is, so that a screen can write it the way people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValue {
    /// An account.
    Account(Address),
    /// An amount of PIN.
    Amount(Wei),
    /// An amount of PIN in wei that may be negative.
    SignedAmount(i128),
    /// A pool.
    Pool(PoolId),
    /// A stake: one device.
    Stake(StakeId),
    /// Several devices.
    Stakes(Vec<StakeId>),
    /// A burn certificate.
    Certificate(CertificateId),
    /// A moment.
    Time(Timestamp),
    /// A length of time.
    Duration(Secs),
    /// Time of devices.
    Compute(GpuSeconds),
    /// A share in parts of ten thousand.
    Share(Bps),
    /// A plain number.
    Count(u32),
    /// A pool's epoch, or a complaint.
    Epoch(EpochId),
    /// A hash.
    Hash(B256),
    /// Words.
    Text(String),
    /// Bytes for machines: a proof.
    Bytes(Bytes),
    /// How fast the clock runs.
    Speed(Speed),
}

/// Lists what is signed, without the nonce and deadline.
#[must_use]
pub fn describe(action: &LedgerAction) -> Vec<Field> {
    let mut fields = Vec::new();
    // Showing never fails; only a parsing visitor does.
    let _ = visit(&mut action.clone(), &mut |name, slot| {
        fields.push(Field { name, value: slot.show() });
        Ok(())
    });
    fields
}

/// A place in an action that can be read and written.
pub(super) trait Slot {
    fn show(&self) -> FieldValue;
    /// Takes a JSON value; `None` if it is not of this kind or not in canonical form.
    fn parse(&mut self, json: &Json<'_>) -> Option<()>;
}

/// What the slots need of JSON: numbers are decimal strings, as JavaScript's are inexact.
pub(super) enum Json<'a> {
    Text(&'a str),
    List(Vec<&'a str>),
}

impl<'a> Json<'a> {
    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }
}

macro_rules! number_slot {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        impl Slot for $type {
            fn show(&self) -> FieldValue {
                FieldValue::$kind(*self)
            }
            fn parse(&mut self, json: &Json<'_>) -> Option<()> {
                self.0 = decimal(json.text()?)?;
                Some(())
            }
        }
    )*};
}

number_slot! {
    Wei => Amount,
    PoolId => Pool,
    StakeId => Stake,
    CertificateId => Certificate,
    Timestamp => Time,
    EpochId => Epoch,
    Secs => Duration,
    GpuSeconds => Compute,
    Bps => Share,
}

impl Slot for u32 {
    fn show(&self) -> FieldValue {
        FieldValue::Count(*self)
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        *self = decimal(json.text()?)?;
        Some(())
    }
}

impl Slot for i128 {
    fn show(&self) -> FieldValue {
        FieldValue::SignedAmount(*self)
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        *self = decimal(json.text()?)?;
        Some(())
    }
}

impl Slot for Vec<StakeId> {
    fn show(&self) -> FieldValue {
        FieldValue::Stakes(self.clone())
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        let Json::List(items) = json else { return None };
        *self = items.iter().map(|item| decimal(item).map(StakeId)).collect::<Option<_>>()?;
        Some(())
    }
}

impl Slot for Address {
    fn show(&self) -> FieldValue {
        FieldValue::Account(*self)
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        *self = fixed_hex(json.text()?)?.into();
        Some(())
    }
}

impl Slot for B256 {
    fn show(&self) -> FieldValue {
        FieldValue::Hash(*self)
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        *self = fixed_hex(json.text()?)?.into();
        Some(())
    }
}

impl Slot for String {
    fn show(&self) -> FieldValue {
        FieldValue::Text(self.clone())
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        json.text()?.clone_into(self);
        Some(())
    }
}

macro_rules! bytes_slot {
    ($($type:ty),*) => {$(
        impl Slot for $type {
            fn show(&self) -> FieldValue {
                // What has no bytes cannot be signed either.
                FieldValue::Bytes(postcard::to_allocvec(self).unwrap_or_default().into())
            }
            fn parse(&mut self, json: &Json<'_>) -> Option<()> {
                let bytes = hex(json.text()?)?;
                let (value, rest) = postcard::take_from_bytes(&bytes).ok()?;
                *self = value;
                rest.is_empty().then_some(())
            }
        }
    )*};
}

bytes_slot! { Response, Opening }

impl Slot for Speed {
    fn show(&self) -> FieldValue {
        FieldValue::Speed(*self)
    }
    fn parse(&mut self, json: &Json<'_>) -> Option<()> {
        *self = Self::from_factor(decimal(json.text()?)?)?;
        Some(())
    }
}

/// Reads a number in the only form in which it is written: no sign `+`, no leading zeros.
pub(crate) fn decimal<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}

/// Reads bytes in the only form in which they are written: `0x` and lower-case digits.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x")?;
    let lower = !digits.bytes().any(|digit| digit.is_ascii_uppercase());
    if lower { alloy_primitives::hex::decode(digits).ok() } else { None }
}

/// Reads as many bytes as the type has.
pub(crate) fn fixed_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    hex(text)?.try_into().ok()
}

impl FieldValue {
    /// Writes the value as JSON.
    pub(super) fn to_json(&self) -> String {
        json_text(&match self {
            Self::Stakes(stakes) => {
                return json_array(stakes.iter().map(|stake| json_text(&stake.to_string())));
            }
            Self::Account(account) => lower_hex(account.as_slice()),
            Self::Hash(hash) => lower_hex(hash.as_slice()),
            Self::Bytes(bytes) => lower_hex(bytes),
            Self::Amount(amount) => amount.to_string(),
            Self::SignedAmount(amount) => amount.to_string(),
            Self::Pool(pool) => pool.to_string(),
            Self::Stake(stake) => stake.to_string(),
            Self::Certificate(certificate) => certificate.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Duration(duration) => duration.to_string(),
            Self::Compute(compute) => compute.to_string(),
            Self::Share(share) => share.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Epoch(epoch) => epoch.to_string(),
            Self::Text(text) => text.clone(),
            Self::Speed(speed) => speed.factor().to_string(),
        })
    }
}

pub(crate) fn lower_hex(bytes: &[u8]) -> String {
    alloy_primitives::hex::encode_prefixed(bytes)
}

pub(super) type Visitor<'a> = dyn FnMut(&'static str, &mut dyn Slot) -> Result<(), WireError> + 'a;

/// Shows each field of an action to `v`, in the order of the typed struct.
pub(super) fn visit(action: &mut LedgerAction, v: &mut Visitor<'_>) -> Result<(), WireError> {
    let action = match action {
        LedgerAction::Protocol(action) => action,
        LedgerAction::Faucet { to, amount } => {
            v("to", to)?;
            return v("amount", amount);
        }
        LedgerAction::SetSpeed { speed } => return v("speed", speed),
    };
    match action {
        Action::Mint { to, amount } | Action::Transfer { to, amount } => {
            v("to", to)?;
            v("amount", amount)
        }
        Action::CreatePool { params } => {
            v("params.kind", &mut params.kind)?;
            v("params.bucket", &mut params.bucket)?;
            v("params.feeBps", &mut params.fee)?;
            v("params.burnShareBps", &mut params.burn_share)?;
            v("params.burnPerGs", &mut params.burn_per_gs)?;
            v("params.collateralBps", &mut params.collateral)?;
            v("params.minTerm", &mut params.min_term)?;
            v("params.maxTerm", &mut params.max_term)?;
            v("params.pocps.n", &mut params.pocps.n)?;
            v("params.pocps.rounds", &mut params.pocps.rounds)?;
            v("params.pocps.samples", &mut params.pocps.samples)?;
            v("params.pocps.window", &mut params.pocps.window)?;
            v("params.pocps.dispute", &mut params.pocps.dispute)?;
            v("params.pocps.epoch", &mut params.pocps.epoch)?;
            v("params.pocps.bond", &mut params.pocps.bond)?;
            v("params.pocps.accuserBps", &mut params.pocps.accuser_bps)
        }
        Action::Poke { pool, limit } => {
            v("pool", pool)?;
            v("limit", limit)
        }
        Action::Burn { pool, gs } => {
            v("pool", pool)?;
            v("gs", gs)
        }
        Action::Stake { certificate, expiry, max_fee } => {
            v("certificate", certificate)?;
            v("expiry", expiry)?;
            v("maxFee", max_fee)
        }
        Action::OpenLiquidity { stake, tokens } => {
            v("stake", stake)?;
            v("tokens", tokens)
        }
        Action::AddLiquidity { stake, min_tokens, max_tokens } => {
            v("stake", stake)?;
            v("minTokens", min_tokens)?;
            v("maxTokens", max_tokens)
        }
        Action::Collect { stake }
        | Action::Settle { stake }
        | Action::Challenge { stake }
        | Action::Missed { stake } => v("stake", stake),
        Action::Sell { stake, min_out } | Action::EndRental { stake, min_out } => {
            v("stake", stake)?;
            v("minOut", min_out)
        }
        Action::RemoveLiquidity { stake, min_tokens, max_fee } => {
            v("stake", stake)?;
            v("minTokens", min_tokens)?;
            v("maxFee", max_fee)
        }
        Action::TransferHours { stake, to } | Action::TransferRental { stake, to } => {
            v("stake", stake)?;
            v("to", to)
        }
        Action::Rent { pool, stakes, until, max_cost } => {
            v("pool", pool)?;
            v("stakes", stakes)?;
            v("until", until)?;
            v("maxCost", max_cost)
        }
        Action::Extend { stake, until, max_cost } => {
            v("stake", stake)?;
            v("until", until)?;
            v("maxCost", max_cost)
        }
        Action::Commit { stake, root } => {
            v("stake", stake)?;
            v("root", root)
        }
        Action::Respond { stake, response } => {
            v("stake", stake)?;
            v("response", response.as_mut())
        }
        Action::QueueWeight { pool, weight } => {
            v("pool", pool)?;
            v("weightBps", weight)
        }
        Action::ExecuteWeight { pool } => v("pool", pool),
        Action::Lock { amount } | Action::Unlock { amount } => v("amount", amount),
        Action::ClaimRebate { pool, day } => {
            v("pool", pool)?;
            v("day", &mut day.0)
        }
        Action::ClaimAllocation => Ok(()),
        Action::Game(action) => game::visit(action, v),
    }
}
