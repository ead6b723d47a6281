//! The game's state on both sides.

use alloy_primitives::{B256, U256};
use alloy_sol_types::SolCall;
use pinfi_core::Ledger;
use pinfi_core::game::Trial;
use pinfi_core::units::{EpochId, StakeId};

use super::Mismatch;
use crate::abi::{Game, Pin};
use crate::chain::{Chain, Failure};
use crate::deployment::Deployment;
use crate::twin::Difference;

fn view<C: SolCall>(chain: &mut Chain, at: &Deployment, call: &C) -> Result<C::Return, Difference> {
    let output = chain.view(at.game, call.abi_encode().into())?;
    let read = C::abi_decode_returns(&output);
    read.map_err(|error| Failure::Invalid(error.to_string()).into())
}

/// Returns the block in which what a beacon is for was made: a commitment, or an accusation.
///
/// # Errors
/// [`Difference::Chain`].
pub fn block_of(
    chain: &mut Chain,
    at: &Deployment,
    (stake, epoch, sample): (StakeId, EpochId, u32),
) -> Result<u64, Difference> {
    let call = Game::trialOfCall { stake: stake.0, complaint: epoch.is_complaint() };
    let trial = view(chain, at, &call)?;
    if u32::from(trial.samples) == sample {
        return Ok(trial.number.to());
    }
    let call = Game::accusationOfCall { stake: stake.0, epoch: epoch.0, sample };
    Ok(view(chain, at, &call)?.number.to())
}

/// Reads the PIN that the game's contract holds, and what it owes by its own records: the bonds of
/// all accusations that were made in the trials of `ledger`.
///
/// # Errors
/// [`Difference::Chain`].
pub fn held_and_owed(
    ledger: &Ledger,
    chain: &mut Chain,
    at: &Deployment,
) -> Result<(U256, U256), Difference> {
    let mut owed = U256::ZERO;
    for (id, _) in ledger.stakes() {
        for trial in ledger.game().trials_of(id) {
            for &sample in trial.committed.iter().flat_map(|made| made.accusations.keys()) {
                let (stake, epoch) = (id.0, trial.epoch.0);
                let call = Game::accusationOfCall { stake, epoch, sample };
                owed += U256::from(view(chain, at, &call)?.bond);
            }
        }
    }
    let call = Pin::balanceOfCall { owner: at.game };
    let held = U256::from_be_slice(&chain.view(at.pin, call.abi_encode().into())?);
    Ok((held, owed))
}

/// Compares epochs, trials, operators, endpoints, accusations and bonds.
///
/// # Errors
/// The first [`Difference`].
pub fn compare_game(ledger: &Ledger, chain: &mut Chain, at: &Deployment) -> Result<(), Difference> {
    for (id, _) in ledger.pools() {
        let core = ledger.game().epoch(id);
        let core = core.map(|epoch| (epoch.randomness, epoch.id.0, epoch.opened.0));
        let found = view(chain, at, &Game::epochOfCall { pool: id.0 })?;
        let found = (found.randomness, found.id, found.opened.to::<u64>());
        Mismatch::check(|| format!("epoch of pool {id}"), &core.unwrap_or_default(), &found)?;
    }
    for (id, _) in ledger.stakes() {
        let core = ledger.game().operator(id).map(|core| (core.account, core.until.0));
        let found = view(chain, at, &Game::operatorOfCall { stake: id.0 })?;
        let found = (found.account, found.until);
        Mismatch::check(|| format!("operator of stake {id}"), &core.unwrap_or_default(), &found)?;
        let core = ledger.game().endpoint(id).map(|core| (core.key, core.relay.clone()));
        let found = view(chain, at, &Game::endpointOfCall { stake: id.0 })?;
        let found = (found.key, found.relay);
        Mismatch::check(|| format!("endpoint of stake {id}"), &core.unwrap_or_default(), &found)?;
        for complaint in [false, true] {
            let mut trials = ledger.game().trials_of(id);
            let trial = trials.find(|trial| trial.epoch.is_complaint() == complaint);
            compare_trial(chain, at, (id, complaint), trial)?;
        }
    }
    let call = Pin::balanceOfCall { owner: at.game };
    let held = U256::from_be_slice(&chain.view(at.pin, call.abi_encode().into())?);
    let bonds = U256::from(ledger.game().bonds().0 + ledger.accounts().balance(at.game).0);
    Ok(Mismatch::check(|| "bonds".to_owned(), &bonds, &held)?)
}

fn compare_trial(
    chain: &mut Chain,
    at: &Deployment,
    (id, complaint): (StakeId, bool),
    core: Option<&Trial>,
) -> Result<(), Difference> {
    let found = view(chain, at, &Game::trialOfCall { stake: id.0, complaint })?;
    let place = |what: &str| format!("{what} of the trial of stake {id}");
    let on_chain = (found.epoch, found.opened.to::<u64>(), found.commitBy.to(), found.seed);
    let Some(core) = core else {
        let none = (0, 0, 0, B256::ZERO);
        return Ok(Mismatch::check(|| place("record"), &none, &on_chain)?);
    };
    let record = (core.epoch.0, core.opened.0, core.commit_by.0, core.seed);
    Mismatch::check(|| place("record"), &record, &on_chain)?;
    Mismatch::check(|| place("end"), &core.over, &found.over)?;
    // The contract keeps what a trial that is over was about.
    let Some(committed) = core.committed.as_ref().filter(|_| !core.over) else {
        let is_open = !core.over && found.committedAt.to::<u64>() != 0;
        return Ok(Mismatch::check(|| place("commitment"), &false, &is_open)?);
    };
    let open = committed.accusations.values().filter(|made| !made.proved).count() as u64;
    let record = (
        (committed.mark.at.0, committed.accuse_by.0, committed.prove_by.0),
        (committed.root, committed.beacon.unwrap_or_default(), open),
    );
    let on_chain = (
        (found.committedAt.to(), found.accuseBy.to(), found.proveBy.to()),
        (found.root, found.beacon, u64::from(found.open)),
    );
    Mismatch::check(|| place("commitment"), &record, &on_chain)?;
    for (&sample, made) in &committed.accusations {
        let epoch = core.epoch.0;
        let found = view(chain, at, &Game::accusationOfCall { stake: id.0, epoch, sample })?;
        let accuser = made.accuser.unwrap_or_default();
        let state = if made.proved { 2u8 } else { 1 };
        let record = (accuser, made.bond.0, made.made.0, made.beacon.unwrap_or_default(), state);
        let made = found.made.to();
        let on_chain = (found.accuser, found.bond, made, found.beacon, found.state);
        Mismatch::check(|| place(&format!("accusation {sample}")), &record, &on_chain)?;
    }
    Ok(())
}
