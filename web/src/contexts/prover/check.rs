//! Where a stake's verification stands.

use pinfi_core::{
    Ledger,
    units::{Secs, StakeId, Timestamp},
};

/// What is to be done about a stake's verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// A challenge can be asked for.
    Ready,
    /// A challenge awaits its answer.
    Open {
        /// The last second of the next step.
        due: Timestamp,
        /// Whether the root is committed, and only the openings are missing.
        committed: bool,
    },
    /// A deadline passed: anyone may have the stake slashed.
    Overdue,
    /// This epoch's challenge was answered; the next may come then.
    Wait {
        /// When the next epoch begins.
        until: Timestamp,
    },
    /// What is left of the term is too short for a challenge, or the stake has ended.
    TooLate,
}

impl Check {
    /// Looks a live stake's verification up.
    pub(crate) fn of(ledger: &Ledger, id: StakeId, now: Timestamp) -> Self {
        let Ok(stake) = ledger.stake_of(id) else { return Self::TooLate };
        let Ok(pool) = ledger.pool(stake.pool) else { return Self::TooLate };
        if !stake.is_active() || now >= stake.expiry {
            return Self::TooLate;
        }
        if let Some(open) = ledger.verification_of(id) {
            let committed = open.commitment.is_some();
            let due = if committed { open.respond_by } else { open.commit_by };
            return if open.is_missed(now) { Self::Overdue } else { Self::Open { due, committed } };
        }
        let rules = &pool.params().pocps;
        let busy = Secs(rules.window.0.saturating_add(rules.dispute.0.saturating_mul(2)));
        if stake.expiry <= now.saturating_add(busy) {
            return Self::TooLate;
        }
        let epoch = now.0.checked_div(rules.epoch.0).unwrap_or(0);
        if stake.last_epoch == Some(epoch) {
            let until = Timestamp(epoch.saturating_add(1).saturating_mul(rules.epoch.0));
            return Self::Wait { until };
        }
        Self::Ready
    }

    /// Tells whether there is something to prove now.
    pub(crate) const fn is_provable(self) -> bool {
        matches!(self, Self::Ready | Self::Open { .. })
    }
}

/// Returns the seconds of the wall until a ledger time.
pub(crate) fn wall_seconds(now: Timestamp, until: Timestamp, factor: u32) -> u64 {
    until.since(now).0 / u64::from(factor.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, HOUR, Market};
    use alloy_primitives::B256;
    use pinfi_core::Action;

    fn check(market: &Market) -> Check {
        Check::of(&market.ledger, market.lp, market.now)
    }

    #[test]
    fn check_near_the_end_is_too_late() {
        let mut market = Market::open();
        market.now = Timestamp(market.hours_from_now(48).0 - 900);
        assert_eq!(check(&market), Check::TooLate, "900 s are the window and two disputes");
        let refused = market.try_act(ALICE, &Action::Challenge { stake: market.lp });
        assert!(refused.is_err(), "and so says the ledger");
        market.now = Timestamp(market.now.0 - 1);
        assert_eq!(check(&market), Check::Ready);
        market.now = market.hours_from_now(1);
        assert_eq!(check(&market), Check::TooLate, "after the end");
    }

    #[test]
    fn check_of_an_unknown_stake_is_too_late() {
        let market = Market::dormant();
        assert_eq!(Check::of(&market.ledger, StakeId(9), market.now), Check::TooLate);
    }

    #[test]
    fn check_follows_the_challenge() {
        let mut market = Market::open();
        let (stake, start) = (market.lp, market.now.0);
        assert_eq!(check(&market), Check::Ready);
        market.act(ALICE, Action::Challenge { stake });
        let due = Timestamp(start + 300);
        assert_eq!(check(&market), Check::Open { due, committed: false });
        assert!(check(&market).is_provable());
        market.act(ALICE, Action::Commit { stake, root: B256::repeat_byte(1) });
        let due = Timestamp(start + 600);
        assert_eq!(check(&market), Check::Open { due, committed: true });
        market.now = Timestamp(start + 601);
        assert_eq!(check(&market), Check::Overdue);
        assert!(!check(&market).is_provable());
    }

    #[test]
    fn check_waits_for_the_next_epoch() {
        let mut market = Market::open();
        let epoch_ends = market.hours_from_now(1);
        market.prove(market.lp);
        assert_eq!(check(&market), Check::Wait { until: epoch_ends });
        market.now = epoch_ends;
        assert_eq!(check(&market), Check::Ready);
    }

    #[test]
    fn wall_seconds_shrink_with_the_speed() {
        assert_eq!(wall_seconds(Timestamp(0), Timestamp(HOUR), 60), 60);
        assert_eq!(wall_seconds(Timestamp(0), Timestamp(HOUR), 0), HOUR);
        assert_eq!(wall_seconds(Timestamp(5), Timestamp(0), 1), 0, "it is over");
    }
}
