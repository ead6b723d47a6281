//! Who answers in a provider's place.

use alloc::vec;

use alloy_primitives::Address;

use super::{By, Opened};
use crate::Ledger;
use crate::action::Context;
use crate::error::Error;
use crate::event::Events;
use crate::game::{GameEvent, Operator};
use crate::units::{StakeId, Timestamp};

impl Ledger {
    /// The key of a machine that answers for weeks need not be the one that owns the stake. It can
    /// neither move anything nor appoint another one; all that it earns, bonds, is the provider's.
    pub(super) fn appoint(
        &mut self,
        cx: &Context,
        id: StakeId,
        operator: Address,
        until: Timestamp,
    ) -> Result<Events, Error> {
        let Opened { stake, advanced, .. } = self.live_stake(cx, id, By::Provider)?;

        self.write_pool(stake.pool, advanced);
        self.game.operators.insert(id, Operator { account: operator, until });
        Ok(vec![GameEvent::Appointed { stake: id, operator, until }.into()])
    }
}
