//! The verification game: its moves as calls, its logs as events, its errors.

use alloy_primitives::{B256, Bytes, Log};
use alloy_sol_types::{SolCall, SolEventInterface, SolInterface};
use pinfi_core::Error;
use pinfi_core::Event;
use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::pocps::{OpenedRow, Opening};
use pinfi_core::units::{EpochId, PoolId, StakeId, Timestamp, Wei};

use crate::Refusal;
use crate::abi::{Game, IVerificationGame, Verify};

/// Gives what the game is called with for a move.
#[must_use]
pub fn game_call(action: &GameAction) -> Vec<u8> {
    match *action {
        GameAction::OpenEpoch { pool } => Game::openEpochCall { pool: pool.0 }.abi_encode(),
        GameAction::Complain { stake } => Game::complainCall { id: stake.0 }.abi_encode(),
        GameAction::Appoint { stake, operator, until } => {
            Game::appointCall { id: stake.0, operator, until: until.0 }.abi_encode()
        }
        GameAction::Announce { stake, key, ref relay } => {
            Game::announceCall { id: stake.0, key, relay: relay.clone() }.abi_encode()
        }
        GameAction::Commit { stake, epoch, root } => {
            Game::commitCall { id: stake.0, epoch: epoch.0, root }.abi_encode()
        }
        GameAction::Missed { stake, epoch } => {
            Game::missedCall { id: stake.0, epoch: epoch.0 }.abi_encode()
        }
        GameAction::RecordBeacon { stake, epoch, sample } => {
            Game::recordBeaconCall { id: stake.0, epoch: epoch.0, sample }.abi_encode()
        }
        GameAction::Accuse { stake, epoch, sample } => {
            Game::accuseCall { id: stake.0, epoch: epoch.0, sample }.abi_encode()
        }
        GameAction::Prove { stake, epoch, sample, ref opening } => {
            let place = opening.sample;
            let place = IVerificationGame::Place { k: place.k, i: place.i, j: place.j };
            let opening = opening_to_abi(opening);
            Game::proveCall { id: stake.0, epoch: epoch.0, sample, place, opening }.abi_encode()
        }
        GameAction::Convict { stake, epoch, sample } => {
            Game::convictCall { id: stake.0, epoch: epoch.0, sample }.abi_encode()
        }
        GameAction::Conclude { stake, epoch } => {
            Game::concludeCall { id: stake.0, epoch: epoch.0 }.abi_encode()
        }
    }
}

fn opening_to_abi(opening: &Opening) -> Verify::Opening {
    let bytes = |opened: &OpenedRow| -> Bytes {
        opened.row.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>().into()
    };
    let state = opening.state.as_ref();
    Verify::Opening {
        state: state.map(bytes).unwrap_or_default(),
        statePath: state.map(|opened| opened.path.clone()).unwrap_or_default(),
        next: bytes(&opening.next),
        nextPath: opening.next.path.clone(),
    }
}

/// Reads a log of the game, of many parties or of one verifier.
///
/// # Errors
/// What is wrong with a log that is none of its events.
pub fn decode_game(log: &Log) -> Result<Event, alloy_sol_types::Error> {
    use Game::GameEvents as E;
    let stake = StakeId;
    let event = match Game::GameEvents::decode_log(log)?.data {
        E::Challenged(e) => {
            return Ok(Event::Challenged {
                stake: StakeId(e.stake),
                epoch: e.epoch,
                randomness: e.randomness,
                seed: e.seed,
                commit_by: Timestamp(e.commitBy),
                respond_by: Timestamp(e.respondBy),
            });
        }
        E::Committed(e) => {
            let stake = StakeId(e.stake);
            return Ok(Event::Committed { stake, root: e.root, beacon: e.beacon });
        }
        E::EpochOpened(e) => GameEvent::EpochOpened {
            pool: PoolId(e.pool),
            epoch: EpochId(e.epoch),
            randomness: e.randomness,
            commit_by: Timestamp(e.commitBy),
        },
        E::Complained(e) => GameEvent::Complained {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            renter: e.renter,
            randomness: e.randomness,
            commit_by: Timestamp(e.commitBy),
        },
        E::Appointed(e) => GameEvent::Appointed {
            stake: stake(e.stake),
            operator: e.operator,
            until: Timestamp(e.until),
        },
        E::Announced(e) => {
            GameEvent::Announced { stake: stake(e.stake), key: e.key, relay: e.relay }
        }
        E::EpochCommitted(e) => GameEvent::EpochCommitted {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            root: e.root,
        },
        E::BeaconRecorded(e) => GameEvent::BeaconRecorded {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            sample: e.sample,
            beacon: e.beacon,
            due: e.due,
        },
        E::Accused(e) => GameEvent::Accused {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            sample: e.sample,
            accuser: e.accuser,
            bond: Wei(e.bond),
        },
        E::Proved(e) => GameEvent::Proved {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            sample: e.sample,
            bond: Wei(e.bond),
        },
        E::CommitmentMissed(e) => {
            GameEvent::CommitmentMissed { stake: stake(e.stake), epoch: EpochId(e.epoch) }
        }
        E::Convicted(e) => GameEvent::Convicted {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            sample: e.sample,
            accuser: e.accuser,
            bond: Wei(e.bond),
            share: Wei(e.share),
        },
        E::BondReturned(e) => GameEvent::BondReturned {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            sample: e.sample,
            accuser: e.accuser,
            bond: Wei(e.bond),
        },
        E::Concluded(e) => GameEvent::Concluded {
            stake: stake(e.stake),
            epoch: EpochId(e.epoch),
            counted: e.counted,
        },
    };
    Ok(event.into())
}

/// Reads an error that the game alone has.
pub(crate) fn refusal(error: Game::GameErrors) -> Refusal {
    use Game::GameErrors as E;
    let epoch = EpochId;
    Refusal::Protocol(match error {
        E::EpochOpen(e) => Error::EpochOpen { epoch: epoch(e.epoch) },
        E::EpochTooLate(e) => Error::EpochTooLate { until: Timestamp(e.until) },
        E::ConstantRandomness(_) => Error::ConstantRandomness,
        E::NotBound(e) => Error::NotBound { epoch: epoch(e.epoch) },
        E::NoChallenge(_) => Error::NoChallenge,
        E::AlreadyCommitted(_) => Error::AlreadyCommitted,
        E::NotCommitted(_) => Error::NotCommitted,
        E::DeadlinePassed(e) => Error::DeadlinePassed { deadline: Timestamp(e.deadline) },
        E::DeadlineNotPassed(e) => Error::DeadlineNotPassed { deadline: Timestamp(e.deadline) },
        E::ExpiresTooSoon(e) => Error::ExpiresTooSoon { expiry: Timestamp(e.expiry) },
        E::BeaconNotYet(e) => Error::BeaconNotYet { after: Timestamp(e.after_) },
        E::BeaconKnown(_) => Error::BeaconKnown,
        E::BeaconUnknown(_) => Error::BeaconUnknown,
        E::AlreadyAccused(e) => Error::AlreadyAccused { sample: e.sample },
        E::NoAccusation(e) => Error::NoAccusation { sample: e.sample },
        E::AccusationOpen(_) => Error::AccusationOpen,
        E::AlreadyComplained(_) => Error::AlreadyComplained,
        E::NothingToClaim(_) => Error::NothingToClaim,
        // What the core has no numbers for, or has not. The market's errors were read before.
        other => {
            let name = Game::GameErrors::name_by_selector(other.selector());
            return Refusal::Contract { name: name.unwrap_or_default() };
        }
    })
}

/// Gives the randomness that went into what an event of the game tells of.
pub(crate) const fn randomness(event: &GameEvent) -> B256 {
    match event {
        GameEvent::EpochOpened { randomness, .. } | GameEvent::Complained { randomness, .. } => {
            *randomness
        }
        GameEvent::BeaconRecorded { beacon, .. } => *beacon,
        _ => B256::ZERO,
    }
}
