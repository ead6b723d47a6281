//! That the device pauses, and goes on: asked for, signed, and kept.

use leptos::prelude::*;
use pinfi_client::miner::{Deed, Did, PauseReason, SignedStatement, Statement, Task, paused_since};

use super::{Machine, failure};

impl Machine {
    /// Asks for a lost GPU again, from time to time.
    pub(super) async fn regain(&self) {
        self.prover.regain().await;
        let lost = self.prover.is_lost();
        if self.shown.with_untracked(|shown| shown.lost != lost) {
            self.shown.update(|shown| shown.lost = lost);
        }
    }

    /// Signs, for each stake, that its device pauses or goes on, where that was not said yet.
    pub(super) async fn say_pauses(&self) {
        let paused = self.shown.with_untracked(|shown| shown.paused);
        let reason = match (self.prover.is_lost(), paused) {
            (true, _) => Some(PauseReason::DeviceLost),
            (false, true) => Some(PauseReason::User),
            (false, false) => None,
        };
        let now = self.ledger.now();
        for stake in self.live() {
            let before = paused_since(&self.keep.borrow().statements, stake);
            let statement = match (before, reason) {
                (None, Some(reason)) => Statement::Pause { stake, since: now, reason },
                (Some(since), None) => Statement::Resume { stake, at: now, since },
                _ => continue,
            };
            let signer = self.key.signer();
            let signed = SignedStatement::sign(statement, self.domain, signer.as_ref()).await;
            let duty = match statement {
                Statement::Pause { .. } => Task::Pause,
                Statement::Resume { .. } => Task::Resume,
            };
            let did = match signed {
                Ok(signed) => {
                    self.keep.borrow_mut().say(signed);
                    let statements = self.keep.borrow().statements.clone();
                    self.shown.update(|shown| shown.statements = statements);
                    Did::Done
                }
                Err(error) => failure(error.code(), &error),
            };
            self.miner.note(Deed { at: now, stake, duty, did });
        }
    }
}
