//! The phase diagram, as elements of SVG: regions, boundary, the pool with its trail, and a point
//! that pointer or keyboard moves.

use leptos::{ev, html, prelude::*};

use super::{
    card::{Found, Shown},
    numbers::significant,
    plot::{BOTTOM, Frame, HEIGHT, LEFT, RIGHT, Shape, TOP, WIDTH},
};
use crate::{
    components::{live, maybe},
    contexts::tr,
};

/// How far a key moves the point, as a part of the frame's sides.
const STRIDE: f64 = 1.0 / 40.0;

/// What is shown, and the point of it that is examined: x and y, or none for the pool's.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) shown: Memo<Option<Shown>>,
    pub(super) probe: RwSignal<Option<(f64, f64)>>,
    frame: Memo<Option<Frame>>,
}

impl Place {
    pub(super) fn new(shown: Memo<Option<Shown>>) -> Self {
        let frame = Memo::new(move |_| shown.with(|shown| found(shown.as_ref()).map(frame)));
        Self { shown, probe: RwSignal::new(None), frame }
    }

    /// Gives the pool in its game, and follows it.
    pub(super) fn found(self) -> Option<Found> {
        self.shown.with(|shown| found(shown.as_ref()).cloned())
    }

    /// Gives the part of the plane that is shown, and follows it.
    pub(super) fn frame(self) -> Option<Frame> {
        self.frame.get()
    }

    fn point_at(self, element: NodeRef<html::Div>, event: &ev::PointerEvent) {
        let (Some(element), Some(frame)) = (element.get_untracked(), self.frame.get_untracked())
        else {
            return;
        };
        let area = element.get_bounding_client_rect();
        let across = (f64::from(event.client_x()) - area.left()) / area.width();
        let down = (f64::from(event.client_y()) - area.top()) / area.height();
        self.probe.set(Some(frame.read(across, down)));
    }

    /// Moves the point by a key; false for keys that mean nothing here.
    fn press(self, key: &str) -> bool {
        let (right, up) = match key {
            "ArrowRight" => (1.0, 0.0),
            "ArrowLeft" => (-1.0, 0.0),
            "ArrowUp" => (0.0, 1.0),
            "ArrowDown" => (0.0, -1.0),
            "Escape" => {
                self.probe.set(None);
                return true;
            }
            _ => return false,
        };
        let (Some(frame), Some(found)) = (self.frame.get_untracked(), untrack(|| self.found()))
        else {
            return false;
        };
        let pool = (found.finding.x, found.finding.y);
        let (x, y) = self.probe.get_untracked().unwrap_or(pool);
        let moved = |from: f64, by: f64, max: f64| (from + by * STRIDE * max).clamp(0.0, max);
        self.probe.set(Some((moved(x, right, frame.x_max), moved(y, up, frame.y_max))));
        true
    }
}

fn found(shown: Option<&Shown>) -> Option<&Found> {
    match shown {
        Some(Shown::Found(found)) => Some(found),
        _ => None,
    }
}

fn frame(found: &Found) -> Frame {
    let finding = &found.finding;
    Frame::around(found.game.diagram(), &[(finding.x, finding.y)])
}

/// Draws the diagram with its key.
pub(super) fn diagram(place: Place) -> AnyView {
    let element = NodeRef::<html::Div>::new();
    let drawing = live(move || {
        let Some((found, frame)) = place.found().zip(place.frame()) else { return ().into_any() };
        draw(&found, &frame, place)
    });
    let beyond = maybe(move || {
        let (found, frame) = place.found().zip(place.frame())?;
        let is_beyond = frame.is_beyond((found.finding.x, found.finding.y));
        is_beyond.then(|| view! { <p class="small soft">{tr!(balance.beyond)}</p> }.into_any())
    });
    view! {
        <figure class="stack-s">
            <div
                class="phase"
                role="application"
                tabindex="0"
                aria-label=tr!(balance.diagram_help)
                aria-describedby="balance-here"
                data-testid="balance-diagram"
                node_ref=element
                on:pointerdown=move |event| place.point_at(element, &event)
                on:pointermove=move |event| {
                    if event.pointer_type() == "mouse" {
                        place.point_at(element, &event);
                    }
                }
                on:pointerleave=move |event| {
                    if event.pointer_type() == "mouse" {
                        place.probe.set(None);
                    }
                }
                on:keydown=move |event| {
                    if place.press(&event.key()) {
                        event.prevent_default();
                    }
                }
            >
                {drawing}
            </div>
            {key()}
            {beyond}
            <figcaption class="small soft">{tr!(balance.diagram_hint)}</figcaption>
        </figure>
    }
    .into_any()
}

fn draw(found: &Found, frame: &Frame, place: Place) -> AnyView {
    let diagram = found.game.diagram();
    let shapes = frame.shapes(diagram);
    let finding = &found.finding;
    let outside = found.game.outside_price();
    let past = found.trail.iter().map(|step| (step.price / outside, step.reward / outside));
    let here = (finding.x, finding.y);
    let trail = (!found.is_a_question).then(|| frame.loose_line(past.chain([here])));
    let band = found.band_of_y().map(|(floor, ceiling)| {
        let (low, high) = (frame.place_y(floor), frame.place_y(ceiling));
        view! { <path class="phase-band" d=format!("M{LEFT} {low:.1}V{high:.1}") /> }.into_any()
    });
    let rest = finding.resting.map(|price| (price / outside, finding.y));
    let rest = rest.filter(|point| !frame.is_beyond(*point)).map(|(x, y)| {
        let (x, y) = (frame.place_x(x), frame.place_y(y));
        let path = format!("M{x:.1} {:.1}l7 7l-7 7l-7 -7z", y - 7.0);
        view! { <path class="phase-rest" d=path /> }.into_any()
    });
    let (x, y) = (frame.place_x(finding.x), frame.place_y(finding.y));
    let frame = *frame;
    let probe = maybe(move || {
        let (x, y) = place.probe.get()?;
        let (x, y) = (frame.place_x(x), frame.place_y(y));
        let path = format!("M{x:.1} {TOP}V{BOTTOM}M{LEFT} {y:.1}H{RIGHT}");
        Some(view! { <path class="phase-probe" d=path /> }.into_any())
    });
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true" focusable="false">
            {shapes.iter().map(area).collect_view()}
            {axes(&frame)}
            <polyline class="phase-boundary" points=frame.boundary(diagram) />
            {band}
            {shapes.iter().map(letter).collect_view()}
            {trail.map(cut)}
            {rest}
            <circle class="phase-pool" cx=fixed(x) cy=fixed(y) r="7" />
            {probe}
        </svg>
    }
    .into_any()
}

/// Draws the trail; the inner view box cuts it at the frame.
fn cut(points: String) -> AnyView {
    let (width, height) = (RIGHT - LEFT, BOTTOM - TOP);
    let place = format!("{LEFT} {TOP} {width} {height}");
    view! {
        <svg x=fixed(LEFT) y=fixed(TOP) width=fixed(width) height=fixed(height) viewBox=place>
            <polyline class="phase-trail" points=points />
        </svg>
    }
    .into_any()
}

fn area(shape: &Shape) -> AnyView {
    let class = format!("region region-{}", shape.region.letter().to_ascii_lowercase());
    view! { <path class=class d=shape.path.clone() /> }.into_any()
}

fn letter(shape: &Shape) -> AnyView {
    let Some((x, y)) = shape.letter else { return ().into_any() };
    view! { <text class="phase-letter" x=fixed(x) y=fixed(y)>{shape.region.letter()}</text> }
        .into_any()
}

fn axes(frame: &Frame) -> AnyView {
    let across = |mark: f64| {
        let x = fixed(frame.place_x(mark));
        view! { <text class="phase-mark" x=x y=fixed(BOTTOM + 18.0)>{significant(mark, 2)}</text> }
            .into_any()
    };
    let up = |mark: f64| {
        let y = fixed(frame.place_y(mark) + 4.0);
        view! { <text class="phase-mark phase-mark-up" x=fixed(LEFT - 8.0) y=y>{significant(mark, 2)}</text> }
            .into_any()
    };
    let middle = TOP + (BOTTOM - TOP) / 2.0;
    let turned = format!("rotate(-90 14 {middle})");
    view! {
        <path class="phase-axis" d=format!("M{LEFT} {TOP}V{BOTTOM}H{RIGHT}") />
        {Frame::marks(frame.x_max).map(across).collect_view()}
        {Frame::marks(frame.y_max).map(up).collect_view()}
        <text class="phase-name" x=fixed(LEFT + (RIGHT - LEFT) / 2.0) y=fixed(HEIGHT - 8.0)>
            {tr!(balance.axis_x)}
        </text>
        <text class="phase-name" x="14" y=fixed(middle) transform=turned>{tr!(balance.axis_y)}</text>
    }
    .into_any()
}

/// What the marks mean.
fn key() -> AnyView {
    let entry = |mark: AnyView, text: &'static str| {
        view! {
            <li>
                <svg class="phase-key" viewBox="0 0 24 16" aria-hidden="true">{mark}</svg>
                {text}
            </li>
        }
        .into_any()
    };
    let pool = view! { <circle class="phase-pool" cx="12" cy="8" r="6" /> }.into_any();
    let trail = view! { <path class="phase-trail" d="M2 12L9 5L14 10L22 4" /> }.into_any();
    let band = view! { <path class="phase-band" d="M12 0V16" /> }.into_any();
    let rest = view! { <path class="phase-rest" d="M12 1l7 7l-7 7l-7 -7z" /> }.into_any();
    view! {
        <ul class="phase-keys small soft">
            {entry(pool, tr!(balance.key_pool))}
            {entry(trail, tr!(balance.key_trail))}
            {entry(band, tr!(balance.key_band))}
            {entry(rest, tr!(balance.key_rest))}
        </ul>
    }
    .into_any()
}

fn fixed(place: f64) -> String {
    format!("{place:.1}")
}

impl Found {
    /// The band's ends in units of b.
    fn band_of_y(&self) -> Option<(f64, f64)> {
        let (band, outside) = (self.finding.band?, self.game.outside_price());
        Some((band.floor / outside, band.ceiling / outside))
    }
}
