//! Compares the phase diagram with the digitised Figure 4 of the seed article.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Deserialize;

use crate::equilibrium::{Diagram, Error, PlotBox, Region};

/// How far areas and resting prices may be off: the last digit that the file states.
const COMPUTED_TOLERANCE: f64 = 1e-5;

/// A file of this form. The source and the limits of the panels are for people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    #[serde(rename = "source")]
    _source: String,
    delta: f64,
    tolerance: f64,
    lp_seller_boundary: Vec<Point>,
    speculating_buyer_limit: f64,
    seller_limit: f64,
    lp_floor: f64,
    /// Inputs of the panels: nothing to compare.
    #[serde(rename = "genuine_limits")]
    _genuine_limits: BTreeMap<String, f64>,
    areas: ListedAreas,
    resting_price: Vec<Point>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "UPPERCASE")]
struct ListedAreas {
    #[serde(rename = "delta")]
    delta: f64,
    #[serde(rename = "x_g")]
    x_g: f64,
    #[serde(rename = "x_max")]
    x_max: f64,
    #[serde(rename = "y_max")]
    y_max: f64,
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
}

/// What was compared without a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// The values that were compared.
    pub compared: usize,
    /// The largest vertical distance of the boundary from a digitised point.
    pub worst_boundary: f64,
    /// The largest error of an area or a resting price.
    pub worst_computed: f64,
}

/// The first thing in which the file and this implementation differ.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Difference {
    /// The file is not of this form.
    #[error("not a file of Figure 4: {0}")]
    Form(String),
    /// A parameter has no meaning.
    #[error(transparent)]
    Parameter(#[from] Error),
    /// A value is off by more than its tolerance.
    #[error("{place}: {expected} expected, {found} found")]
    Value {
        /// What was compared; with its place on the other axis where it has one.
        place: String,
        /// What the file says.
        expected: f64,
        /// What this implementation computes.
        found: f64,
    },
}

/// Compares everything that the file states.
///
/// # Errors
/// The first [`Difference`].
pub fn replay(json: &str) -> Result<Summary, Difference> {
    let figure: Figure =
        serde_json::from_str(json).map_err(|error| Difference::Form(error.to_string()))?;
    let mut summary = Summary::default();
    let diagram = Diagram::new(figure.delta, figure.areas.x_g)?;
    for Point { x, y } in figure.lp_seller_boundary {
        let place = || alloc::format!("boundary at x = {x}");
        let off = compare(place, y, diagram.lp_boundary(x), figure.tolerance)?;
        summary.compared += 1;
        summary.worst_boundary = summary.worst_boundary.max(off);
    }
    let limits = diagram.thresholds();
    let mut computed = alloc::vec![
        (
            "speculating_buyer_limit".to_string(),
            figure.speculating_buyer_limit,
            limits.speculating_buyer,
        ),
        ("seller_limit".to_string(), figure.seller_limit, limits.seller),
        ("lp_floor".to_string(), figure.lp_floor, limits.lp_floor),
    ];
    let listed = figure.areas;
    let areas =
        Diagram::new(listed.delta, listed.x_g)?.areas(&PlotBox::new(listed.x_max, listed.y_max)?);
    let ListedAreas { a, b, c, d, e, f, g, .. } = listed;
    for (region, expected) in Region::ALL.into_iter().zip([a, b, c, d, e, f, g]) {
        computed.push((alloc::format!("area {}", region.letter()), expected, areas.of(region)));
    }
    for Point { x, y } in figure.resting_price {
        computed.push((alloc::format!("resting price at y = {y}"), x, diagram.resting_price(y)?));
    }
    for (place, expected, found) in computed {
        let off = compare(|| place, expected, found, COMPUTED_TOLERANCE)?;
        summary.compared += 1;
        summary.worst_computed = summary.worst_computed.max(off);
    }
    Ok(summary)
}

fn compare(
    place: impl FnOnce() -> String,
    expected: f64,
    found: f64,
    tolerance: f64,
) -> Result<f64, Difference> {
    let off = libm::fabs(expected - found);
    // Not `>`: a NaN is a difference too.
    if off <= tolerance {
        Ok(off)
    } else {
        Err(Difference::Value { place: place(), expected, found })
    }
}
