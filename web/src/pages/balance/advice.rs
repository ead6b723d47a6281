//! What each way brings a provider in an hour, and which is best.

use pinfi_core::{
    rewards::{Earning, Rewards},
    units::{Secs, Timestamp},
};

use alloy_primitives::Address;

use super::{numbers::pin_of, reading::Reading};

/// Below this part of the best, two ways are as good as each other.
const CLOSE: f64 = 0.01;

/// What a provider can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Liquidity,
    Sell,
    /// Not stake now, and sell the hours outside.
    Wait,
}

/// What is known of the device and its owner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Device {
    /// What the pool pays for the whole term at once, for an hour of it; none if it doesn't buy.
    pub(super) sale: Option<f64>,
    /// What staking burns for an hour; nothing where a certificate is there already.
    pub(super) burn: f64,
    /// What the multipliers leave of the reward.
    pub(super) kept: Kept,
}

/// What is left of a reward, each a fraction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kept {
    /// PoT.
    pub(super) time: f64,
    /// PoL.
    pub(super) loyalty: f64,
}

/// The three ways, in PIN for an hour, and the best of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Advice {
    /// The reward of one more LP after the multipliers.
    pub(super) reward: f64,
    /// The part of δ·b that is not burned.
    pub(super) fees: f64,
    pub(super) liquidity: f64,
    pub(super) sell: Option<f64>,
    pub(super) wait: f64,
    pub(super) best: Way,
    /// The second best.
    pub(super) next: Way,
    /// How much more the best brings.
    pub(super) lead: f64,
    is_close: bool,
}

impl Advice {
    /// Weighs the ways; `outside` is b, what an hour brings there.
    pub(super) fn of(outside: f64, reading: &Reading, device: &Device) -> Self {
        let Kept { time, loyalty } = device.kept;
        let reward = reading.reward_of_another() * time * loyalty;
        let fees = reading.fee * (1.0 - reading.burned) * outside;
        let liquidity = reward + fees - device.burn;
        let sell = device.sale.map(|sale| sale - device.burn);
        let mut ways = vec![(Way::Wait, outside), (Way::Liquidity, liquidity)];
        ways.extend(sell.map(|sell| (Way::Sell, sell)));
        // Stable: of equal ways the one that risks less comes first.
        ways.sort_by(|one, other| other.1.total_cmp(&one.1));
        let (best, next) = (ways.first().copied(), ways.get(1).copied());
        let (best, next) = best.zip(next).unwrap_or(((Way::Wait, outside), (Way::Wait, outside)));
        let lead = best.1 - next.1;
        Self {
            reward,
            fees,
            liquidity,
            sell,
            wait: outside,
            best: best.0,
            next: next.0,
            lead,
            is_close: lead < CLOSE * best.1,
        }
    }

    /// Tells whether the second best is as good.
    pub(super) const fn is_close(&self) -> bool {
        self.is_close
    }
}

impl Kept {
    /// Works out what an account would be left at the end of a term of verified time that begins
    /// now, with what it holds locked today. PoW, the speed of proofs to come, is taken for 1.
    pub(super) fn of(
        rewards: Option<&Rewards>,
        account: Option<Address>,
        now: Timestamp,
        term: Secs,
        window: Secs,
    ) -> Self {
        let Some(rewards) = rewards else { return Self { time: 1.0, loyalty: 1.0 } };
        let mut provider = account.map(|account| rewards.provider(account)).unwrap_or_default();
        provider.age.0 = provider.age.0.saturating_add(term.0);
        let day = rewards.config().day_of(now).unwrap_or_default();
        let payout = Earning::default().payout(&provider, day, window);
        Self { time: pin_of(payout.time_wad), loyalty: pin_of(payout.loyalty_wad) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{BOB, HOUR, Market};

    const WINDOW: Secs = Secs(300);

    /// A pool at 2 PIN an hour with 4 LPs, where outside an hour brings 2 as well.
    fn reading() -> Reading {
        Reading { price: Some(2.0), fee: 0.01, burned: 0.5, live: 4, stream: 15.0 }
    }

    fn device() -> Device {
        Device { sale: Some(1.9), burn: 0.1, kept: Kept { time: 1.0, loyalty: 1.0 } }
    }

    fn advise(reading: Reading, device: Device) -> Advice {
        Advice::of(2.0, &reading, &device)
    }

    #[test]
    fn advice_where_the_pool_does_not_buy_leaves_selling_out() {
        let advice = advise(reading(), Device { sale: None, ..device() });
        assert_eq!((advice.sell, advice.best, advice.next), (None, Way::Liquidity, Way::Wait));
    }

    #[test]
    fn advice_without_a_reward_is_to_wait() {
        let advice = advise(Reading { stream: 0.0, ..reading() }, device());
        assert_eq!((advice.reward, advice.best), (0.0, Way::Wait));
        assert!((advice.fees - 0.01).abs() < 1e-12, "half of 1 % of 2");
    }

    #[test]
    fn advice_in_a_dormant_pool_gives_the_first_all_of_the_reward() {
        let empty = Reading { price: None, live: 0, ..reading() };
        let advice = advise(empty, Device { sale: None, ..device() });
        assert!((advice.reward - 15.0).abs() < 1e-12);
    }

    #[test]
    fn advice_counts_the_newcomer_the_burn_and_the_multipliers() {
        let advice = advise(reading(), device());
        assert!((advice.reward - 3.0).abs() < 1e-12, "15 for five");
        assert!((advice.liquidity - 2.91).abs() < 1e-12);
        assert!((advice.sell.unwrap() - 1.8).abs() < 1e-12);
        assert_eq!(
            (advice.best, advice.next, advice.is_close()),
            (Way::Liquidity, Way::Wait, false)
        );
        let kept = Kept { time: 0.1, loyalty: 1.0 };
        assert_eq!(advise(reading(), Device { kept, ..device() }).best, Way::Wait, "a tenth of it");
    }

    #[test]
    fn advice_to_sell_comes_of_a_dear_pool() {
        let advice = advise(reading(), Device { sale: Some(4.0), ..device() });
        assert_eq!((advice.best, advice.next), (Way::Sell, Way::Liquidity));
    }

    #[test]
    fn advice_of_equal_ways_is_close_and_names_the_safer() {
        let advice = advise(
            reading(),
            Device { sale: Some(2.1), burn: 0.1, kept: Kept { time: 0.0, loyalty: 1.0 } },
        );
        assert_eq!((advice.best, advice.next, advice.is_close()), (Way::Wait, Way::Sell, true));
    }

    #[test]
    fn kept_without_rewards_is_all() {
        let kept = Kept::of(None, None, Timestamp(0), Secs(HOUR), WINDOW);
        assert_eq!(kept, Kept { time: 1.0, loyalty: 1.0 });
    }

    #[test]
    fn kept_by_a_newcomer_is_a_tenth_and_grows_with_the_term() {
        let market = Market::rewarded();
        let rewards = market.ledger.rewards();
        let after = |hours| Kept::of(rewards, Some(BOB), market.now, Secs(hours * HOUR), WINDOW);
        assert!((after(0).time - 0.1).abs() < 1e-4, "exp(−2.303): {:?}", after(0));
        assert!(
            after(360).time > 0.31 && after(360).time < 0.32,
            "half of the way: {:?}",
            after(360)
        );
        assert_eq!(after(720), Kept { time: 1.0, loyalty: 1.0 }, "thirty days");
    }
}
