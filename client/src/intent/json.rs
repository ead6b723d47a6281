//! The form for people and other programs: strict JSON.
//!
//! Numbers are decimal strings, bytes are `0x` and lower-case digits, each in one form only:
//! what was read is written back the same. A field that is not known is an error, as it may
//! mean something to whoever put it there.

use alloy_primitives::{Address, B256, Bytes};
use pinfi_core::Action;
use pinfi_core::pocps::{PocpsParams, Response};
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{
    Bps, CertificateId, Day, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei,
};
use serde_json::{Map, Value};

use super::fields::{Json, Slot, decimal, describe, hex, lower_hex, visit};
use super::json_text::JsonObject;
use super::{Domain, LedgerAction, SignedAction, Speed, WireError, game};

impl SignedAction {
    /// Writes it as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let message =
            describe(&self.action).into_iter().fold(JsonObject::new(), |object, field| {
                object.json(field.name, &field.value.to_json())
            });
        JsonObject::new()
            .text("chainId", &self.domain.chain_id.to_string())
            .text("ledger", &lower_hex(self.domain.ledger.as_slice()))
            .text("signer", &lower_hex(self.signer.as_slice()))
            .text("action", self.action.name())
            .json("message", &message.finish())
            .text("nonce", &self.nonce.to_string())
            .text("deadline", &self.deadline.to_string())
            .text("signature", &lower_hex(&self.signature))
            .finish()
    }

    /// Reads what [`Self::to_json`] wrote. The signature is read and not yet checked.
    ///
    /// # Errors
    /// [`WireError::NotJson`] for anything but an object, [`WireError::UnknownAction`],
    /// [`WireError::MissingField`], [`WireError::BadValue`], [`WireError::UnknownField`].
    pub fn from_json(json: &str) -> Result<Self, WireError> {
        let json: Value = serde_json::from_str(json).map_err(|_| WireError::NotJson)?;
        Self::from_value(&json)
    }

    /// Reads one that is part of a larger JSON text.
    pub(crate) fn from_value(json: &Value) -> Result<Self, WireError> {
        let mut object = Fields::of(json)?;
        let chain_id = object.take("chainId", decimal)?;
        let mut ledger = Address::ZERO;
        let mut signer = Address::ZERO;
        object.slot("ledger", &mut ledger)?;
        object.slot("signer", &mut signer)?;
        let action = object.action()?;
        let nonce = object.take("nonce", decimal)?;
        let mut deadline = Timestamp::ZERO;
        object.slot("deadline", &mut deadline)?;
        let signature: Bytes = object.take("signature", |text| hex(text).map(Bytes::from))?;
        object.finish()?;
        let domain = Domain { chain_id, ledger };
        Ok(Self { domain, signer, action, nonce, deadline, signature })
    }
}

impl LedgerAction {
    /// Reads an action alone: the members `action` and `message` of a signed one.
    ///
    /// # Errors
    /// As [`SignedAction::from_json`].
    pub fn from_json(json: &str) -> Result<Self, WireError> {
        let json: Value = serde_json::from_str(json).map_err(|_| WireError::NotJson)?;
        let mut object = Fields::of(&json)?;
        let action = object.action()?;
        object.finish()?;
        Ok(action)
    }
}

/// The fields of an object that nobody has asked for yet.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn of(json: &Value) -> Result<Self, WireError> {
        json.as_object().cloned().map(Self).ok_or(WireError::NotJson)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Result<Value, WireError> {
        self.0.remove(name).ok_or_else(|| WireError::MissingField { name: name.to_owned() })
    }

    pub(crate) fn take<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, WireError> {
        let value = self.remove(name)?;
        value.as_str().and_then(parse).ok_or_else(|| WireError::BadValue { name: name.to_owned() })
    }

    /// Takes what names an action and what it says.
    fn action(&mut self) -> Result<LedgerAction, WireError> {
        let name = self.take("action", |text| Some(text.to_owned()))?;
        let mut action = blank(&name).ok_or(WireError::UnknownAction { name })?;
        let mut message = Self::of(&self.remove("message")?)?;
        visit(&mut action, &mut |name, slot| message.slot(name, slot))?;
        message.finish()?;
        Ok(action)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<Vec<T>, WireError> {
        let value = self.remove(name)?;
        let items = value.as_array().and_then(|items| items.iter().map(parse).collect());
        items.ok_or_else(|| WireError::BadValue { name: name.to_owned() })
    }

    fn slot(&mut self, name: &str, slot: &mut dyn Slot) -> Result<(), WireError> {
        let value = self.remove(name)?;
        let json = match &value {
            Value::String(text) => Some(Json::Text(text)),
            Value::Array(items) => {
                items.iter().map(Value::as_str).collect::<Option<_>>().map(Json::List)
            }
            _ => None,
        };
        let parsed = json.and_then(|json| slot.parse(&json));
        parsed.ok_or_else(|| WireError::BadValue { name: name.to_owned() })
    }

    /// Refuses what is left over.
    pub(crate) fn finish(self) -> Result<(), WireError> {
        match self.0.into_iter().next() {
            Some((name, _)) => Err(WireError::UnknownField { name }),
            None => Ok(()),
        }
    }
}

/// Makes an action of a name, for its fields to be filled in.
fn blank(name: &str) -> Option<LedgerAction> {
    let (to, amount) = (Address::ZERO, Wei::ZERO);
    let (pool, stake) = (PoolId(0), StakeId(0));
    let (until, max_cost, min_out) = (Timestamp::ZERO, Wei::ZERO, Wei::ZERO);
    let max_fee = Wei::ZERO;
    Some(LedgerAction::Protocol(match name {
        "Faucet" => return Some(LedgerAction::Faucet { to, amount }),
        "SetSpeed" => return Some(LedgerAction::SetSpeed { speed: Speed::Real }),
        "Mint" => Action::Mint { to, amount },
        "Transfer" => Action::Transfer { to, amount },
        "CreatePool" => Action::CreatePool { params: Box::new(blank_params()) },
        "Poke" => Action::Poke { pool, limit: 0 },
        "Burn" => Action::Burn { pool, gs: GpuSeconds::ZERO },
        "Stake" => {
            Action::Stake { certificate: CertificateId(0), expiry: Timestamp::ZERO, max_fee }
        }
        "OpenLiquidity" => Action::OpenLiquidity { stake, tokens: Wei::ZERO },
        "AddLiquidity" => {
            Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens: Wei::ZERO }
        }
        "Collect" => Action::Collect { stake },
        "Sell" => Action::Sell { stake, min_out },
        "RemoveLiquidity" => Action::RemoveLiquidity { stake, min_tokens: 0, max_fee },
        "Settle" => Action::Settle { stake },
        "TransferHours" => Action::TransferHours { stake, to },
        "Rent" => Action::Rent { pool, stakes: Vec::new(), until, max_cost },
        "Extend" => Action::Extend { stake, until, max_cost },
        "EndRental" => Action::EndRental { stake, min_out },
        "TransferRental" => Action::TransferRental { stake, to },
        "Challenge" => Action::Challenge { stake },
        "Commit" => Action::Commit { stake, root: B256::ZERO },
        "Respond" => {
            let response = Response { root: B256::ZERO, openings: Vec::new() };
            Action::Respond { stake, response: Box::new(response) }
        }
        "Missed" => Action::Missed { stake },
        "QueueWeight" => Action::QueueWeight { pool, weight: Bps(0) },
        "ExecuteWeight" => Action::ExecuteWeight { pool },
        "Lock" => Action::Lock { amount },
        "Unlock" => Action::Unlock { amount },
        "ClaimRebate" => Action::ClaimRebate { pool, day: Day(0) },
        "ClaimAllocation" => Action::ClaimAllocation,
        _ => Action::Game(game::blank(name)?),
    }))
}

fn blank_params() -> PoolParams {
    PoolParams {
        kind: String::new(),
        bucket: Secs::ZERO,
        fee: Bps(0),
        burn_share: Bps(0),
        burn_per_gs: Wei::ZERO,
        collateral: Bps(0),
        min_term: Secs::ZERO,
        max_term: Secs::ZERO,
        pocps: PocpsParams {
            n: 0,
            rounds: 0,
            samples: 0,
            window: Secs::ZERO,
            dispute: Secs::ZERO,
            epoch: Secs::ZERO,
            bond: Wei::ZERO,
            accuser_bps: Bps(0),
        },
    }
}
