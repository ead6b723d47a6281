//! The ledger's proportional dissipation against a pool in which only compute shrinks.

use pinfi_simulation::{RoundTrip, compare_dissipation};

use crate::chart::{BLUE, Frame, GREY, ORANGE, Series, SeriesLabelPosition, draw, picture};
use crate::findings::Findings;

const FEE_BPS: u32 = 30;

pub(crate) fn run(findings: &Findings) -> Result<(), String> {
    let waits: Vec<u32> = (0..=18).map(|n| n * 6).collect();
    let trips = compare_dissipation(FEE_BPS, &waits).map_err(|error| error.to_string())?;
    let mut rows = vec![
        "| waited | price, ledger | price, naive | back, ledger | back, naive | hours left |"
            .into(),
        "|---|---|---|---|---|---|".into(),
    ];
    for trip in trips.iter().step_by(4) {
        rows.push(format!(
            "| {} h | {:.3} | {:.3} | {:.1} % | {:.1} % | {:.1} % |",
            trip.hours,
            trip.ledger_price,
            trip.naive_price,
            100.0 * trip.ledger_back / trip.paid,
            100.0 * trip.naive_back / trip.paid,
            100.0 * (1.0 - trip.passed),
        ));
    }
    findings.table("dissipation", &rows)?;
    let line = |name, colour, of: fn(&RoundTrip) -> f64| {
        let points = trips.iter().map(|trip| (f64::from(trip.hours), of(trip)));
        Series::line(name, colour, points.collect())
    };
    picture(findings, "dissipation", (880, 330), (1, 2), |areas| {
        let [left, right] = areas else { return Ok(()) };
        draw(
            left,
            &Frame {
                title: "Price without any trade",
                x: ("hours", 0.0..110.0),
                y: ("PIN per hour", 0.0..6.0),
                shaded: None,
                legend: Some(SeriesLabelPosition::UpperLeft),
            },
            &[
                line("ledger", BLUE, |trip| trip.ledger_price),
                line("naive pool", ORANGE, |trip| trip.naive_price),
            ],
        )?;
        draw(
            right,
            &Frame {
                title: "What a trader gets back of what he paid",
                x: ("hours waited", 0.0..110.0),
                y: ("part of the price", 0.0..3.0),
                shaded: None,
                legend: Some(SeriesLabelPosition::UpperLeft),
            },
            &[
                line("ledger", BLUE, |trip| trip.ledger_back / trip.paid),
                line("naive pool", ORANGE, |trip| trip.naive_back / trip.paid),
                line("hours left", GREY, |trip| 1.0 - trip.passed),
            ],
        )
    })
}
