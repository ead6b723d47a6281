//! The moves of the verification game: their names and fields.

use alloy_primitives::{Address, B256};
use pinfi_core::game::GameAction;
use pinfi_core::pocps::{OpenedRow, Opening, Row, Sample};
use pinfi_core::units::{EpochId, PoolId, StakeId, Timestamp};

use super::WireError;
use super::fields::Visitor;

/// Returns the name of a move's typed message. Two are not those of the variants, which are taken by
/// the actions before one verifier.
pub(super) const fn name_of(action: &GameAction) -> &'static str {
    match action {
        GameAction::OpenEpoch { .. } => "OpenEpoch",
        GameAction::Commit { .. } => "CommitToEpoch",
        GameAction::RecordBeacon { .. } => "RecordBeacon",
        GameAction::Accuse { .. } => "Accuse",
        GameAction::Prove { .. } => "Prove",
        GameAction::Missed { .. } => "MissedEpoch",
        GameAction::Convict { .. } => "Convict",
        GameAction::Conclude { .. } => "Conclude",
        GameAction::Complain { .. } => "Complain",
        GameAction::Appoint { .. } => "Appoint",
        GameAction::Announce { .. } => "Announce",
    }
}

/// Shows each field of a move to `v`, in the order of the typed struct.
pub(super) fn visit(action: &mut GameAction, v: &mut Visitor<'_>) -> Result<(), WireError> {
    match action {
        GameAction::OpenEpoch { pool } => v("pool", pool),
        GameAction::Complain { stake } => v("stake", stake),
        GameAction::Appoint { stake, operator, until } => {
            v("stake", stake)?;
            v("operator", operator)?;
            v("until", until)
        }
        GameAction::Announce { stake, key, relay } => {
            v("stake", stake)?;
            v("key", key)?;
            v("relay", relay)
        }
        GameAction::Commit { stake, epoch, root } => {
            v("stake", stake)?;
            v("epoch", epoch)?;
            v("root", root)
        }
        GameAction::Missed { stake, epoch } | GameAction::Conclude { stake, epoch } => {
            v("stake", stake)?;
            v("epoch", epoch)
        }
        GameAction::RecordBeacon { stake, epoch, sample }
        | GameAction::Accuse { stake, epoch, sample }
        | GameAction::Convict { stake, epoch, sample } => {
            v("stake", stake)?;
            v("epoch", epoch)?;
            v("sample", sample)
        }
        GameAction::Prove { stake, epoch, sample, opening } => {
            v("stake", stake)?;
            v("epoch", epoch)?;
            v("sample", sample)?;
            v("opening", opening.as_mut())
        }
    }
}

/// Makes a move of a name, for its fields to be filled in.
pub(super) fn blank(name: &str) -> Option<GameAction> {
    let (pool, stake, epoch, sample) = (PoolId(0), StakeId(0), EpochId(0), 0);
    Some(match name {
        "OpenEpoch" => GameAction::OpenEpoch { pool },
        "CommitToEpoch" => GameAction::Commit { stake, epoch, root: B256::ZERO },
        "RecordBeacon" => GameAction::RecordBeacon { stake, epoch, sample },
        "Accuse" => GameAction::Accuse { stake, epoch, sample },
        "Prove" => {
            let next = OpenedRow { row: Row::default(), path: Vec::new() };
            let place = Sample { k: 0, i: 0, j: 0 };
            let opening = Box::new(Opening { sample: place, state: None, next });
            GameAction::Prove { stake, epoch, sample, opening }
        }
        "MissedEpoch" => GameAction::Missed { stake, epoch },
        "Convict" => GameAction::Convict { stake, epoch, sample },
        "Conclude" => GameAction::Conclude { stake, epoch },
        "Complain" => GameAction::Complain { stake },
        "Appoint" => GameAction::Appoint { stake, operator: Address::ZERO, until: Timestamp(0) },
        "Announce" => GameAction::Announce { stake, key: B256::ZERO, relay: String::new() },
        _ => return None,
    })
}
