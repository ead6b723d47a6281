//! The whole log for other programs: JSON lines out and in, and the audit of it.

use alloy_primitives::{Address, B256};
use pinfi_core::ledger::Config;
use pinfi_core::rewards::{Allocation, RewardsConfig};
use pinfi_core::units::{Bps, Secs, Timestamp, Wei};
use serde_json::Value;

use super::load::{ASIDE, Damage};
use super::record::{read_linked, read_unlinked};
use super::state::State;
use super::write::found;
use super::{EmbeddedLedger, Genesis, News, OpenError, Record, SandboxRules};
use crate::intent::{
    Fields, JsonObject, SignedAction, WireError, decimal, fixed_hex, json_array, json_text,
    lower_hex,
};
use crate::settlement::{SubmitError, Update};
use crate::storage::{Named, Numbered, StorageError};

/// The form of the first line.
const FORMAT: &str = "pinfi-ledger-1";
/// Records checked between two breaths of the page.
const AUDIT_CHUNK: u32 = 16;
const EXPORT_CHUNK: u32 = 256;

/// The outcome of checking a log from its genesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// The records that hold: link, signature, nonce, deadline and rules.
    pub records: u64,
    /// What does not hold, if anything.
    pub damage: Option<Damage>,
    /// Whether they lead to the state that is shown.
    pub leads_here: bool,
}

/// Why a text is not taken as a ledger. What was there before is untouched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line is not what it should be; lines count from 1.
    #[error("line {line}: {error}")]
    Line {
        /// The line.
        line: u64,
        /// What is wrong with it.
        error: WireError,
    },
    /// A record's hash is not the one that the line states.
    #[error("line {line}: the record does not follow the one before")]
    Link {
        /// The line.
        line: u64,
    },
    /// A record breaks a rule.
    #[error("line {line}: {error}")]
    Refused {
        /// The line.
        line: u64,
        /// The rule.
        error: OpenError,
    },
    /// The ledger could not be reached.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl ImportError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line { error, .. } => error.code(),
            Self::Link { .. } => "RecordAltered",
            Self::Refused { error, .. } => error.code(),
            Self::Submit(error) => error.code(),
        }
    }
}

impl EmbeddedLedger {
    /// Writes the ledger as JSON lines: its genesis, then each record.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn export(&self) -> Result<String, StorageError> {
        let mut text = genesis_to_json(&self.genesis());
        let mut next = 0;
        loop {
            let chunk = self.0.ground.storage.range(Numbered::Log, next, EXPORT_CHUNK).await?;
            let Some(&(last, _)) = chunk.last() else { break };
            next = last + 1;
            for (number, bytes) in chunk {
                text.push('\n');
                text.push_str(&stored_to_json(number, &bytes, false));
            }
        }
        text.push('\n');
        Ok(text)
    }

    /// Names what was cut from damaged logs, the oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn asides(&self) -> Result<Vec<String>, StorageError> {
        let meta = self.0.ground.storage.list(Named::Meta).await?;
        Ok(meta.into_iter().map(|(name, _)| name).filter(|name| name.starts_with(ASIDE)).collect())
    }

    /// Writes what was cut from a damaged log as JSON lines: each record as far as it can be
    /// read, and its bytes.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn export_aside(&self, name: &str) -> Result<String, StorageError> {
        let bytes = self.0.ground.storage.get(Named::Meta, name).await?.unwrap_or_default();
        let records: Vec<(u64, Vec<u8>)> = postcard::from_bytes(&bytes).unwrap_or_default();
        let mut text = String::new();
        for (number, bytes) in records {
            text.push_str(&stored_to_json(number, &bytes, true));
            text.push('\n');
        }
        Ok(text)
    }

    /// Checks the stored log from its genesis: every link, signature and rule.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn audit(&self, mut progress: impl FnMut(u64)) -> Result<Audit, StorageError> {
        let genesis = self.genesis();
        let genesis_hash = genesis.to_stored().map_or(B256::ZERO, |(_, hash)| hash);
        let Ok(mut state) = State::new(&genesis, genesis_hash) else {
            return Ok(Audit { records: 0, damage: Some(Damage::Genesis), leads_here: false });
        };
        let end = self.len();
        while state.next < end {
            let from = state.next;
            let chunk = self.0.ground.storage.range(Numbered::Log, from, AUDIT_CHUNK).await?;
            if chunk.is_empty() {
                let damage = Some(Damage::Truncated { found: from, expected: end });
                return Ok(Audit { records: from, damage, leads_here: false });
            }
            for (number, bytes) in chunk {
                if let Err(damage) = check_next(&genesis, &mut state, number, &bytes) {
                    let records = state.next;
                    return Ok(Audit { records, damage: Some(damage), leads_here: false });
                }
            }
            progress(state.next);
        }
        let leads_here = state.next > end || state == self.0.open.borrow().state;
        Ok(Audit { records: state.next, damage: None, leads_here })
    }

    /// Replaces the ledger by one that [`Self::export`] wrote, once all of it is checked.
    ///
    /// # Errors
    /// [`ImportError`]; the ledger is then as it was.
    pub async fn import(&self, text: &str) -> Result<(), ImportError> {
        let (genesis, records) = parse(text)?;
        let _writer = self.writer().await?;
        let ground = self.ground();
        let now = records.last().map_or(genesis.created, |record| record.time);
        let wall_ms = ground.host.wall_ms();
        let open = found(ground, genesis, records, now, wall_ms)
            .await
            .map_err(|(seq, error)| ImportError::Refused { line: seq + 2, error })?;
        *self.0.open.borrow_mut() = open;
        ground.peers.announce(News::Replaced);
        self.0.listeners.tell(&Update::Replaced);
        Ok(())
    }
}

/// Checks one record and applies it.
fn check_next(
    genesis: &Genesis,
    state: &mut State,
    number: u64,
    bytes: &[u8],
) -> Result<(), Damage> {
    let seq = state.next;
    if number != seq {
        return Err(Damage::Missing { seq });
    }
    let linked = read_linked(state.head, bytes).map_err(|_| Damage::Altered { seq })?;
    if !state.is_followed_by(&linked.record) {
        return Err(Damage::Refused { seq, code: "OutOfOrder" });
    }
    let applied = state.apply(genesis, &linked);
    applied.map(drop).map_err(|rejection| Damage::Refused { seq, code: rejection.code() })
}

/// Reads an export, checking its form and its links; rules and signatures come after.
fn parse(text: &str) -> Result<(Genesis, Vec<Record>), ImportError> {
    let mut lines = (1_u64..).zip(text.lines());
    let at = |line| move |error| ImportError::Line { line, error };
    let (line, first) = lines.next().unwrap_or((1, ""));
    let first = serde_json::from_str(first).map_err(|_| at(line)(WireError::NotJson))?;
    let genesis = genesis_from_json(&first).map_err(at(line))?;
    let mut head = genesis.to_stored().map_or(B256::ZERO, |(_, hash)| hash);
    let mut records = Vec::new();
    for (line, text) in lines {
        let json = serde_json::from_str(text).map_err(|_| at(line)(WireError::NotJson))?;
        let (record, hash) = record_from_json(&json).map_err(at(line))?;
        let link = record.link(head).map(|(_, link)| link);
        let in_order = record.seq == records.len() as u64;
        if link != Some(hash) || !in_order {
            return Err(ImportError::Link { line });
        }
        head = hash;
        records.push(record);
    }
    Ok((genesis, records))
}

/// Writes a record as far as it can be read; its bytes too where they are asked for, or are all
/// that there is.
fn stored_to_json(number: u64, bytes: &[u8], with_bytes: bool) -> String {
    let Ok(record) = read_unlinked(bytes) else {
        let object = JsonObject::new().text("seq", &number.to_string());
        return object.text("bytes", &lower_hex(bytes)).finish();
    };
    // A record that can be read has its link at the end.
    let (_, hash) = bytes.split_at(bytes.len() - 32);
    let object = JsonObject::new()
        .text("seq", &record.seq.to_string())
        .text("time", &record.time.to_string())
        .text("randomness", &lower_hex(record.randomness.as_slice()))
        .json("signed", &record.signed.to_json())
        .text("hash", &lower_hex(hash));
    if with_bytes { object.text("bytes", &lower_hex(bytes)) } else { object }.finish()
}

fn record_from_json(json: &Value) -> Result<(Record, B256), WireError> {
    let mut fields = Fields::of(json)?;
    let seq = fields.take("seq", decimal)?;
    let time = fields.take("time", decimal).map(Timestamp)?;
    let randomness = fields.take("randomness", fixed_hex).map(B256::new)?;
    let signed = SignedAction::from_value(&fields.remove("signed")?)?;
    let hash = fields.take("hash", fixed_hex).map(B256::new)?;
    fields.finish()?;
    Ok((Record { seq, time, randomness, signed }, hash))
}

fn genesis_to_json(genesis: &Genesis) -> String {
    let address = |address: &Address| lower_hex(address.as_slice());
    let allocations = genesis.allocations.iter().map(|(to, amount)| {
        let pair = [address(to), amount.to_string()];
        json_array(pair.iter().map(|text| json_text(text)))
    });
    let config = &genesis.config;
    let object = JsonObject::new()
        .text("format", FORMAT)
        .text("name", &genesis.name)
        .text("chainId", &config.chain_id.to_string())
        .text("ledger", &address(&config.address))
        .text("minter", &address(&config.minter))
        .text("supplyCap", &config.supply_cap.to_string())
        .text("created", &genesis.created.to_string())
        .json("allocations", &json_array(allocations));
    let object = match &genesis.rewards {
        Some(rewards) => object.json("rewards", &rewards_to_json(rewards)),
        None => object,
    };
    let Some(rules) = &genesis.sandbox else { return object.finish() };
    let simulated = rules.simulated.iter().map(|account| json_text(&address(account)));
    object
        .text("faucetDaily", &rules.faucet_daily.to_string())
        .json("simulated", &json_array(simulated))
        .finish()
}

fn genesis_from_json(json: &Value) -> Result<Genesis, WireError> {
    let mut fields = Fields::of(json)?;
    fields.take("format", |format| (format == FORMAT).then_some(()))?;
    let name = fields.take("name", |name| Some(name.to_owned()))?;
    let address = |text: &str| fixed_hex(text).map(Address::new);
    let config = Config {
        chain_id: fields.take("chainId", decimal)?,
        address: fields.take("ledger", address)?,
        minter: fields.take("minter", address)?,
        supply_cap: fields.take("supplyCap", decimal).map(Wei)?,
    };
    let created = fields.take("created", decimal).map(Timestamp)?;
    let allocations = fields.list("allocations", |item| match item.as_array()?.as_slice() {
        [to, amount] => Some((address(to.as_str()?)?, Wei(decimal(amount.as_str()?)?))),
        _ => None,
    })?;
    let rewards = if fields.has("rewards") {
        Some(rewards_from_json(&fields.remove("rewards")?)?)
    } else {
        None
    };
    let sandbox = if fields.has("faucetDaily") {
        let faucet_daily = fields.take("faucetDaily", decimal).map(Wei)?;
        let simulated = fields.list("simulated", |item| address(item.as_str()?))?;
        Some(SandboxRules { faucet_daily, simulated })
    } else {
        None
    };
    fields.finish()?;
    Ok(Genesis { name, config, created, allocations, rewards, sandbox })
}

fn rewards_to_json(rewards: &RewardsConfig) -> String {
    let RewardsConfig { genesis, governor, timelock, ecosystem, team, providers } = rewards;
    let allocation = |part: &Allocation| {
        JsonObject::new()
            .text("account", &lower_hex(part.account.as_slice()))
            .text("shareBps", &part.share.to_string())
            .text("lock", &part.lock.to_string())
            .finish()
    };
    JsonObject::new()
        .text("genesis", &genesis.to_string())
        .text("governor", &lower_hex(governor.as_slice()))
        .text("timelock", &timelock.to_string())
        .json("ecosystem", &allocation(ecosystem))
        .json("team", &allocation(team))
        .text("providersBps", &providers.to_string())
        .finish()
}

fn rewards_from_json(json: &Value) -> Result<RewardsConfig, WireError> {
    let mut fields = Fields::of(json)?;
    let address = |text: &str| fixed_hex(text).map(Address::new);
    let allocation = |json: &Value| {
        let mut fields = Fields::of(json)?;
        let account = fields.take("account", address)?;
        let share = fields.take("shareBps", decimal).map(Bps)?;
        let lock = fields.take("lock", decimal).map(Secs)?;
        fields.finish()?;
        Ok(Allocation { account, share, lock })
    };
    let rewards = RewardsConfig {
        genesis: fields.take("genesis", decimal).map(Timestamp)?,
        governor: fields.take("governor", address)?,
        timelock: fields.take("timelock", decimal).map(Secs)?,
        ecosystem: allocation(&fields.remove("ecosystem")?)?,
        team: allocation(&fields.remove("team")?)?,
        providers: fields.take("providersBps", decimal).map(Bps)?,
    };
    fields.finish()?;
    Ok(rewards)
}
