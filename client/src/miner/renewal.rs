//! A stake that has ended is followed by another one like it: what that takes, and how it is settled.
//!
//! Nothing here asks anybody: who calls it has the owner's word, given before, up to a limit.

use std::rc::Rc;

use alloy_primitives::{Address, B256, U256};
use pinfi_core::game::GameAction;
use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Event, Ledger};
use serde::{Deserialize, Serialize};

use crate::intent::Intent;
use crate::plan::{Limits, Plan, TermError, certificate, fit_term, tokens_at};
use crate::settlement::{Fee, Settlement, SettlementExt as _, Signer, SubmitError};

/// How long all of it may take to settle, in seconds of the wall.
const PATIENCE: Secs = Secs(600);
/// What may pass until the last action is settled, in seconds of the wall.
const SLACK: Secs = Secs(60);

/// What the hours of a stake were brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Their owner has held them.
    Holder,
    /// They were paired with PIN.
    Provider {
        /// What an hour was worth in the pool when it was seen last, rounded up: it opens the pool again
        /// where nobody else is left in it.
        price_per_hour: Wei,
    },
    /// They were sold to the pool.
    Seller,
}

/// A stake that is to be followed by another one like it. Noted while it is alive: once settled it no
/// longer says what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The stake.
    pub stake: StakeId,
    /// Whose it is.
    pub owner: Address,
    /// Its pool.
    pub pool: PoolId,
    /// How long it was to last from the beginning.
    pub span: Secs,
    /// What its hours were brought to.
    pub role: Role,
}

impl Order {
    /// Notes what a live stake is; `None` for one that is over.
    #[must_use]
    pub fn of(ledger: &Ledger, id: StakeId, now: Timestamp) -> Option<Self> {
        let stake = ledger.stake_of(id).ok().filter(|stake| now < stake.expiry)?;
        let role = match stake.state {
            StakeState::Held => Role::Holder,
            StakeState::Sold => Role::Seller,
            StakeState::Liquidity(_) => {
                let reserves = ledger.pool(stake.pool).and_then(|pool| pool.at(now)).ok()?.reserves;
                Role::Provider { price_per_hour: reserves.tokens_to_join(GpuSeconds(3_600))? }
            }
            StakeState::Settled | StakeState::Slashed => return None,
        };
        let span = stake.expiry.since(stake.created);
        Some(Self { stake: id, owner: stake.provider, pool: stake.pool, span, role })
    }
}

/// Why a stake is not followed by another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// It has not ended yet, or is still being judged.
    #[error("the stake is not over before {until:?}")]
    NotOver {
        /// Not before.
        until: Timestamp,
    },
    /// It was slashed: a device that fails is not put to work again by itself.
    #[error("the stake was slashed")]
    Slashed,
    /// The owner's key is locked.
    #[error("the owner's key is locked")]
    Locked,
    /// It would cost more than its owner allows.
    #[error("it may take {needed} wei, {limit} are allowed")]
    TooDear {
        /// The most that it may take.
        needed: Wei,
        /// What the owner allows.
        limit: Wei,
    },
    /// The pool has no term for it.
    #[error(transparent)]
    Term(#[from] TermError),
    /// The pool refuses it.
    #[error(transparent)]
    Refused(#[from] Error),
    /// It was not settled.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl RenewalError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOver { .. } => "StakeNotOver",
            Self::Slashed => "StakeSlashed",
            Self::Locked => "RenewalLocked",
            Self::TooDear { .. } => "RenewalTooDear",
            Self::Term(_) => "RenewalTerm",
            Self::Refused(error) => error.code(),
            Self::Submit(error) => error.code(),
        }
    }
}

/// What follows a stake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// The actions in their order: settle the one before where that was not done, burn where no certificate
    /// is left, stake, and join or sell. They name what the ones before will make.
    pub actions: Vec<Action>,
    /// The most PIN that they take from the account, what the one before gives back not taken off.
    pub most: Wei,
}

/// Works out what follows a stake, tried on a copy of the ledger.
///
/// # Errors
/// [`RenewalError`]; none of [`RenewalError::Submit`].
pub fn renewal(
    ledger: &Ledger,
    now: Timestamp,
    slack: Secs,
    order: &Order,
    limit: Wei,
) -> Result<Renewal, RenewalError> {
    let before = ledger.stake_of(order.stake)?;
    if before.state == StakeState::Slashed {
        return Err(RenewalError::Slashed);
    }
    if now < before.expiry && before.is_active() {
        return Err(RenewalError::NotOver { until: before.expiry });
    }
    let mut copy = ledger.clone();
    let context = Context { sender: order.owner, now, randomness: B256::ZERO };
    let mut actions = Vec::new();
    let mut act = |copy: &mut Ledger, action: Action| {
        let events = copy.apply(&action, &context);
        actions.push(action);
        events
    };
    if before.is_active() {
        act(&mut copy, Action::Settle { stake: order.stake }).map_err(|error| match error {
            Error::VerificationPending { until } => RenewalError::NotOver { until },
            error => RenewalError::Refused(error),
        })?;
    }
    let pool = copy.pool(order.pool)?.clone();
    let (params, reserves) = (pool.params(), pool.at(now)?.reserves);
    let span = Secs(order.span.0.min(params.max_term.0).max(params.min_term.0));
    let term = fit_term(params, now, span, slack)?;
    let plan = Plan::new(params, &reserves, term);
    let limits = Limits::new(&plan, params, &reserves, slack);
    let joins = match order.role {
        Role::Holder | Role::Seller => Wei::ZERO,
        Role::Provider { .. } if reserves.is_open() => limits.max_tokens,
        Role::Provider { price_per_hour } => {
            tokens_at(price_per_hour, term.hours).unwrap_or(Wei(u128::MAX))
        }
    };
    let paper = certificate(&copy, order.owner, order.pool, term.hours);
    let burn = if paper.is_some() { Wei::ZERO } else { plan.burn };
    let most = Wei(burn.0.saturating_add(limits.max_fee.max(joins).0));
    if most > limit {
        return Err(RenewalError::TooDear { needed: most, limit });
    }
    let certificate = match paper {
        Some(certificate) => certificate,
        None => {
            let burned = act(&mut copy, Action::Burn { pool: order.pool, gs: term.hours })?;
            burned.iter().find_map(burned_as).unwrap_or(CertificateId(u64::MAX))
        }
    };
    let (expiry, max_fee) = (term.expiry, limits.max_fee);
    let staked = act(&mut copy, Action::Stake { certificate, expiry, max_fee })?;
    let stake = staked.iter().find_map(staked_as).unwrap_or(StakeId(u64::MAX));
    let Limits { min_tokens, max_tokens, min_out, .. } = limits;
    match order.role {
        Role::Holder => {}
        Role::Seller => drop(act(&mut copy, Action::Sell { stake, min_out })?),
        Role::Provider { .. } if reserves.is_open() => {
            act(&mut copy, Action::AddLiquidity { stake, min_tokens, max_tokens })?;
        }
        Role::Provider { .. } => {
            drop(act(&mut copy, Action::OpenLiquidity { stake, tokens: joins })?)
        }
    }
    Ok(Renewal { actions, most })
}

fn burned_as(event: &Event) -> Option<CertificateId> {
    match event {
        Event::Burned { certificate, .. } => Some(*certificate),
        _ => None,
    }
}

fn staked_as(event: &Event) -> Option<StakeId> {
    match event {
        Event::Staked { stake, .. } => Some(*stake),
        _ => None,
    }
}

/// Gives what signs for an owner who pays at most so much in fees, in wei of the chain's own money; `None`
/// while that key is locked.
pub type Owners<'a> = &'a dyn Fn(Address, Option<U256>) -> Option<Rc<dyn Signer>>;

/// Settles what follows a stake, and lets `operator` answer for it until its end. Returns the new stake.
///
/// A stake of the owner's that was made in the pool since, and is none of `taken`, counts as what follows:
/// an attempt that was cut off, or its owner, has made it. So none is made twice.
///
/// # Errors
/// [`RenewalError`]; what was settled before it stays, and the next attempt goes on from there.
pub async fn renew(
    settlement: &dyn Settlement,
    owners: Owners<'_>,
    order: &Order,
    limit: Wei,
    (operator, taken): (Address, &[StakeId]),
) -> Result<StakeId, RenewalError> {
    let follower = settlement.read(|ledger| follower(ledger, order, taken));
    let stake = match follower {
        Some(stake) => stake,
        None => stake_anew(settlement, owners, order, limit).await?,
    };
    let until = settlement.read(|ledger| ledger.stake_of(stake).map(|stake| stake.expiry))?;
    let last = Timestamp(until.0.saturating_sub(1));
    if !settlement.read(|ledger| ledger.game().may_answer(stake, operator, last)) {
        let appoint = GameAction::Appoint { stake, operator, until };
        submit(settlement, owners, order.owner, vec![appoint.into()]).await?;
    }
    Ok(stake)
}

async fn stake_anew(
    settlement: &dyn Settlement,
    owners: Owners<'_>,
    order: &Order,
    limit: Wei,
) -> Result<StakeId, RenewalError> {
    let slack = Secs(SLACK.0.saturating_mul(u64::from(settlement.speed().factor())));
    let plan = settlement.read(|ledger| renewal(ledger, settlement.now(), slack, order, limit))?;
    let events = if settlement.descriptor().joins {
        submit(settlement, owners, order.owner, plan.actions).await?
    } else {
        let mut events = Vec::new();
        for action in plan.actions {
            let action = renumbered(action, &events);
            events.extend(submit(settlement, owners, order.owner, vec![action]).await?);
        }
        events
    };
    let lost = SubmitError::Unavailable { what: "the new stake" };
    events.iter().find_map(staked_as).ok_or(RenewalError::Submit(lost))
}

/// Finds what follows a stake already.
fn follower(ledger: &Ledger, order: &Order, taken: &[StakeId]) -> Option<StakeId> {
    let ended = ledger.stake_of(order.stake).ok()?.expiry;
    let follows = |(id, stake): &(StakeId, &Stake)| {
        stake.provider == order.owner
            && stake.pool == order.pool
            && stake.created >= ended
            && stake.is_active()
            && !taken.contains(id)
    };
    ledger.stakes().find(follows).map(|(id, _)| id)
}

/// Has an action name what the ones before have made: somebody else may have been faster with its numbers.
fn renumbered(action: Action, events: &[Event]) -> Action {
    let made = events.iter().rev().find_map(staked_as);
    match action {
        Action::Stake { certificate, expiry, max_fee } => {
            let burned = events.iter().rev().find_map(burned_as);
            Action::Stake { certificate: burned.unwrap_or(certificate), expiry, max_fee }
        }
        Action::Sell { stake, min_out } => Action::Sell { stake: made.unwrap_or(stake), min_out },
        Action::OpenLiquidity { stake, tokens } => {
            Action::OpenLiquidity { stake: made.unwrap_or(stake), tokens }
        }
        Action::AddLiquidity { stake, min_tokens, max_tokens } => {
            Action::AddLiquidity { stake: made.unwrap_or(stake), min_tokens, max_tokens }
        }
        other => other,
    }
}

/// Signs and settles actions at once, for no more in fees than what they cost by the terms as of now.
async fn submit(
    settlement: &dyn Settlement,
    owners: Owners<'_>,
    owner: Address,
    actions: Vec<Action>,
) -> Result<Vec<Event>, RenewalError> {
    let nonce = settlement.nonce(owner).await?;
    let deadline = settlement.deadline_in(PATIENCE);
    let domain = settlement.descriptor().domain;
    let intents = actions.into_iter().map(|action| Intent::new(domain, action, nonce, deadline));
    let mut intents: Vec<Intent> = intents.collect();
    let limit = match settlement.terms(owner, &intents).await?.fee {
        Fee::AtMost(wei) => Some(wei),
        Fee::None | Fee::Unknown => None,
    };
    let signer = owners(owner, limit).ok_or(RenewalError::Locked)?;
    let receipt = match (intents.len(), intents.pop()) {
        (1, Some(only)) => settlement.submit(only, signer.as_ref()).await?,
        (_, last) => {
            intents.extend(last);
            settlement.submit_together(intents, signer.as_ref()).await?
        }
    };
    Ok(receipt.events)
}
