//! `pinfi-verifier`: looks at what all providers of a chain commit to.

use std::rc::Rc;

use futures_executor::block_on;
use pinfi_core::units::Secs;

use crate::boards::Boards;
use crate::config::VerifierConfig;
use crate::figures::Figures;
use crate::judge::{Judge, Manners};
use crate::play::{Play, StartError, shelf};
use crate::server;
use crate::stop::Stop;

/// Runs until it is asked to stop.
///
/// # Errors
/// [`StartError`]; once it has begun it goes on.
pub fn run(config: &VerifierConfig, stop: &Stop) -> Result<(), StartError> {
    let (figures, registry) = Figures::new();
    let play = Play::open(&config.account, &figures, stop)?;
    let (metrics, _) = server::serve(config.metrics, server::metrics(registry), stop)?;
    eprintln!("figures: http://{metrics}/metrics");
    let shelf = match config.openings {
        Some(at) => {
            let shelf = shelf(&config.account)?;
            let router = server::openings(shelf.clone(), figures.clone(), true);
            let (at, _) = server::serve(at, router, stop)?;
            eprintln!("openings: http://{at}/openings/ROOT");
            Some(shelf)
        }
        None => None,
    };
    let boards = Boards::new(shelf.clone(), config.boards.clone(), figures.clone());
    let manners = Manners { accusations: config.accusations, withheld: Secs(config.withheld_secs) };
    let (ledger, key) = (Rc::new(play.ledger.clone()), Rc::clone(&play.key));
    let judge = Judge::new(ledger, key, boards, shelf, figures, manners);
    play.run(|| {
        block_on(judge.turn());
    });
    Ok(())
}
