//! `pinfi-provider`: answers the challenges of an account's stakes.

use std::rc::Rc;

use futures_executor::block_on;
use pinfi_client::miner::{Keep, Miner};
use pinfi_client::settlement::{Settlement, SettlementExt as _, Signer as _};
use pinfi_client::storage::StorageError;
use pinfi_core::units::StakeId;

use crate::boards::Boards;
use crate::checkpoints::FileCheckpoints;
use crate::config::ProviderConfig;
use crate::device::Device;
use crate::figures::Figures;
use crate::judge::stakes;
use crate::news;
use crate::play::{Play, StartError};
use crate::stop::Stop;

/// Runs until it is asked to stop.
///
/// # Errors
/// [`StartError`]; once it has begun it goes on.
pub fn run(config: &ProviderConfig, stop: &Stop) -> Result<(), StartError> {
    let (figures, registry) = Figures::new();
    let checkpoints = FileCheckpoints::new(&config.account.state.join("checkpoints"));
    let device = Device::new(config.device, checkpoints, stop, &figures)?;
    eprintln!("device: {}", device.name());
    let play = Play::open(&config.account, config.metrics, (&figures, registry), stop)?;
    let guests = guests(config, &play, &device, stop)?;
    let shelf = play.shelf(&config.account, config.openings, false)?;
    let boards = Boards::new(shelf, &config.boards, figures.clone())?;
    Ok(answer(&play, device, boards, &guests)?)
}

/// Those who rent the device of a stake, where they are served.
#[cfg(feature = "gpu")]
type Served = Option<crate::guests::Guests>;
/// Nobody is served without the GPU.
#[cfg(not(feature = "gpu"))]
type Served = ();

#[cfg(feature = "gpu")]
fn guests(
    config: &ProviderConfig,
    play: &Play,
    device: &Device,
    stop: &Stop,
) -> Result<Served, StartError> {
    let Some(jobs) = &config.jobs else { return Ok(None) };
    let ledger = (play.ledger.descriptor().domain, seen(play, &own_stakes(play)));
    let shared = (device.busy(), play.figures.clone(), stop.clone());
    Ok(Some(crate::guests::Guests::start(jobs, &play.key, ledger, shared)?))
}

#[cfg(not(feature = "gpu"))]
fn guests(config: &ProviderConfig, _: &Play, _: &Device, _: &Stop) -> Result<Served, StartError> {
    if config.jobs.is_some() { Err(StartError::NoJobs) } else { Ok(()) }
}

/// Reads from the ledger what those who are served go by.
#[cfg(feature = "gpu")]
fn seen(play: &Play, own: &[StakeId]) -> crate::guests::Seen {
    use pinfi_session::rentals::Running;

    let now = play.ledger.now();
    let stakes = play.ledger.read(|ledger| {
        own.iter().map(|stake| (*stake, Running::of(ledger, *stake, now))).collect()
    });
    crate::guests::Seen { now, stakes }
}

/// Tells those who are served what the ledger says now.
#[cfg(feature = "gpu")]
fn tell(guests: &Served, play: &Play, own: &[StakeId]) {
    if let Some(guests) = guests {
        guests.note(seen(play, own));
    }
}

#[cfg(not(feature = "gpu"))]
fn tell(_: &Served, _: &Play, _: &[StakeId]) {}

/// Answers, and keeps the diary.
fn answer(
    play: &Play,
    device: Device,
    boards: Boards,
    guests: &Served,
) -> Result<(), StorageError> {
    let figures = &play.figures;
    let domain = play.ledger.descriptor().domain;
    let mut keep = block_on(Keep::of(play.storage.as_ref(), domain))?;
    let ledger = Rc::new(play.ledger.clone());
    let (signer, prover) = (Rc::clone(&play.key) as _, Rc::new(device));
    let miner = Miner::new(ledger, signer, prover, Rc::new(boards), keep.diary.clone());
    play.run(|| {
        let own = own_stakes(play);
        if own != keep.stakes {
            eprintln!("answering for stakes {}", stakes(&own));
        }
        tell(guests, play, &own);
        figures.stakes.set(i64::try_from(own.len()).unwrap_or(i64::MAX));
        block_on(miner.turn_until(&own, &|| play.pauses()));
        let diary = miner.diary();
        news::tell(&own, &keep.diary, &diary, figures);
        let now = Keep { stakes: own, diary, ..keep.clone() };
        if now == keep {
            return;
        }
        keep = now;
        // What is not kept is told anew by the next run, and written with the next change.
        if let Err(error) = block_on(keep.write(play.storage.as_ref(), domain)) {
            figures.fail(error.code());
            eprintln!("{}: {error}", error.code());
        }
    });
    Ok(())
}

/// Returns the live stakes that the account may answer for: its own, and those that it was appointed
/// for.
fn own_stakes(play: &Play) -> Vec<StakeId> {
    let (account, now) = (play.key.address(), play.ledger.now());
    play.ledger.read(|ledger| {
        let live = ledger.stakes().filter(|(_, stake)| stake.is_active() && now < stake.expiry);
        let ours = live.filter(|(id, stake)| {
            stake.provider == account || ledger.game().may_answer(*id, account, now)
        });
        ours.map(|(id, _)| id).collect()
    })
}
