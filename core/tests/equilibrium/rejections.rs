//! What has no meaning in the game is refused with its value.

use crate::{game, params};
use pinfi_core::equilibrium::{Diagram, Error, Game, GameParams, PlotBox};

#[test]
fn game_with_a_parameter_out_of_range() {
    for fee in [-0.1, 1.0, f64::INFINITY] {
        assert_eq!(Game::new(params(fee, 2.0)), Err(Error::FeeOutOfRange { fee }));
    }
    assert!(matches!(Game::new(params(f64::NAN, 2.0)), Err(Error::FeeOutOfRange { .. })));
    let good = params(0.3, 2.0);
    for value in [-1.0, 1e31, f64::INFINITY] {
        for (name, bad) in [
            ("outside_base", GameParams { outside_base: value, ..good }),
            ("outside_rate", GameParams { outside_rate: value, ..good }),
            ("outside_quantity", GameParams { outside_quantity: value, ..good }),
        ] {
            assert_eq!(Game::new(bad), Err(Error::QuantityOutOfRange { name, value }));
        }
        let bad = Game::new(GameParams { valuation: value, ..good });
        assert_eq!(bad, Err(Error::PriceOutOfRange { name: "valuation", value }));
    }
    let free = GameParams { outside_base: 0.0, outside_rate: 0.0, ..good };
    let expected = Error::PriceOutOfRange { name: "outside_price", value: 0.0 };
    assert_eq!(Game::new(free), Err(expected), "an hour that is worth nothing outside");
}

#[test]
fn point_out_of_range() {
    let game = game(0.3, 2.0);
    for value in [0.0, -1.0, f64::INFINITY] {
        let expected = Error::PriceOutOfRange { name: "pool_price", value };
        assert_eq!(game.payoffs(value, 1.0), Err(expected));
        assert_eq!(game.region(value, 1.0), Err(expected));
    }
    let expected = Error::QuantityOutOfRange { name: "reward", value: -0.5 };
    assert_eq!(game.point(1.0, -0.5), Err(expected));
    assert!(game.payoffs(f64::NAN, 1.0).is_err() && game.payoffs(1.0, f64::NAN).is_err());
}

#[test]
fn diagram_and_box_out_of_range() {
    let expected = Error::QuantityOutOfRange { name: "genuine_limit", value: -1.0 };
    assert_eq!(Diagram::new(0.3, -1.0), Err(expected));
    assert!(Diagram::new(0.3, f64::NAN).is_err());
    assert_eq!(Diagram::new(1.5, 1.0), Err(Error::FeeOutOfRange { fee: 1.5 }));
    assert_eq!(PlotBox::new(0.0, 1.0), Err(Error::PriceOutOfRange { name: "x_max", value: 0.0 }));
    assert!(PlotBox::new(1.0, f64::NAN).is_err());
}

#[test]
fn resting_price_below_the_floor() {
    let game = game(0.25, 2.0);
    let expected = Error::RewardBelowFloor { reward: 0.7, floor: 0.75 };
    assert_eq!(game.resting_price(0.7), Err(expected));
    assert_eq!(game.resting_price_gradient(0.7), Err(expected));
    assert_eq!(game.diagram().resting_price(0.7), Err(expected));
    assert_eq!(game.resting_price(0.75), Ok(1.0), "the floor itself");
    let beyond = game.diagram().resting_price(1e30);
    assert!(matches!(beyond, Err(Error::PriceOutOfRange { name: "resting_price", .. })));
}

#[test]
fn band_of_clients_who_pay_no_more_than_outside() {
    // x_g = (1 − δ)V/b: below, at and above 1.
    assert_eq!(game(0.5, 1.5).reward_band(), None);
    assert_eq!(game(0.5, 2.0).reward_band(), None);
    assert_eq!(game(0.5, 2.0).ceiling_gradient(), None);
    assert!(game(0.5, 2.1).reward_band().is_some());
}
