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
    let shelf = play.shelf(&config.account, config.openings, false)?;
    let boards = Boards::new(shelf, &config.boards, figures.clone())?;
    Ok(answer(&play, device, boards, &figures)?)
}

/// Answers, and keeps the diary.
fn answer(
    play: &Play,
    device: Device,
    boards: Boards,
    figures: &Figures,
) -> Result<(), StorageError> {
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
