//! `pinfi-provider`: answers the challenges of an account's stakes.

use std::rc::Rc;
use std::time::Instant;

use futures_executor::block_on;
use pinfi_client::miner::{Deed, Diary, Did, Keep, Miner};
use pinfi_client::settlement::{Settlement, SettlementExt as _, Signer as _};
use pinfi_core::units::StakeId;

use crate::boards::Boards;
use crate::config::ProviderConfig;
use crate::device::Device;
use crate::figures::Figures;
use crate::judge::stakes;
use crate::play::{Play, StartError, shelf};
use crate::server;
use crate::stop::Stop;

/// Runs until it is asked to stop.
///
/// # Errors
/// [`StartError`]; once it has begun it goes on.
pub fn run(config: &ProviderConfig, stop: &Stop) -> Result<(), StartError> {
    let (figures, registry) = Figures::new();
    let device = Device::new(config.device, stop, &figures)?;
    eprintln!("device: {}", device.name());
    let play = Play::open(&config.account, &figures, stop)?;
    let (metrics, _) = server::serve(config.metrics, server::metrics(registry), stop)?;
    eprintln!("figures: http://{metrics}/metrics");
    let shelf = match config.openings {
        Some(at) => {
            let shelf = shelf(&config.account)?;
            let router = server::openings(shelf.clone(), figures.clone(), false);
            let (at, _) = server::serve(at, router, stop)?;
            eprintln!("openings: http://{at}/openings/ROOT");
            Some(shelf)
        }
        None => None,
    };
    let boards = Boards::new(shelf, config.boards.clone(), figures.clone());
    answer(&play, device, boards, &figures);
    Ok(())
}

/// Answers, and keeps the diary.
fn answer(play: &Play, device: Device, boards: Boards, figures: &Figures) {
    let domain = play.ledger.descriptor().domain;
    // A diary that cannot be read is begun anew.
    let mut keep = block_on(Keep::of(play.storage.as_ref(), domain)).unwrap_or_default();
    let ledger = Rc::new(play.ledger.clone());
    let (signer, prover) = (Rc::clone(&play.key) as _, Rc::new(device));
    let miner = Miner::new(ledger, signer, prover, Rc::new(boards), keep.diary.clone());
    let mut on = Instant::now();
    play.run(|| {
        let own = own_stakes(play);
        if own != keep.stakes {
            eprintln!("answering for stakes {}", stakes(&own));
        }
        figures.stakes.set(i64::try_from(own.len()).unwrap_or(i64::MAX));
        let computed = figures.proving.get();
        block_on(miner.turn(&own));
        tell(&own, &keep.diary, &miner.diary());
        keep.computed_ms += millis(figures.proving.get() - computed);
        keep.on_ms += millis(on.elapsed().as_secs_f64());
        on = Instant::now();
        (keep.stakes, keep.diary) = (own, miner.diary());
        if let Err(error) = block_on(keep.write(play.storage.as_ref(), domain)) {
            eprintln!("{error}");
        }
    });
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

/// Tells of what is new in the diary.
fn tell(own: &[StakeId], before: &Diary, after: &Diary) {
    for &stake in own {
        let newest = before.of(stake).next();
        let is_new = |deed: &&Deed| Some(*deed) != newest;
        let mut news: Vec<&Deed> = after.of(stake).take_while(is_new).collect();
        news.reverse();
        for Deed { duty, did, .. } in news {
            match did {
                Did::Done => eprintln!("stake {stake}: {duty:?}"),
                Did::ByOthers => eprintln!("stake {stake}: {duty:?}, by others"),
                Did::Failed { code, message } => {
                    eprintln!("stake {stake}: {duty:?}: {code}: {message}");
                }
            }
        }
    }
}

/// Seconds as whole milliseconds, rounded down.
fn millis(secs: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(secs)
        .map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
