//! Where the device is, as the ledger says.

use pinfi_core::{
    Ledger,
    units::{StakeId, Timestamp},
};
use pinfi_worker::rented::{Device, EndpointKey};

/// Where a device is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// This browser's GPU stands in for it.
    Here,
    /// At a relay, by a key.
    There { key: EndpointKey, relay: String },
    /// Its owner has not said.
    Unsaid,
}

impl Place {
    /// Reads it; `has_stand_in` tells whether a device of which nothing is said is stood in for.
    pub(super) fn of(ledger: &Ledger, stake: StakeId, has_stand_in: bool) -> Self {
        match ledger.game().endpoint(stake) {
            Some(endpoint) => {
                Self::There { key: EndpointKey(endpoint.key.0), relay: endpoint.relay.clone() }
            }
            None if has_stand_in => Self::Here,
            None => Self::Unsaid,
        }
    }

    /// Says to a worker where the device is; none where nobody can.
    pub(super) fn device(self, ledger: &Ledger, stake: StakeId, now: Timestamp) -> Option<Device> {
        match self {
            Self::Here => Some(Device::Here),
            Self::There { key, relay } => {
                // Whoever may answer for the stake may sign for it, as long as it may.
                let operator = ledger.game().operator(stake);
                let operator = operator.filter(|it| now < it.until).map(|it| it.account);
                let owner = ledger.stake_of(stake).ok()?.provider;
                let signers = core::iter::once(owner).chain(operator).collect();
                Some(Device::There { key, relay, signers })
            }
            Self::Unsaid => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{Address, B256};
    use pinfi_core::{Action, game::GameAction};

    use super::*;
    use crate::fixture::{ALICE, BOB, Market};

    const RELAY: &str = "https://relay.example";

    fn announced() -> Market {
        let mut market = Market::open();
        let (stake, key) = (market.lp, B256::repeat_byte(7));
        let relay = RELAY.to_owned();
        market.act(ALICE, GameAction::Announce { stake, key, relay }.into());
        market
    }

    fn device(market: &Market, has_stand_in: bool) -> Option<Device> {
        let place = Place::of(&market.ledger, market.lp, has_stand_in);
        place.device(&market.ledger, market.lp, market.now)
    }

    fn there(signers: Vec<Address>) -> Device {
        Device::There { key: EndpointKey([7; 32]), relay: RELAY.to_owned(), signers }
    }

    #[test]
    fn device_is_none_where_its_owner_has_not_said_and_nothing_stands_in() {
        let market = Market::open();
        assert_eq!(Place::of(&market.ledger, market.lp, false), Place::Unsaid);
        assert_eq!(device(&market, false), None);
    }

    #[test]
    fn device_believes_no_signer_whose_time_is_over() {
        let mut market = announced();
        let (stake, until) = (market.lp, market.hours_from_now(1));
        market.act(ALICE, Action::from(GameAction::Appoint { stake, operator: BOB, until }));
        assert_eq!(device(&market, false), Some(there(vec![ALICE, BOB])));
        market.now = until;
        assert_eq!(device(&market, false), Some(there(vec![ALICE])));
    }

    #[test]
    fn device_is_stood_in_for_only_where_its_owner_has_not_said() {
        assert_eq!(device(&Market::open(), true), Some(Device::Here));
        assert_eq!(device(&announced(), true), Some(there(vec![ALICE])));
    }
}
