//! Where a provider says that its device is reached.

use alloc::borrow::ToOwned;
use alloc::vec;

use alloy_primitives::B256;

use super::{By, Opened};
use crate::Ledger;
use crate::action::Context;
use crate::error::Error;
use crate::event::Events;
use crate::game::{Endpoint, GameEvent, is_relay};
use crate::units::StakeId;

impl Ledger {
    /// A client must be sure of whom it dials, so the key is the owner's word and not the relay's. Without
    /// a key there is no relay: what is taken back leaves nothing behind.
    pub(super) fn announce(
        &mut self,
        cx: &Context,
        id: StakeId,
        key: B256,
        relay: &str,
    ) -> Result<Events, Error> {
        let Opened { stake, advanced, .. } = self.live_stake(cx, id, By::Provider)?;
        let is_taken_back = key.is_zero();
        let fits = if is_taken_back { relay.is_empty() } else { is_relay(relay) };
        if !fits {
            return Err(Error::BadParameter { name: "relay" });
        }

        self.write_pool(stake.pool, advanced);
        if is_taken_back {
            self.game.endpoints.remove(&id);
        } else {
            self.game.endpoints.insert(id, Endpoint { key, relay: relay.to_owned() });
        }
        Ok(vec![GameEvent::Announced { stake: id, key, relay: relay.to_owned() }.into()])
    }
}
