//! `pinfi-verifier`: looks at what all providers of a chain commit to.

use std::rc::Rc;

use futures_executor::block_on;
use pinfi_core::units::Secs;

use crate::boards::Boards;
use crate::config::VerifierConfig;
use crate::figures::Figures;
use crate::judge::{Judge, Manners};
use crate::play::{Play, StartError};
use crate::stop::Stop;

/// Runs until it is asked to stop.
///
/// # Errors
/// [`StartError`]; once it has begun it goes on.
pub fn run(config: &VerifierConfig, stop: &Stop) -> Result<(), StartError> {
    let (figures, registry) = Figures::new();
    let play = Play::open(&config.account, config.metrics, (&figures, registry), stop)?;
    let shelf = play.shelf(&config.account, config.openings, true)?;
    let boards = Boards::new(shelf.clone(), &config.boards, figures.clone())?;
    let manners = Manners { accusations: config.accusations, withheld: Secs(config.withheld_secs) };
    let (ledger, key) = (Rc::new(play.ledger.clone()), Rc::clone(&play.key));
    let judge = Judge::new(ledger, key, boards, shelf, figures, manners, stop);
    play.run(|| {
        block_on(judge.turn());
    });
    Ok(())
}
