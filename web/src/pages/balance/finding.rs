//! What the game says of a pool at a price and a reward.

use pinfi_core::equilibrium::{
    BandPosition, Error, Game, GameParams, MAX_PRICE, MIN_PRICE, Payoffs, ProviderRole, Region,
    RewardBand,
};

use super::assumed::Assumed;
use super::numbers::pin_of;
use crate::format::parse_pin;

/// Why there is no game to ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wrong {
    /// One of the assumptions, by its place, is no number from 0 on.
    NotANumber(usize),
    /// The numbers have no meaning together.
    Game(Error),
}

/// What the game says of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Finding {
    /// α.
    pub(super) price: f64,
    /// γ.
    pub(super) reward: f64,
    /// α/b.
    pub(super) x: f64,
    /// γ/b.
    pub(super) y: f64,
    pub(super) region: Region,
    pub(super) payoffs: Payoffs,
    /// None where genuine clients leave before anybody sells.
    pub(super) band: Option<RewardBand>,
    /// The price at which theory has the pool rest; none below the band.
    pub(super) resting: Option<f64>,
    /// Where the simulated market rests: sellers take the spot, not an average.
    pub(super) resting_at_spot: f64,
    /// What LPs earn more than who does the next best, as a part of that.
    pub(super) edge: f64,
    /// What that is.
    pub(super) rival: ProviderRole,
}

impl Finding {
    /// Asks the game.
    ///
    /// # Errors
    /// A price or a reward that has no meaning.
    pub(super) fn at(game: &Game, price: f64, reward: f64) -> Result<Self, Error> {
        let (x, y) = game.point(price, reward)?;
        let payoffs = game.payoffs(price, reward)?;
        let (rival, best) = if payoffs.pool_sale > payoffs.outside {
            (ProviderRole::PoolSale, payoffs.pool_sale)
        } else {
            (ProviderRole::Outside, payoffs.outside)
        };
        Ok(Self {
            price,
            reward,
            x,
            y,
            region: game.diagram().region(x, y),
            payoffs,
            band: game.reward_band(),
            resting: game.resting_price(reward).ok(),
            resting_at_spot: payoffs.liquidity / (1.0 - game.params().fee),
            edge: payoffs.liquidity / best - 1.0,
            rival,
        })
    }

    /// Tells where the reward lies, if there is a band.
    pub(super) fn position(&self) -> Option<BandPosition> {
        Some(self.band?.position(self.reward))
    }
}

/// Makes the game of a fee and typed assumptions.
///
/// # Errors
/// [`Wrong`], by the first that is wrong.
pub(super) fn game(fee: f64, assumed: &Assumed) -> Result<Game, Wrong> {
    let [outside_base, outside_rate, outside_quantity, valuation] = numbers(&assumed.0)?;
    let params = GameParams { fee, outside_base, outside_rate, outside_quantity, valuation };
    Game::new(params).map_err(Wrong::Game)
}

/// Returns b = β + pθ of typed assumptions; the worth to a client does not matter to it.
///
/// # Errors
/// [`Wrong`], by the first that is wrong.
pub(super) fn outside_price(assumed: &Assumed) -> Result<f64, Wrong> {
    let [base, rate, quantity, _] = &assumed.0;
    let [base, rate, quantity] = numbers(&[base, rate, quantity])?;
    let value = base + rate * quantity;
    if (MIN_PRICE..=MAX_PRICE).contains(&value) {
        Ok(value)
    } else {
        Err(Wrong::Game(Error::PriceOutOfRange { name: "outside_price", value }))
    }
}

fn numbers<const N: usize>(typed: &[impl AsRef<str>; N]) -> Result<[f64; N], Wrong> {
    let mut numbers = [0.0; N];
    for (place, (number, typed)) in numbers.iter_mut().zip(typed).enumerate() {
        *number = number_of(typed.as_ref()).ok_or(Wrong::NotANumber(place))?;
    }
    Ok(numbers)
}

/// Reads a decimal number from 0 on.
pub(super) fn number_of(typed: &str) -> Option<f64> {
    parse_pin(typed).ok().map(pin_of)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use pinfi_client::{
        sandbox::{Opening, Preview, kinds},
        settlement::{Settlement as _, embedded::ManualHost},
    };
    use pinfi_core::units::PoolId;

    use super::super::{assumed::usual_price, reading::Reading};
    use super::*;

    /// What a first visit sees of each pool, by the assumptions that it begins with.
    #[test]
    fn finding_of_a_fresh_sandbox_is_inside_the_band() {
        let host = ManualHost::default();
        host.set_wall_ms(1_800_000_000_000);
        for draw in 0..300 {
            host.random_again();
            let opening = Rc::new(Opening::draft(&host).unwrap());
            let sandbox = Preview::new(opening, Rc::new(host.clone()));
            let (ledger, now) = (sandbox.ledger(), sandbox.now());
            for (id, kind) in (0..).map(PoolId).zip(kinds()) {
                let pool = ledger.pool(id).unwrap();
                let reading = Reading::of(pool, now).unwrap();
                let present = pool.at(now).unwrap().reserves;
                let usual = usual_price(&sandbox.samples(id), &present).unwrap();
                let game = game(reading.fee, &Assumed::from_price(usual)).unwrap();
                let price = reading.price.unwrap();
                let finding = Finding::at(&game, price, reading.reward().unwrap()).unwrap();
                let seen = format!("{draw}: {}, {finding:?}, {reading:?}", kind.params.kind);
                assert_eq!(finding.position(), Some(BandPosition::Inside), "{seen}");
            }
        }
    }

    /// b = 1, V = 1.9: the example of Figure 4, with its fee of 30 %.
    fn example() -> Game {
        game(0.3, &Assumed(["0.8", "0.1", "2", "1.9"].map(str::to_owned))).unwrap()
    }

    #[test]
    fn game_refuses_what_is_no_number() {
        for (place, typed) in [(0, ""), (1, "x"), (2, "-1"), (3, "1e3")] {
            let mut assumed = Assumed::from_price(1.0);
            assumed.0[place] = typed.to_owned();
            assert_eq!(game(0.3, &assumed), Err(Wrong::NotANumber(place)), "{typed:?}");
        }
    }

    #[test]
    fn outside_price_refuses_nothing_and_needs_no_valuation() {
        let typed = |base: &str| Assumed([base, "0.1", "2", ""].map(str::to_owned));
        assert_eq!(outside_price(&typed("")), Err(Wrong::NotANumber(0)));
        let nothing = Assumed(["0", "0", "0", "1"].map(str::to_owned));
        assert!(matches!(outside_price(&nothing), Err(Wrong::Game(Error::PriceOutOfRange { .. }))));
        assert_eq!(outside_price(&typed("0.8")), Ok(1.0));
    }

    #[test]
    fn game_refuses_an_outside_that_pays_nothing() {
        let assumed = Assumed(["0", "0", "0", "1"].map(str::to_owned));
        assert!(matches!(game(0.3, &assumed), Err(Wrong::Game(Error::PriceOutOfRange { .. }))));
    }

    #[test]
    fn game_refuses_a_fee_of_all() {
        let refused = game(1.0, &Assumed::from_price(1.0));
        assert_eq!(refused, Err(Wrong::Game(Error::FeeOutOfRange { fee: 1.0 })));
    }

    #[test]
    fn finding_refuses_no_price() {
        assert!(Finding::at(&example(), 0.0, 0.8).is_err());
        assert!(Finding::at(&example(), 1.0, -0.1).is_err());
    }

    #[test]
    fn finding_without_a_band_has_no_position() {
        let poor = game(0.3, &Assumed(["1", "0", "0", "1.2"].map(str::to_owned))).unwrap();
        let finding = Finding::at(&poor, 1.1, 0.9).unwrap();
        assert_eq!((finding.band, finding.position()), (None, None));
        assert_eq!(finding.region, Region::F);
    }

    #[test]
    fn finding_below_the_floor_rests_nowhere() {
        let finding = Finding::at(&example(), 0.9, 0.6).unwrap();
        assert_eq!((finding.region, finding.resting), (Region::C, None));
        assert_eq!(finding.position(), Some(BandPosition::Below));
        assert_eq!(finding.rival, ProviderRole::Outside);
        assert!((finding.edge + 0.1).abs() < 1e-12, "0.6 + 0.3 instead of 1");
    }

    #[test]
    fn finding_in_balance_compares_with_sellers() {
        let finding = Finding::at(&example(), 1.1, 0.8).unwrap();
        assert_eq!((finding.region, finding.rival), (Region::G, ProviderRole::PoolSale));
        let seller = 0.1 / 1.1_f64.ln();
        assert!((finding.edge - (1.1 / seller - 1.0)).abs() < 1e-12);
        assert_eq!(finding.position(), Some(BandPosition::Inside));
        assert!((finding.resting.unwrap() - 1.206_454).abs() < 1e-6);
        assert!((finding.resting_at_spot - 1.1 / 0.7).abs() < 1e-12);
    }
}
