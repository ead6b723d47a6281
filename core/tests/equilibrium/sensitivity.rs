//! The gradients against differences, and against those of a model with 80 digits.

use pinfi_core::equilibrium::{Game, GameParams, Gradient};
use proptest::prelude::*;
use serde::Deserialize;

const VECTORS: &str = include_str!("../../../tests/vectors/sensitivity.json");

#[derive(Deserialize)]
struct Vector {
    params: GameParams,
    reward: f64,
    floor: Expected,
    ceiling: Option<Expected>,
    resting_price: Expected,
}

#[derive(Deserialize)]
struct Expected {
    fee: f64,
    outside_base: f64,
    outside_rate: f64,
    outside_quantity: f64,
    valuation: f64,
    reward: f64,
}

#[track_caller]
fn assert_close(found: Gradient, expected: &Expected) {
    for (name, found, expected) in [
        ("fee", found.fee, expected.fee),
        ("outside_base", found.outside_base, expected.outside_base),
        ("outside_rate", found.outside_rate, expected.outside_rate),
        ("outside_quantity", found.outside_quantity, expected.outside_quantity),
        ("valuation", found.valuation, expected.valuation),
        ("reward", found.reward, expected.reward),
    ] {
        assert!((found - expected).abs() <= 1e-11 * expected.abs(), "{name}: {found} {expected}");
    }
}

#[test]
fn gradients_equal_the_vectors() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.iter().filter(|vector| vector.ceiling.is_some()).count(), 4);
    for vector in &vectors {
        let game = Game::new(vector.params).unwrap();
        assert_close(game.floor_gradient(), &vector.floor);
        assert_eq!(game.ceiling_gradient().is_some(), vector.ceiling.is_some());
        for (found, expected) in game.ceiling_gradient().into_iter().zip(&vector.ceiling) {
            assert_close(found, expected);
        }
        assert_close(game.resting_price_gradient(vector.reward).unwrap(), &vector.resting_price);
    }
}

type Amount = fn(&Game, f64) -> f64;

fn params() -> impl Strategy<Value = GameParams> {
    (0.01f64..0.5, 0.3f64..2.0, 0.05f64..0.5, 0.5f64..3.0, 1.1f64..3.0).prop_map(
        |(fee, outside_base, outside_rate, outside_quantity, over)| {
            let outside = outside_base + outside_rate * outside_quantity;
            let valuation = over * outside / (1.0 - fee);
            GameParams { fee, outside_base, outside_rate, outside_quantity, valuation }
        },
    )
}

/// Differences on both sides of each parameter, relative to its size.
fn differences(params: GameParams, reward: f64, amount: Amount) -> Gradient {
    const STEP: f64 = 1e-5;
    let by = |change: fn(&mut GameParams, f64), size: f64| {
        let at = |step: f64| {
            let mut moved = params;
            change(&mut moved, step);
            amount(&Game::new(moved).unwrap(), reward)
        };
        (at(STEP * size) - at(-STEP * size)) / (2.0 * STEP * size)
    };
    let game = Game::new(params).unwrap();
    let step = STEP * reward;
    Gradient {
        fee: by(|p, step| p.fee += step, params.fee),
        outside_base: by(|p, step| p.outside_base += step, params.outside_base),
        outside_rate: by(|p, step| p.outside_rate += step, params.outside_rate),
        outside_quantity: by(|p, step| p.outside_quantity += step, params.outside_quantity),
        valuation: by(|p, step| p.valuation += step, params.valuation),
        reward: (amount(&game, reward + step) - amount(&game, reward - step)) / (2.0 * step),
    }
}

fn assert_alike(exact: Gradient, differences: Gradient) {
    for (name, exact, found) in [
        ("fee", exact.fee, differences.fee),
        ("outside_base", exact.outside_base, differences.outside_base),
        ("outside_rate", exact.outside_rate, differences.outside_rate),
        ("outside_quantity", exact.outside_quantity, differences.outside_quantity),
        ("valuation", exact.valuation, differences.valuation),
        ("reward", exact.reward, differences.reward),
    ] {
        assert!((exact - found).abs() <= 1e-6 * exact.abs().max(1.0), "{name}: {exact} {found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn gradients_equal_differences(params in params(), over in 0.05f64..2.0) {
        let game = Game::new(params).unwrap();
        let band = game.reward_band().unwrap();
        let reward = band.floor * (1.0 + over);
        let floor: Amount = |game, _| game.reward_band().unwrap().floor;
        let ceiling: Amount = |game, _| game.reward_band().unwrap().ceiling;
        let resting: Amount = |game, reward| game.resting_price(reward).unwrap();
        assert_alike(game.floor_gradient(), differences(params, reward, floor));
        assert_alike(game.ceiling_gradient().unwrap(), differences(params, reward, ceiling));
        assert_alike(
            game.resting_price_gradient(reward).unwrap(),
            differences(params, reward, resting),
        );
    }
}
