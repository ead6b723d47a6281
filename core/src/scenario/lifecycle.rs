//! Replays a pool's life from a file and compares every number of it.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use alloy_primitives::{Address, B256, keccak256};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::ledger::{Config, Ledger, MAX_SUPPLY};
use crate::pocps::PocpsParams;
use crate::pool::PoolParams;
use crate::units::{Bps, CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use crate::{Action, Context, Error as Refusal, Event, Events};

type Object = Map<String, Value>;

/// What was replayed without a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The steps of the file.
    pub steps: usize,
}

/// The first thing in which a file and this implementation differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Error)]
#[error("{}{place}: {found} here, the file says {expected}", step_prefix(*.step))]
pub struct Difference {
    /// The step, from 0; none for the beginning and the end.
    pub step: Option<usize>,
    /// Which value.
    pub place: String,
    /// What the file says.
    pub expected: String,
    /// What this implementation computes.
    pub found: String,
}

impl Difference {
    fn new(place: impl ToString, expected: impl ToString, found: impl ToString) -> Self {
        Self {
            step: None,
            place: place.to_string(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    fn in_step(self, step: usize) -> Self {
        Self { step: Some(step), ..self }
    }
}

fn step_prefix(step: Option<usize>) -> String {
    step.map_or_else(String::new, |step| format!("step {step}: "))
}

const POOL: PoolId = PoolId(0);
/// Scenario files give verdicts directly; these parameters are never looked at.
const POCPS: PocpsParams = PocpsParams {
    n: 64,
    rounds: 1,
    samples: 32,
    window: Secs(1),
    dispute: Secs(1),
    epoch: Secs(2),
    bond: Wei::ZERO,
    accuser_bps: Bps(0),
};
/// The scenario's mint; no account of a file can have this address.
const MINTER: Address = Address::repeat_byte(0xff);

/// What a step of a scenario does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// An account's action.
    Act(Action),
    /// A verdict, given outside the game of section 5.3.
    Verdict {
        /// The stake.
        stake: StakeId,
        /// Whether it passed.
        passed: bool,
    },
}

impl Deed {
    /// Does it to a ledger.
    ///
    /// # Errors
    /// As [`Ledger::apply`]; of a verdict, `UnknownStake`, `TimeReversed`, `StakeClosed` or
    /// `Expired`.
    pub fn apply(&self, ledger: &mut Ledger, context: &Context) -> Result<Events, Refusal> {
        match *self {
            Self::Act(ref action) => ledger.apply(action, context),
            Self::Verdict { stake, passed } => ledger.apply_verdict(context.now, stake, passed),
        }
    }
}

/// How a scenario begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Who has how much PIN.
    pub balances: Vec<(Address, Wei)>,
    /// The pool's parameters; those of its proofs are never looked at.
    pub params: PoolParams,
    /// When the pool was created.
    pub created: Timestamp,
}

/// Reads how a scenario begins.
///
/// # Errors
/// The first thing that the file says badly.
pub fn opening(file: &Value) -> Result<Opening, Difference> {
    let file = object(file, "the file")?;
    let pool = object(field(file, "pool")?, "pool")?;
    let accounts = object(field(file, "accounts")?, "accounts")?;
    let balances = accounts
        .iter()
        .map(|(name, balance)| Ok((account(name), Wei(parse(balance, name)?))))
        .collect::<Result<_, Difference>>()?;
    Ok(Opening {
        balances,
        params: pool_params(pool)?,
        created: Timestamp(number(pool, "created")?),
    })
}

/// Reads the steps of a scenario, without what should come of them.
///
/// # Errors
/// The first thing that the file says badly.
pub fn deeds(file: &Value) -> Result<Vec<(Context, Deed)>, Difference> {
    let file = object(file, "the file")?;
    let steps = field(file, "steps")?.as_array().ok_or_else(|| malformed("steps"))?;
    steps.iter().map(|step| deed(object(step, "step")?)).collect()
}

/// Replays one scenario.
///
/// # Errors
/// The first thing that is not as the file says, or that the file says badly.
pub fn replay(file: &Value) -> Result<Summary, Difference> {
    let mut ledger = open_ledger(opening(file)?)?;
    let file = object(file, "the file")?;
    let steps = field(file, "steps")?.as_array().ok_or_else(|| malformed("steps"))?;
    for (number, step) in steps.iter().enumerate() {
        check_step(&mut ledger, object(step, "step")?).map_err(|d| d.in_step(number))?;
    }
    check_final(&ledger, object(field(file, "final")?, "final")?)?;
    Ok(Summary { steps: steps.len() })
}

/// Makes the ledger that a scenario begins with.
///
/// # Errors
/// A balance that no ledger can hold.
pub fn open_ledger(opening: Opening) -> Result<Ledger, Difference> {
    let mut ledger = Ledger::new(Config {
        chain_id: 0,
        address: Address::ZERO,
        minter: MINTER,
        supply_cap: MAX_SUPPLY,
    });
    let mint = Context { sender: MINTER, now: opening.created, randomness: B256::ZERO };
    for (to, amount) in opening.balances {
        if amount > Wei::ZERO {
            ledger
                .apply(&Action::Mint { to, amount }, &mint)
                .map_err(|e| Difference::new("accounts", "an opening balance", e.to_string()))?;
        }
    }
    ledger.insert_pool(opening.params, opening.created);
    Ok(ledger)
}

fn pool_params(pool: &Object) -> Result<PoolParams, Difference> {
    Ok(PoolParams {
        kind: "scenario".into(),
        bucket: Secs(number(pool, "bucket")?),
        fee: bps(pool, "fee_bps")?,
        burn_share: bps(pool, "burn_share_bps")?,
        burn_per_gs: Wei(wide(pool, "burn_per_gs")?),
        collateral: bps(pool, "collateral_bps")?,
        min_term: Secs(number(pool, "min_term")?),
        max_term: Secs(number(pool, "max_term")?),
        pocps: POCPS,
    })
}

fn check_step(ledger: &mut Ledger, step: &Object) -> Result<(), Difference> {
    let op = text(step, "op")?;
    let before = ledger.clone();
    let (context, deed) = deed(step)?;
    let found = deed.apply(ledger, &context).map(Outcome::from_events);
    match (step.get("ok"), step.get("err"), found) {
        (Some(expected), _, Ok(result)) => compare(op, expected, &result.to_string())?,
        (_, Some(expected), Err(error)) => {
            compare(op, expected, error.code())?;
            if *ledger != before {
                return Err(Difference::new(op, "an unchanged ledger", "a changed one"));
            }
        }
        (Some(expected), _, Err(error)) => {
            return Err(Difference::new(op, expected.to_string(), error.to_string()));
        }
        (_, Some(expected), Ok(result)) => {
            return Err(Difference::new(op, expected.to_string(), result.to_string()));
        }
        (None, None, _) => return Err(malformed("ok or err")),
    }
    check_pool(ledger, object(field(step, "pool")?, "pool")?)
}

/// Reads a step.
fn deed(step: &Object) -> Result<(Context, Deed), Difference> {
    let op = text(step, "op")?;
    let now = Timestamp(number(step, "t")?);
    let sender = step.get("who").and_then(Value::as_str).map_or(Address::ZERO, account);
    let stake = || number(step, "stake").map(StakeId);
    let wei = |name| wide(step, name).map(Wei);
    let until = || number(step, "until").map(Timestamp);
    let context = Context { sender, now, randomness: B256::ZERO };
    if op == "verdict" {
        let passed = match text(step, "passed")? {
            "true" => true,
            "false" => false,
            _ => return Err(malformed("passed")),
        };
        return Ok((context, Deed::Verdict { stake: stake()?, passed }));
    }
    let action = match op {
        "burn" => Action::Burn { pool: POOL, gs: GpuSeconds(number(step, "gs")?) },
        "stake" => Action::Stake {
            certificate: CertificateId(number(step, "certificate")?),
            expiry: Timestamp(number(step, "expiry")?),
            max_fee: wei("max_fee")?,
        },
        "open_liquidity" => Action::OpenLiquidity { stake: stake()?, tokens: wei("tokens")? },
        "add_liquidity" => Action::AddLiquidity {
            stake: stake()?,
            min_tokens: wei("min_tokens")?,
            max_tokens: wei("max_tokens")?,
        },
        "collect" => Action::Collect { stake: stake()? },
        "sell" => Action::Sell { stake: stake()?, min_out: wei("min_out")? },
        "remove_liquidity" => Action::RemoveLiquidity {
            stake: stake()?,
            min_tokens: signed(step, "min_tokens")?,
            max_fee: wei("max_fee")?,
        },
        "rent" => Action::Rent {
            pool: POOL,
            stakes: stakes(step)?,
            until: until()?,
            max_cost: wei("max_cost")?,
        },
        "extend" => Action::Extend { stake: stake()?, until: until()?, max_cost: wei("max_cost")? },
        "end_rental" => Action::EndRental { stake: stake()?, min_out: wei("min_out")? },
        "settle" => Action::Settle { stake: stake()? },
        _ => return Err(malformed("op")),
    };
    Ok((context, Deed::Act(action)))
}

/// The one number that a file gives for a step: a new id, or an amount of PIN.
enum Outcome {
    Plain(u128),
    Signed(i128),
}

impl Outcome {
    fn from_events(events: Vec<Event>) -> Self {
        let Some(event) = events.into_iter().next() else { return Self::Plain(0) };
        Self::Plain(match event {
            Event::Burned { certificate, .. } => certificate.0.into(),
            Event::Staked { stake, .. } => stake.0.into(),
            Event::LiquidityAdded { tokens, .. } => tokens.0,
            Event::Collected { amount, .. } => amount.0,
            Event::Sold { net, .. } | Event::RentalEnded { net, .. } => net.0,
            Event::LiquidityRemoved { pending, net, .. } => {
                return Self::Signed(net.saturating_add_unsigned(pending.0));
            }
            Event::Bought { gross, .. } => gross.0,
            Event::Slashed { refund, .. } => refund.0,
            Event::Settled { pending, fee_returned, .. } => pending.0 + fee_returned.0,
            _ => 0,
        })
    }
}

impl core::fmt::Display for Outcome {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Plain(value) => value.fmt(f),
            Self::Signed(value) => value.fmt(f),
        }
    }
}

fn check_pool(ledger: &Ledger, expected: &Object) -> Result<(), Difference> {
    let reserves =
        ledger.pool(POOL).map_err(|e| Difference::new("pool", "a pool", e.to_string()))?.reserves();
    let found: BTreeMap<&str, String> = [
        ("last", reserves.last.to_string()),
        ("T", reserves.pin.to_string()),
        ("R", reserves.compute.to_string()),
        ("Z", reserves.shares.to_string()),
        ("K", reserves.decay.to_string()),
        ("acc", reserves.acc_q96.to_string()),
        ("escrow", reserves.escrow.to_string()),
    ]
    .into();
    for (name, expected) in expected {
        let found = found.get(name.as_str()).ok_or_else(|| malformed(name))?;
        compare(&format!("pool.{name}"), expected, found)?;
    }
    Ok(())
}

fn check_final(ledger: &Ledger, expected: &Object) -> Result<(), Difference> {
    let accounts = ledger.accounts();
    for (name, balance) in object(field(expected, "balances")?, "balances")? {
        let found = accounts.balance(account(name)).to_string();
        compare(&format!("final.balances.{name}"), balance, &found)?;
    }
    compare("final.burned", field(expected, "burned")?, &accounts.burned().to_string())?;
    check_pool(ledger, object(field(expected, "pool")?, "final.pool")?)
}

fn compare(place: &str, expected: &Value, found: &str) -> Result<(), Difference> {
    let expected = expected.as_str().ok_or_else(|| malformed(place))?;
    if expected == found { Ok(()) } else { Err(Difference::new(place, expected, found)) }
}

/// Returns the account of a name in a scenario.
#[must_use]
pub fn account(name: &str) -> Address {
    Address::from_word(keccak256(name))
}

fn malformed(place: &str) -> Difference {
    Difference::new(place, "a well-formed field", "none")
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Object, Difference> {
    value.as_object().ok_or_else(|| malformed(place))
}

fn field<'a>(object: &'a Object, name: &str) -> Result<&'a Value, Difference> {
    object.get(name).ok_or_else(|| malformed(name))
}

fn text<'a>(object: &'a Object, name: &str) -> Result<&'a str, Difference> {
    field(object, name)?.as_str().ok_or_else(|| malformed(name))
}

/// Parses digits. What the type cannot hold saturates: no balance reaches it and no time
/// lasts as long, so the ledger judges the two alike.
fn parse(value: &Value, place: &str) -> Result<u128, Difference> {
    let digits = value.as_str().ok_or_else(|| malformed(place))?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(malformed(place));
    }
    Ok(digits.parse().unwrap_or(u128::MAX))
}

fn wide(object: &Object, name: &str) -> Result<u128, Difference> {
    parse(field(object, name)?, name)
}

fn number(object: &Object, name: &str) -> Result<u64, Difference> {
    Ok(u64::try_from(wide(object, name)?).unwrap_or(u64::MAX))
}

fn bps(object: &Object, name: &str) -> Result<Bps, Difference> {
    u32::try_from(wide(object, name)?).map(Bps).map_err(|_| malformed(name))
}

fn signed(object: &Object, name: &str) -> Result<i128, Difference> {
    let value = field(object, name)?;
    let Some(digits) = value.as_str().and_then(|text| text.strip_prefix('-')) else {
        return Ok(i128::try_from(parse(value, name)?).unwrap_or(i128::MAX));
    };
    let size = parse(&Value::from(digits), name)?;
    Ok(i128::try_from(size).map_or(i128::MIN, |size| -size))
}

fn stakes(step: &Object) -> Result<Vec<StakeId>, Difference> {
    let list = field(step, "stakes")?.as_array().ok_or_else(|| malformed("stakes"))?;
    list.iter()
        .map(|id| Ok(StakeId(u64::try_from(parse(id, "stakes")?).unwrap_or(u64::MAX))))
        .collect()
}
