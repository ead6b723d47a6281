//! Actions to calls, logs to events, refusals to names.

use alloy_primitives::{Address, Bytes, Log, U256};
use alloy_sol_types::{SolCall, SolEventInterface};
use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::PoolParams;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{
    Bps, CertificateId, DecayWad, GpuSeconds, PoolId, RentalId, Secs, StakeId, Timestamp, Wei,
};
use pinfi_core::{Action, Event, Ledger};

use crate::abi::{GameDouble, Pin, PinFi, StakeToken};
use crate::chain::Failure;
use crate::deployment::Deployment;
use crate::life::Step;

/// Gives the call that does on the contracts what a step does on the core, as receiver and data;
/// none for an action that only the embedded ledger knows.
#[must_use]
pub fn call(at: &Deployment, ledger: &Ledger, step: &Step) -> Option<(Address, Bytes)> {
    let action = match &step.deed {
        Deed::Act(action) => action,
        &Deed::Verdict { stake, passed } => {
            let call = GameDouble::giveCall { market: at.market, stake: stake.0, passed };
            return Some((at.game, call.abi_encode().into()));
        }
    };
    if step.by_token
        && let Some(call) = transfer_by_token(at, ledger, step.sender, action)
    {
        return Some(call);
    }
    let data = match *action {
        Action::Mint { to, amount } => {
            let call = Pin::mintCall { to, amount: U256::from(amount.0) };
            return Some((at.pin, call.abi_encode().into()));
        }
        Action::Transfer { to, amount } => {
            let call = Pin::transferCall { to, amount: U256::from(amount.0) };
            return Some((at.pin, call.abi_encode().into()));
        }
        Action::CreatePool { ref params } => {
            PinFi::createPoolCall { params: params_to_abi(params) }.abi_encode()
        }
        Action::Poke { pool, limit } => PinFi::pokeCall { pool: pool.0, limit }.abi_encode(),
        Action::Burn { pool, gs } => PinFi::burnCall { pool: pool.0, gs: gs.0 }.abi_encode(),
        Action::Stake { certificate, expiry, max_fee } => {
            PinFi::stakeCall { certificate: certificate.0, expiry: expiry.0, maxFee: max_fee.0 }
                .abi_encode()
        }
        Action::OpenLiquidity { stake, tokens } => {
            PinFi::openLiquidityCall { id: stake.0, tokens: tokens.0 }.abi_encode()
        }
        Action::AddLiquidity { stake, min_tokens, max_tokens } => PinFi::addLiquidityCall {
            id: stake.0,
            minTokens: min_tokens.0,
            maxTokens: max_tokens.0,
        }
        .abi_encode(),
        Action::Collect { stake } => PinFi::collectCall { id: stake.0 }.abi_encode(),
        Action::Sell { stake, min_out } => {
            PinFi::sellCall { id: stake.0, minOut: min_out.0 }.abi_encode()
        }
        Action::RemoveLiquidity { stake, min_tokens, max_fee } => {
            PinFi::removeLiquidityCall { id: stake.0, minTokens: min_tokens, maxFee: max_fee.0 }
                .abi_encode()
        }
        Action::Settle { stake } => PinFi::settleCall { id: stake.0 }.abi_encode(),
        Action::TransferHours { stake, to } => {
            PinFi::transferHoursCall { id: stake.0, to }.abi_encode()
        }
        Action::Rent { pool, ref stakes, until, max_cost } => PinFi::rentCall {
            id: pool.0,
            devices: stakes.iter().map(|stake| stake.0).collect(),
            until: until.0,
            maxCost: max_cost.0,
        }
        .abi_encode(),
        Action::Extend { stake, until, max_cost } => {
            PinFi::extendCall { id: stake.0, until: until.0, maxCost: max_cost.0 }.abi_encode()
        }
        Action::EndRental { stake, min_out } => {
            PinFi::endRentalCall { id: stake.0, minOut: min_out.0 }.abi_encode()
        }
        Action::TransferRental { stake, to } => {
            PinFi::transferRentalCall { id: stake.0, to }.abi_encode()
        }
        // The contracts have neither proofs before one verifier nor block rewards.
        _ => return None,
    };
    Some((at.market, data.into()))
}

/// The ERC-721 transfer of a live stake's token; none where there is no such token to name.
fn transfer_by_token(
    at: &Deployment,
    ledger: &Ledger,
    from: Address,
    action: &Action,
) -> Option<(Address, Bytes)> {
    let (token, to, id) = match *action {
        Action::TransferHours { stake, to } => (at.hours_token, to, stake.0),
        Action::TransferRental { stake, to } => {
            let record = ledger.stake_of(stake).ok().filter(|record| record.is_active())?;
            (at.rental_token, to, record.rental?.id.0)
        }
        _ => return None,
    };
    let call = StakeToken::transferFromCall { from, to, id: U256::from(id) };
    Some((token, call.abi_encode().into()))
}

fn params_to_abi(params: &PoolParams) -> PinFi::PoolParams {
    let PocpsParams { n, rounds, samples, window, dispute, epoch, bond, accuser_bps } =
        params.pocps;
    PinFi::PoolParams {
        kind: params.kind.clone(),
        bucket: params.bucket.0,
        feeBps: params.fee.0,
        burnShareBps: params.burn_share.0,
        burnPerGs: params.burn_per_gs.0,
        collateralBps: params.collateral.0,
        minTerm: params.min_term.0,
        maxTerm: params.max_term.0,
        pocps: PinFi::PocpsParams {
            n,
            rounds,
            samples,
            window: window.0,
            dispute: dispute.0,
            epoch: epoch.0,
            bond: bond.0,
            accuserBps: accuser_bps.0,
        },
    }
}

fn params_from_abi(params: PinFi::PoolParams) -> PoolParams {
    let pocps = params.pocps;
    PoolParams {
        kind: params.kind,
        bucket: Secs(params.bucket),
        fee: Bps(params.feeBps),
        burn_share: Bps(params.burnShareBps),
        burn_per_gs: Wei(params.burnPerGs),
        collateral: Bps(params.collateralBps),
        min_term: Secs(params.minTerm),
        max_term: Secs(params.maxTerm),
        pocps: PocpsParams {
            n: pocps.n,
            rounds: pocps.rounds,
            samples: pocps.samples,
            window: Secs(pocps.window),
            dispute: Secs(pocps.dispute),
            epoch: Secs(pocps.epoch),
            bond: Wei(pocps.bond),
            accuser_bps: Bps(pocps.accuserBps),
        },
    }
}

/// Gives the core's events that a transaction's logs tell of. PIN's own transfers tell of an
/// action only where the transaction was sent to PIN.
///
/// # Errors
/// The log that is none of the market's.
pub fn events(at: &Deployment, to: Address, logs: &[Log]) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    for log in logs {
        if log.address == at.market {
            let event = PinFi::PinFiEvents::decode_log(log).map_err(|error| error.to_string())?;
            events.push(event_from_abi(event.data));
        } else if log.address == at.pin && to == at.pin {
            let event = Pin::PinEvents::decode_log(log).map_err(|error| error.to_string())?;
            if let Pin::PinEvents::Transfer(transfer) = event.data {
                let amount = Wei(transfer.amount.saturating_to());
                let (from, to) = (transfer.from, transfer.to);
                events.push(if from.is_zero() {
                    Event::Minted { to, amount }
                } else {
                    Event::Transferred { from, to, amount }
                });
            }
        }
    }
    Ok(events)
}

fn event_from_abi(event: PinFi::PinFiEvents) -> Event {
    use PinFi::PinFiEvents as E;
    match event {
        E::PoolCreated(e) => Event::PoolCreated {
            pool: PoolId(e.pool),
            creator: e.creator,
            params: Box::new(params_from_abi(e.params)),
        },
        E::Poked(e) => {
            Event::Poked { pool: PoolId(e.pool), visited: e.visited, last: Timestamp(e.last) }
        }
        E::Burned(e) => Event::Burned {
            certificate: CertificateId(e.certificate),
            pool: PoolId(e.pool),
            owner: e.owner,
            gs: GpuSeconds(e.gs),
            amount: Wei(e.amount),
        },
        E::Staked(e) => Event::Staked {
            stake: StakeId(e.stake),
            certificate: CertificateId(e.certificate),
            pool: PoolId(e.pool),
            provider: e.provider,
            expiry: Timestamp(e.expiry),
            fee: Wei(e.fee),
        },
        E::LiquidityAdded(e) => Event::LiquidityAdded {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            tokens: Wei(e.tokens),
            decay: DecayWad(e.decay),
            refunded: Wei(e.refunded),
        },
        E::Collected(e) => {
            Event::Collected { stake: StakeId(e.stake), to: e.to, amount: Wei(e.amount) }
        }
        E::Sold(e) => Event::Sold {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            seller: e.seller,
            net: Wei(e.net),
            fee: Wei(e.fee),
            burned: Wei(e.burned),
            collateral_added: Wei(e.collateralAdded),
        },
        E::LiquidityRemoved(e) => Event::LiquidityRemoved {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            pending: Wei(e.pending),
            net: e.net,
            fee: Wei(e.fee),
            burned: Wei(e.burned),
            maintenance_fee: Wei(e.maintenanceFee),
        },
        E::Bought(e) => Event::Bought {
            pool: PoolId(e.pool),
            buyer: e.buyer,
            gs: GpuSeconds(e.gs),
            gross: Wei(e.gross),
            fee: Wei(e.fee),
            burned: Wei(e.burned),
        },
        E::Rented(e) => Event::Rented {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            renter: e.renter,
            start: Timestamp(e.start),
            until: Timestamp(e.until),
            paid: Wei(e.paid),
        },
        E::Extended(e) => Event::Extended {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            until: Timestamp(e.until),
            gross: Wei(e.gross),
        },
        E::RentalEnded(e) => Event::RentalEnded {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            renter: e.renter,
            net: Wei(e.net),
            fee: Wei(e.fee),
            burned: Wei(e.burned),
        },
        E::HoursTransferred(e) => {
            Event::HoursTransferred { stake: StakeId(e.stake), from: e.from, to: e.to }
        }
        E::RentalTransferred(e) => Event::RentalTransferred {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            from: e.from,
            to: e.to,
        },
        E::Passed(e) => Event::Passed { stake: StakeId(e.stake), passed: e.passed },
        E::Slashed(e) => Event::Slashed {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            // The game tells the fault, where there is one to tell.
            fault: String::new(),
            refund: Wei(e.refund),
            burned: Wei(e.burned),
        },
        E::Settled(e) => Event::Settled {
            stake: StakeId(e.stake),
            pending: Wei(e.pending),
            fee_returned: Wei(e.feeReturned),
            fee_burned: Wei(e.feeBurned),
        },
    }
}

/// Gives the name of the error that a transaction was refused with; none where no contract
/// refused it by name.
#[must_use]
pub fn refusal(failure: &Failure) -> Option<&'static str> {
    let Failure::Reverted(data) = failure else { return None };
    let selector = data.get(..4)?.try_into().ok()?;
    PinFi::PinFiErrors::name_by_selector(selector)
        .or_else(|| Pin::PinErrors::name_by_selector(selector))
        .or_else(|| StakeToken::StakeTokenErrors::name_by_selector(selector))
}
