//! The properties of the game, by name.

use crate::game;
use pinfi_core::equilibrium::{
    BandPosition, Diagram, PlotBox, ProviderRole, Region, inverse_log_mean, log_mean, log_mean_of,
    log_mean_slope,
};
use proptest::prelude::*;

/// Prices of every size, many of them next to 1.
fn price() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-60.0f64..60.0).prop_map(f64::exp),
        0.5f64..2.0,
        (-1e-3f64..1e-3).prop_map(|gap| 1.0 + gap),
        (-1e-9f64..1e-9).prop_map(|gap| 1.0 + gap),
    ]
}

fn diagram() -> impl Strategy<Value = Diagram> {
    (0.0f64..0.99, 0.0f64..4.0).prop_map(|(fee, limit)| Diagram::new(fee, limit).unwrap())
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

/// The slow twin: L(x) = ∫₀¹ x^t dt, by Simpson's rule on `steps` intervals.
fn log_mean_by_integration(x: f64, steps: u32) -> f64 {
    let step = 1.0 / f64::from(steps);
    let sum: f64 = (0..=steps)
        .map(|n| {
            let weight = if n == 0 || n == steps { 1.0 } else { f64::from(2 + n % 2 * 2) };
            weight * x.powf(f64::from(n) * step)
        })
        .sum();
    sum * step / 3.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn law_log_mean_is_symmetric(a in price(), b in price()) {
        prop_assert_eq!(log_mean_of(a, b).to_bits(), log_mean_of(b, a).to_bits());
        prop_assert!(close(log_mean_of(a, 1.0), log_mean(a), 2e-14));
        // Reflection: L(1/x) = L(x)/x.
        prop_assert!(close(log_mean(1.0 / a) * a, log_mean(a), 1e-13));
    }

    #[test]
    fn law_log_mean_is_monotone(a in price(), b in price()) {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        prop_assert!(log_mean(low) <= log_mean(high) * (1.0 + 1e-14));
        if high > low * (1.0 + 1e-12) {
            prop_assert!(log_mean(low) < log_mean(high));
        }
        prop_assert!(log_mean_slope(a) > 0.0);
    }

    #[test]
    fn law_log_mean_lies_between_geometric_and_arithmetic(x in price()) {
        let mean = log_mean(x);
        prop_assert!(mean >= x.sqrt() * (1.0 - 1e-14), "{} < √{}", mean, x);
        prop_assert!(mean <= (1.0 + x) / 2.0 * (1.0 + 1e-14), "{} of {}", mean, x);
    }

    #[test]
    fn law_log_mean_equals_its_integral(x in 0.05f64..20.0) {
        prop_assert!(close(log_mean(x), log_mean_by_integration(x, 1_000), 1e-12));
    }

    #[test]
    fn law_resting_price_inverts_the_log_mean(x in price()) {
        let again = inverse_log_mean(log_mean(x));
        // Rounding L(x) alone moves x by L·ε/L′: next to nothing above 1, most of it far below.
        let lost = 2.0 * f64::EPSILON * log_mean(x) / (x * log_mean_slope(x));
        prop_assert!(close(again, x, 1e-12 + lost), "{} for {}", again, x);
    }

    #[test]
    fn law_resting_price_lies_on_the_boundary(diagram in diagram(), over in 0.0f64..1e6) {
        let y = 1.0 - diagram.fee() + over;
        let x = diagram.resting_price(y).unwrap();
        prop_assert!(x >= 1.0);
        prop_assert!(close(log_mean(x), y + diagram.fee(), 1e-12));
    }

    #[test]
    fn law_regions_partition_the_plane(diagram in diagram(), x in 0.0f64..5.0, y in 0.0f64..5.0) {
        // The definitions of PROTOCOL 7, each by itself; E and F are about selling into the pool.
        let limits = diagram.thresholds();
        let (floor, x_g) = (limits.lp_floor, limits.genuine_client);
        let above = y >= log_mean(x) - diagram.fee();
        let holds = [
            x <= 1.0 && y >= floor,
            x < limits.speculating_buyer && y < floor,
            limits.speculating_buyer <= x && x <= 1.0 && y < floor,
            1.0 < x && x <= x_g && !above,
            x > x_g.max(1.0) && !above,
            x > x_g.max(1.0) && above,
            1.0 < x && x <= x_g && above,
        ];
        prop_assert_eq!(holds.iter().filter(|holds| **holds).count(), 1);
        let region = diagram.region(x, y);
        let place = Region::ALL.iter().position(|one| *one == region).unwrap();
        prop_assert!(holds[place], "{:?} at ({}, {})", region, x, y);
    }

    #[test]
    fn law_areas_sum_to_the_box(
        diagram in diagram(), x_max in 0.01f64..6.0, y_max in 0.01f64..6.0,
    ) {
        let plot = PlotBox::new(x_max, y_max).unwrap();
        let areas = diagram.areas(&plot);
        prop_assert!((areas.total() - plot.area()).abs() <= 1e-12 * plot.area());
        prop_assert!(Region::ALL.iter().all(|region| areas.of(*region) >= 0.0), "{:?}", areas);
    }

    #[test]
    fn law_band_is_nonempty_iff_genuine_clients_pay_more_than_outside(
        fee in 0.0f64..0.9, valuation in 0.2f64..12.0,
    ) {
        let game = game(fee, valuation);
        let beyond = (1.0 - fee) * valuation > game.outside_price();
        let band = game.reward_band();
        prop_assert_eq!(band.is_some(), beyond);
        if let Some(band) = band {
            prop_assert!(band.floor <= band.ceiling, "{:?}", band);
            prop_assert!(band.contains(band.floor) && band.contains(band.ceiling));
            prop_assert_eq!(band.position(band.floor * 0.999), BandPosition::Below);
            prop_assert_eq!(band.position(band.ceiling * 1.001), BandPosition::Above);
        }
    }

    #[test]
    fn law_a_reward_rests_in_the_balanced_region_iff_it_is_in_the_band(
        fee in 0.0f64..0.9, over in 0.01f64..3.0, part in -0.5f64..1.5,
    ) {
        let game = game(fee, (1.0 + over) / (1.0 - fee));
        let band = game.reward_band().unwrap();
        // Off the very ends, where rounding decides.
        prop_assume!(part.abs() > 1e-6 && (part - 1.0).abs() > 1e-6);
        let reward = band.at(part);
        prop_assume!(reward > 0.0);
        match game.resting_price(reward) {
            Err(_) => prop_assert_eq!(band.position(reward), BandPosition::Below),
            Ok(price) => {
                let reached = price < game.diagram().thresholds().genuine_client;
                prop_assert_eq!(reached, band.position(reward) == BandPosition::Inside);
                // On the way up to the resting price, it is genuine clients who say how far the
                // pool is balanced: LPs stay and sellers sell all along.
                let x = 1.0 + (price - 1.0) * 0.999;
                let region = game.region(x, reward).unwrap();
                let clients = x <= game.diagram().thresholds().genuine_client;
                prop_assert_eq!(region, if clients { Region::G } else { Region::F });
            }
        }
    }

    #[test]
    fn law_the_best_role_agrees_with_the_region(
        fee in 0.0f64..0.9, valuation in 0.2f64..6.0, x in 0.01f64..4.0, y in 0.0f64..4.0,
    ) {
        let game = game(fee, valuation);
        prop_assume!((y - game.diagram().lp_boundary(x)).abs() > 1e-9);
        let payoffs = game.payoffs(x, y).unwrap();
        let expected = match game.region(x, y).unwrap() {
            Region::A | Region::F | Region::G => ProviderRole::Liquidity,
            Region::B | Region::C => ProviderRole::Outside,
            Region::D | Region::E => ProviderRole::PoolSale,
        };
        prop_assert_eq!(payoffs.best(), expected);
        let limits = game.diagram().thresholds();
        prop_assert_eq!(payoffs.speculating_seller > 0.0, x > limits.seller);
        if (x - limits.speculating_buyer).abs() > 1e-9 {
            prop_assert_eq!(payoffs.speculating_buyer > 0.0, x < limits.speculating_buyer);
        }
        if (x - limits.genuine_client).abs() > 1e-9 {
            prop_assert_eq!(payoffs.genuine_client > 0.0, x < limits.genuine_client);
        }
    }
}

#[test]
fn log_mean_next_to_one() {
    assert_eq!(log_mean(1.0), 1.0);
    for gap in [1e-15, 1e-12, 1e-8, 1e-4] {
        for gap in [gap, -gap] {
            let gap: f64 = (1.0 + gap) - 1.0;
            // L(1 + g) = 1 + g/2 − g²/12 + g³/24 − 19g⁴/720 + O(g⁵)
            let series = 1.0 + gap / 2.0 - gap * gap / 12.0 + gap.powi(3) / 24.0
                - 19.0 * gap.powi(4) / 720.0;
            assert!(close(log_mean(1.0 + gap), series, 4e-16), "{gap}");
            let slope = 0.5 - gap / 6.0 + gap * gap / 8.0 - 19.0 * gap.powi(3) / 180.0;
            assert!(close(log_mean_slope(1.0 + gap), slope, 1e-15), "{gap}");
        }
    }
    assert_eq!(log_mean(0.0), 0.0);
    assert!(log_mean(-1.0).is_nan());
}

#[test]
fn areas_count_what_a_fine_grid_counts() {
    for (fee, limit, x_max, y_max) in
        [(0.3, 1.32, 3.0, 1.5), (0.1, 0.8, 2.5, 0.7), (0.0, 5.0, 4.0, 3.0), (0.5, 1.5, 0.8, 2.0)]
    {
        let diagram = Diagram::new(fee, limit).unwrap();
        let areas = diagram.areas(&PlotBox::new(x_max, y_max).unwrap());
        let mut counted = [0u32; 7];
        let side = 800;
        let middle = |n: u32, max: f64| (f64::from(n) + 0.5) / f64::from(side) * max;
        for (i, j) in (0..side).flat_map(|i| (0..side).map(move |j| (i, j))) {
            let region = diagram.region(middle(i, x_max), middle(j, y_max));
            counted[Region::ALL.iter().position(|one| *one == region).unwrap()] += 1;
        }
        let cell = x_max * y_max / f64::from(side * side);
        for (region, count) in Region::ALL.into_iter().zip(counted) {
            let counted = f64::from(count) * cell;
            // A boundary crosses at most about two cells a column or row.
            let tolerance = f64::from(2 * side) * cell;
            assert!((areas.of(region) - counted).abs() <= tolerance, "{region:?} {limit}");
        }
    }
}
