//! The diagram's shapes, in the units of its view box. Floats: these are pixels.

use pinfi_core::equilibrium::{Diagram, Region};

/// The view box.
pub(super) const WIDTH: f64 = 600.0;
/// The view box.
pub(super) const HEIGHT: f64 = 440.0;
/// The plane's sides within it.
pub(super) const LEFT: f64 = 52.0;
pub(super) const RIGHT: f64 = WIDTH - 12.0;
pub(super) const TOP: f64 = 12.0;
pub(super) const BOTTOM: f64 = HEIGHT - 46.0;

/// Points of a curve: finer would not be seen.
const STEPS: u32 = 48;
/// The part of the plane that is always shown, and the most of it, in units of b.
const LEAST: f64 = 2.0;
const MOST: f64 = 6.0;
/// Cells a side in which a region's middle is sought.
const CELLS: u32 = 40;
/// Cells that a letter needs.
const ROOM: usize = 12;

/// The part of the plane that is shown, from 0 to these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) x_max: f64,
    pub(super) y_max: f64,
}

/// A region as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) region: Region,
    /// SVG path data; empty where nothing of it is shown.
    pub(super) path: String,
    /// Where its letter stands, if there is room.
    pub(super) letter: Option<(f64, f64)>,
}

impl Frame {
    /// Chooses a frame around the balanced region and the given points, in steps that keep it still
    /// while the points move.
    pub(super) fn around(diagram: &Diagram, points: &[(f64, f64)]) -> Self {
        let limit = diagram.thresholds().genuine_client;
        let x = points.iter().map(|point| point.0).fold(limit, f64::max);
        let x_max = side(x);
        let y = points.iter().map(|point| point.1).fold(diagram.lp_boundary(limit), f64::max);
        Self { x_max, y_max: side(y) }
    }

    /// Places an x; what lies beyond stands at the edge.
    pub(super) fn place_x(&self, x: f64) -> f64 {
        LEFT + (x / self.x_max).clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    /// Places a y; as [`Self::place_x`].
    pub(super) fn place_y(&self, y: f64) -> f64 {
        BOTTOM - (y / self.y_max).clamp(0.0, 1.0) * (BOTTOM - TOP)
    }

    /// Writes the points of a line that may leave the frame; to be cut at its edge.
    pub(super) fn loose_line(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let place = |(x, y)| {
            let across = LEFT + x / self.x_max * (RIGHT - LEFT);
            let down = BOTTOM - y / self.y_max * (BOTTOM - TOP);
            format!("{across:.1},{down:.1}")
        };
        points.map(place).collect::<Vec<_>>().join(" ")
    }

    /// Reads the point under a place, given as parts of the view box from the upper left.
    pub(super) fn read(&self, across: f64, down: f64) -> (f64, f64) {
        let x = (across * WIDTH - LEFT) / (RIGHT - LEFT);
        let y = (BOTTOM - down * HEIGHT) / (BOTTOM - TOP);
        (x.clamp(0.0, 1.0) * self.x_max, y.clamp(0.0, 1.0) * self.y_max)
    }

    /// Tells whether a point lies beyond the edge.
    pub(super) fn is_beyond(&self, (x, y): (f64, f64)) -> bool {
        x > self.x_max || y > self.y_max
    }

    /// Writes the points of a line.
    pub(super) fn line(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let place = |(x, y)| format!("{:.1},{:.1}", self.place_x(x), self.place_y(y));
        points.map(place).collect::<Vec<_>>().join(" ")
    }

    /// Gives the marks along a side, up to `max`.
    pub(super) fn marks(max: f64) -> impl Iterator<Item = f64> {
        let step = if max > 3.0 { 1.0 } else { 0.5 };
        (0..).map(move |mark| f64::from(mark) * step).take_while(move |mark| *mark <= max + 1e-9)
    }

    /// Draws the regions, which cover the frame between them.
    pub(super) fn shapes(&self, diagram: &Diagram) -> Vec<Shape> {
        let Self { x_max, y_max } = *self;
        let limits = diagram.thresholds();
        let (floor, thin) = (limits.lp_floor, limits.speculating_buyer);
        let limit = limits.genuine_client.clamp(1.0, x_max);
        let path = |region| match region {
            Region::A => self.closed(&[(0.0, floor), (1.0, floor), (1.0, y_max), (0.0, y_max)]),
            Region::B => self.closed(&[(0.0, 0.0), (thin, 0.0), (thin, floor), (0.0, floor)]),
            Region::C => self.closed(&[(thin, 0.0), (1.0, 0.0), (1.0, floor), (thin, floor)]),
            Region::D => self.along(diagram, (1.0, limit), 0.0),
            Region::E => self.along(diagram, (limit, x_max), 0.0),
            Region::F => self.along(diagram, (limit, x_max), y_max),
            Region::G => self.along(diagram, (1.0, limit), y_max),
        };
        let shape =
            |region| Shape { region, path: path(region), letter: self.middle(diagram, region) };
        Region::ALL.into_iter().map(shape).collect()
    }

    /// Draws the boundary between LPs and everybody else.
    pub(super) fn boundary(&self, diagram: &Diagram) -> String {
        let start = [(0.0, diagram.lp_boundary(0.0))];
        self.line(start.into_iter().chain(curve(diagram, (1.0, self.x_max))))
    }

    /// The area between the boundary and a height.
    fn along(&self, diagram: &Diagram, (from, to): (f64, f64), height: f64) -> String {
        if to <= from {
            return String::new();
        }
        let mut points: Vec<(f64, f64)> = curve(diagram, (from, to)).collect();
        points.extend([(to, height), (from, height)]);
        self.closed(&points)
    }

    fn closed(&self, points: &[(f64, f64)]) -> String {
        format!("M{}Z", self.line(points.iter().copied()).replace(' ', "L"))
    }

    /// The mean of the frame's cells that lie in a region, if they are enough for a letter.
    fn middle(&self, diagram: &Diagram, region: Region) -> Option<(f64, f64)> {
        let at = |place: u32, max: f64| (f64::from(place) + 0.5) / f64::from(CELLS) * max;
        let cells = (0..CELLS).flat_map(|across| (0..CELLS).map(move |up| (across, up)));
        let points = cells.map(|(across, up)| (at(across, self.x_max), at(up, self.y_max)));
        let inside: Vec<(f64, f64)> =
            points.filter(|(x, y)| diagram.region(*x, *y) == region).collect();
        let count = inside.len() as f64;
        let mean = |side: fn(&(f64, f64)) -> f64| inside.iter().map(side).sum::<f64>() / count;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        (inside.len() >= ROOM && diagram.region(x, y) == region)
            .then(|| (self.place_x(x), self.place_y(y)))
    }
}

fn curve(diagram: &Diagram, (from, to): (f64, f64)) -> impl Iterator<Item = (f64, f64)> + '_ {
    (0..=STEPS).map(move |step| {
        let x = from + (to - from) * f64::from(step) / f64::from(STEPS);
        (x, diagram.lp_boundary(x))
    })
}

/// A side of the frame: what is to be seen and a little more, in halves.
fn side(seen: f64) -> f64 {
    let wanted = (seen * 1.1).clamp(LEAST, MOST);
    (wanted * 2.0).ceil() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Diagram {
        Diagram::new(0.3, 1.33).unwrap()
    }

    #[test]
    fn shapes_of_a_market_without_clients_leave_d_and_g_out() {
        let diagram = Diagram::new(0.3, 0.8).unwrap();
        let frame = Frame::around(&diagram, &[]);
        for shape in frame.shapes(&diagram) {
            let is_empty = matches!(shape.region, Region::D | Region::G);
            assert_eq!(shape.path.is_empty(), is_empty, "{:?}", shape.region);
            assert_eq!(shape.letter.is_none(), is_empty, "{:?}", shape.region);
        }
    }

    #[test]
    fn frame_shows_no_more_than_six_times_the_price_outside() {
        let frame = Frame::around(&example(), &[(1e9, f64::INFINITY)]);
        assert_eq!(frame, Frame { x_max: 6.0, y_max: 6.0 });
        assert!(frame.is_beyond((7.0, 1.0)) && !frame.is_beyond((1.0, 1.0)));
        assert_eq!((frame.place_x(1e9), frame.place_y(f64::INFINITY)), (RIGHT, TOP), "at the edge");
    }

    #[test]
    fn loose_line_leaves_the_frame_where_a_line_stays_in() {
        let frame = Frame { x_max: 2.0, y_max: 2.0 };
        let inside = [(0.5, 0.5), (1.0, 2.0)];
        assert_eq!(frame.loose_line(inside.into_iter()), frame.line(inside.into_iter()));
        let beyond = [(1.0, 4.0)];
        let middle = f64::midpoint(LEFT, RIGHT);
        let above = TOP - (BOTTOM - TOP);
        assert_eq!(frame.loose_line(beyond.into_iter()), format!("{middle:.1},{above:.1}"));
        assert_eq!(frame.line(beyond.into_iter()), format!("{middle:.1},{TOP:.1}"));
    }

    #[test]
    fn frame_stands_still_while_the_point_moves_a_little() {
        let frame = |x| Frame::around(&example(), &[(x, 0.9)]);
        assert_eq!(frame(1.0), frame(1.4));
        assert_eq!(frame(1.0), Frame { x_max: 2.0, y_max: 2.0 });
        assert_eq!(frame(2.0).x_max, 2.5);
    }

    #[test]
    fn read_gives_back_the_place() {
        let frame = Frame::around(&example(), &[]);
        let (across, down) = (frame.place_x(1.25) / WIDTH, frame.place_y(0.75) / HEIGHT);
        let (x, y) = frame.read(across, down);
        assert!((x - 1.25).abs() < 1e-12 && (y - 0.75).abs() < 1e-12);
        assert_eq!(frame.read(0.0, 1.0), (0.0, 0.0), "the margin is the edge");
    }

    #[test]
    fn marks_are_halves_or_wholes() {
        assert_eq!(Frame::marks(2.0).collect::<Vec<_>>(), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(Frame::marks(3.5).count(), 4);
    }

    #[test]
    fn letters_stand_in_their_regions() {
        let diagram = example();
        let frame = Frame::around(&diagram, &[]);
        for shape in frame.shapes(&diagram) {
            let (x, y) = shape.letter.expect("there is room for each");
            let (x, y) = frame.read(x / WIDTH, y / HEIGHT);
            assert_eq!(diagram.region(x, y), shape.region);
        }
    }

    /// The shoelace formula over the drawn paths against core's areas.
    #[test]
    fn law_shapes_cover_what_core_says() {
        use pinfi_core::equilibrium::PlotBox;
        let diagram = example();
        let frame = Frame::around(&diagram, &[]);
        let areas = diagram.areas(&PlotBox::new(frame.x_max, frame.y_max).unwrap());
        let unit = (RIGHT - LEFT) * (BOTTOM - TOP) / (frame.x_max * frame.y_max);
        for shape in frame.shapes(&diagram) {
            let points: Vec<(f64, f64)> = shape
                .path
                .trim_matches(['M', 'Z'])
                .split('L')
                .map(|point| {
                    let (x, y) = point.split_once(',').unwrap();
                    (x.parse().unwrap(), y.parse().unwrap())
                })
                .collect();
            let next = points.iter().cycle().skip(1);
            let twice: f64 = points.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
            let drawn = twice.abs() / 2.0 / unit;
            let exact = areas.of(shape.region);
            assert!((drawn - exact).abs() < 0.003, "{:?}: {drawn} for {exact}", shape.region);
        }
    }
}
