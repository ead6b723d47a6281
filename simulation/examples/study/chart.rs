//! Lines in frames, as SVG.

use std::ops::Range;

pub(crate) use plotters::chart::SeriesLabelPosition;
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::findings::Findings;

/// Colours that remain apart for the colour-blind (Okabe and Ito).
pub(crate) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(crate) const ORANGE: RGBColor = RGBColor(213, 94, 0);
pub(crate) const GREEN: RGBColor = RGBColor(0, 158, 115);
pub(crate) const PURPLE: RGBColor = RGBColor(204, 121, 167);
pub(crate) const GREY: RGBColor = RGBColor(120, 120, 120);

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A line, or points.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) colour: RGBColor,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) dots: bool,
}

impl Series {
    pub(crate) fn line(name: &'static str, colour: RGBColor, points: Vec<(f64, f64)>) -> Self {
        Self { name, colour, points, dots: false }
    }

    pub(crate) fn dots(name: &'static str, colour: RGBColor, points: Vec<(f64, f64)>) -> Self {
        Self { name, colour, points, dots: true }
    }
}

/// A frame with its axes.
pub(crate) struct Frame<'a> {
    pub(crate) title: &'a str,
    pub(crate) x: (&'a str, Range<f64>),
    pub(crate) y: (&'a str, Range<f64>),
    /// Shaded from one x to another.
    pub(crate) shaded: Option<(f64, f64)>,
    pub(crate) legend: Option<SeriesLabelPosition>,
}

/// Makes a picture of a size, cut into rows and columns.
pub(crate) fn picture(
    findings: &Findings,
    name: &str,
    size: (u32, u32),
    cells: (usize, usize),
    fill: impl FnOnce(&[Area<'_>]) -> Result<(), String>,
) -> Result<(), String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&WHITE).map_err(|error| error.to_string())?;
        fill(&root.split_evenly(cells))?;
        root.present().map_err(|error| error.to_string())?;
    }
    findings.plot(name, &svg)
}

/// Draws the series into an area.
pub(crate) fn draw(area: &Area<'_>, frame: &Frame<'_>, series: &[Series]) -> Result<(), String> {
    try_draw(area, frame, series).map_err(|error| error.to_string())
}

fn try_draw(
    area: &Area<'_>,
    frame: &Frame<'_>,
    series: &[Series],
) -> Result<(), Box<dyn std::error::Error>> {
    let fail = |error: DrawingAreaErrorKind<std::io::Error>| error.to_string();
    let mut chart = ChartBuilder::on(area)
        .caption(frame.title, ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(48)
        .build_cartesian_2d(frame.x.1.clone(), frame.y.1.clone())
        .map_err(fail)?;
    if let Some((from, to)) = frame.shaded {
        let corners = [(from, frame.y.1.start), (to, frame.y.1.end)];
        chart.draw_series([Rectangle::new(corners, GREEN.mix(0.12).filled())]).map_err(fail)?;
    }
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GREY.mix(0.25))
        .x_desc(frame.x.0)
        .y_desc(frame.y.0)
        .x_labels(8)
        .y_labels(6)
        .label_style(("sans-serif", 12))
        .draw()
        .map_err(fail)?;
    for Series { name, colour, points, dots } in series {
        let colour = *colour;
        let drawn = if *dots {
            chart.draw_series(points.iter().map(|at| Circle::new(*at, 4, colour.filled())))
        } else {
            chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))
        }
        .map_err(fail)?;
        if frame.legend.is_some() && !name.is_empty() {
            drawn.label(*name).legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2))
            });
        }
    }
    if let Some(position) = frame.legend.clone() {
        chart
            .configure_series_labels()
            .position(position)
            .background_style(WHITE.mix(0.85))
            .border_style(GREY.mix(0.4))
            .label_font(("sans-serif", 12))
            .draw()
            .map_err(fail)?;
    }
    Ok(())
}
