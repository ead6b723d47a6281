//! The diagram's lines as tables: where each role begins and ends, and the boundary between LPs and
//! everybody else.

use leptos::prelude::*;
use pinfi_core::equilibrium::Game;

use super::{card::Found, numbers::figure, plot::Frame};
use crate::{
    components::{Column, table},
    contexts::tr,
};

/// Points of the boundary from x = 1 to the edge.
const POINTS: u32 = 8;

/// Lists where roles begin and end, in units of b and in PIN an hour.
pub(super) fn thresholds(found: &Found) -> AnyView {
    let limits = found.game.diagram().thresholds();
    let outside = found.game.outside_price();
    let row = |name: &'static str, axis: &'static str, part: f64| {
        let place = format!("{axis} = {}", figure(part));
        vec![name.into_any(), place.into_any(), figure(part * outside).into_any()]
    };
    let mut rows = vec![
        row(tr!(balance.limit_buyers), "x", limits.speculating_buyer),
        row(tr!(balance.limit_sellers), "x", limits.seller),
        row(tr!(balance.limit_clients), "x", limits.genuine_client),
        row(tr!(balance.limit_floor), "y", limits.lp_floor),
    ];
    if let Some(band) = found.finding.band {
        rows.push(row(tr!(balance.limit_ceiling), "y", band.ceiling / outside));
    }
    let columns = vec![
        column(tr!(balance.limit), false),
        column(tr!(balance.limit_place), true),
        column(tr!(balance.pin_hour), true),
    ];
    let title = tr!(balance.limits);
    view! { <h3>{title}</h3> {table(title, "balance-table-limits", columns, rows)} }.into_any()
}

/// Lists points of the boundary: at a price, the least reward at which LPs stay.
pub(super) fn boundary(found: &Found, frame: &Frame) -> AnyView {
    let outside = found.game.outside_price();
    let row = |(x, y): (f64, f64)| {
        let cells = [x, x * outside, y, y * outside];
        cells.map(|cell| figure(cell).into_any()).into()
    };
    let columns = vec![
        column(tr!(balance.boundary_x), true),
        column(tr!(balance.table_price), true),
        column(tr!(balance.boundary_y), true),
        column(tr!(balance.table_reward), true),
    ];
    let rows = points(&found.game, frame).into_iter().map(row).collect();
    let title = tr!(balance.boundary);
    view! { <h3>{title}</h3> {table(title, "balance-table-boundary", columns, rows)} }.into_any()
}

/// The boundary is level up to x = 1 and rises from there.
fn points(game: &Game, frame: &Frame) -> Vec<(f64, f64)> {
    let step = (frame.x_max - 1.0) / f64::from(POINTS);
    let rising = (0..=POINTS).map(|point| 1.0 + step * f64::from(point));
    [0.0].into_iter().chain(rising).map(|x| (x, game.diagram().lp_boundary(x))).collect()
}

fn column(title: &str, figures: bool) -> Column {
    Column { title: title.to_owned(), figures }
}

#[cfg(test)]
mod tests {
    use super::super::{assumed::Assumed, finding::game};
    use super::*;

    #[test]
    fn points_run_from_the_floor_along_the_curve_to_the_edge() {
        let assumed = Assumed(["0.8", "0.1", "2", "1.9"].map(str::to_owned));
        let game = game(0.3, &assumed).unwrap();
        let frame = Frame::around(game.diagram(), &[]);
        let points = points(&game, &frame);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(close(points[0].1, 0.7) && points[0].0 == 0.0, "{points:?}");
        assert!(close(points[1].0, 1.0) && close(points[1].1, 0.7), "no jump: {points:?}");
        let (x, y) = points[points.len() - 1];
        assert!(close(x, frame.x_max) && close(y, (x - 1.0) / x.ln() - 0.3), "{points:?}");
        assert!(points.windows(2).skip(1).all(|pair| pair[0] < pair[1] && pair[0].1 < pair[1].1));
    }
}
