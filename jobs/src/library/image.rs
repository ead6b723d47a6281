//! Filters over an image.

use serde::{Deserialize, Serialize};

use super::words::{from_u32, u32_at};
use super::{Kernel, Shape, Twin, launch, sent, within};
use crate::limits::Parameter;
use crate::program::{Launch, Slot};
use crate::refusal::Refusal;

const SHADER: &str = include_str!("../shaders/image.wgsl");
/// Pixels along x that a workgroup computes.
const TILE: u32 = 64;
const MOST_SIDE: u64 = 1 << 14;
const MOST_RADIUS: u64 = 16;
const MOST_WEIGHT: u64 = 1 << 12;
const MOST_DIVISOR: u64 = 1 << 22;
const MOST_BIAS: u64 = 255;

/// A filter over an image of RGBA, a byte each. Each line is a unit.
///
/// Beyond its border the image goes on as its border. All is integer arithmetic: the result is
/// equal to the bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFilter {
    /// Pixels along x, 1 to 2¹⁴.
    pub width: u32,
    /// Pixels along y, 1 to 2¹⁴.
    pub height: u32,
    /// The pixels, line by line.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// The filter.
    pub filter: Filter,
}

/// What is computed for each pixel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Filter {
    /// The weighted sum of a square of pixels, divided, with something added, cut to 0 to 255;
    /// of red, green and blue, while alpha stays. The division rounds towards zero.
    Convolution {
        /// The square's side is `2 · radius + 1`; 0 to 16.
        radius: u32,
        /// The weights line by line, each −4096 to 4096.
        weights: Vec<i32>,
        /// What the sum is divided by, 1 to 2²².
        divisor: u32,
        /// What is added, −255 to 255.
        bias: i32,
    },
    /// The mean of a square of pixels, in all four channels, rounded to the nearest.
    BoxBlur {
        /// The square's side is `2 · radius + 1`; 0 to 16.
        radius: u32,
    },
    /// The size of the brightness' gradient, `|gx| + |gy|`, cut to 255, as grey; alpha stays.
    /// Brightness is `(77 R + 150 G + 29 B) / 256`, rounded down.
    Sobel,
}

impl Filter {
    const fn radius(&self) -> u32 {
        match self {
            Self::Convolution { radius, .. } | Self::BoxBlur { radius } => *radius,
            Self::Sobel => 1,
        }
    }

    /// Gives what the shader is told: kind, radius, divisor and bias.
    const fn parameters(&self) -> [u32; 4] {
        match self {
            Self::Convolution { radius, divisor, bias, .. } => {
                [0, *radius, *divisor, bias.cast_unsigned()]
            }
            Self::BoxBlur { radius } => [1, *radius, 1, 0],
            Self::Sobel => [2, 1, 1, 0],
        }
    }
}

impl ImageFilter {
    /// Gives a channel of a pixel, or of the border's nearest where there is none.
    fn at(&self, x: i64, y: i64, channel: u32) -> i32 {
        let clamp = |at: i64, side: u32| at.clamp(0, i64::from(side) - 1);
        let index = clamp(y, self.height) * i64::from(self.width) + clamp(x, self.width);
        let pixel = u32_at(&self.pixels, usize::try_from(index).unwrap_or(usize::MAX));
        (pixel >> (8 * channel) & 255).cast_signed()
    }

    fn brightness(&self, x: i64, y: i64) -> i32 {
        let [r, g, b] = [0, 1, 2].map(|channel| self.at(x, y, channel));
        (77 * r + 150 * g + 29 * b) >> 8
    }

    fn pixel(&self, x: i64, y: i64) -> u32 {
        let square = |radius: u32| {
            let r = i64::from(radius);
            (-r..=r).flat_map(move |dy| (-r..=r).map(move |dx| (x + dx, y + dy)))
        };
        let [r, g, b, a] = match &self.filter {
            Filter::Convolution { radius, weights, divisor, bias } => {
                let divisor = divisor.cast_signed();
                let sum = |channel| -> i32 {
                    let pixels = square(*radius).zip(weights);
                    pixels.map(|((x, y), weight)| weight * self.at(x, y, channel)).sum()
                };
                let [r, g, b] = [0, 1, 2].map(|channel| sum(channel) / divisor + bias);
                [r, g, b, self.at(x, y, 3)]
            }
            Filter::BoxBlur { radius } => {
                let area = (2 * radius + 1).pow(2).cast_signed();
                let sum = |c| -> i32 { square(*radius).map(|(x, y)| self.at(x, y, c)).sum() };
                [0, 1, 2, 3].map(|channel| (sum(channel) + area / 2) / area)
            }
            Filter::Sobel => {
                let l = |dx, dy| self.brightness(x + dx, y + dy);
                let gx = l(1, -1) + 2 * l(1, 0) + l(1, 1) - l(-1, -1) - 2 * l(-1, 0) - l(-1, 1);
                let gy = l(-1, 1) + 2 * l(0, 1) + l(1, 1) - l(-1, -1) - 2 * l(0, -1) - l(1, -1);
                let size = gx.abs() + gy.abs();
                [size, size, size, self.at(x, y, 3)]
            }
        }
        .map(|value| value.clamp(0, 255).cast_unsigned());
        r | g << 8 | b << 16 | a << 24
    }
}

impl Kernel for ImageFilter {
    fn check(&self) -> Result<(), Refusal> {
        within(Parameter::Width, self.width, 1..=MOST_SIDE)?;
        within(Parameter::Height, self.height, 1..=MOST_SIDE)?;
        within(Parameter::Radius, self.filter.radius(), 0..=MOST_RADIUS)?;
        if let Filter::Convolution { radius, weights, divisor, bias } = &self.filter {
            within(Parameter::Divisor, *divisor, 1..=MOST_DIVISOR)?;
            within(Parameter::Bias, bias.unsigned_abs(), 0..=MOST_BIAS)?;
            for weight in weights {
                within(Parameter::FilterWeight, weight.unsigned_abs(), 0..=MOST_WEIGHT)?;
            }
            let needed = (2 * u64::from(*radius) + 1).pow(2) * 4;
            let bytes = weights.len() as u64 * 4;
            if bytes != needed {
                return Err(Refusal::Contents { binding: 2, bytes, needed });
            }
        }
        sent(1, &self.pixels, u64::from(self.width) * u64::from(self.height) * 4)
    }

    fn shape(&self) -> Shape {
        let width = u64::from(self.width);
        let area = (2 * u64::from(self.filter.radius()) + 1).pow(2);
        Shape { units: self.height, unit_bytes: width * 4, operations: width * area * 16 }
    }

    fn units_at_once(&self) -> u32 {
        self.height
    }

    fn source(&self) -> String {
        SHADER.into()
    }

    fn slots(&self, _units: u32) -> Vec<Slot<'_>> {
        let weights = match &self.filter {
            Filter::Convolution { weights, .. } => {
                weights.iter().map(|weight| weight.cast_unsigned()).collect()
            }
            // The binding is there for all filters.
            Filter::BoxBlur { .. } | Filter::Sobel => vec![0],
        };
        vec![Slot::filled(1, &self.pixels[..]), Slot::filled(2, from_u32(&weights))]
    }

    fn launches(&self, first: u32, count: u32) -> Vec<Launch<'static>> {
        let [kind, radius, divisor, bias] = self.filter.parameters();
        let words = [self.width, self.height, first, kind, radius, divisor, bias];
        launch([self.width.div_ceil(TILE), count, 1], &words)
    }

    fn twin(&self, unit: u32) -> Twin {
        let line = i64::from(unit);
        Twin::Exact((0..i64::from(self.width)).map(|x| self.pixel(x, line)).collect())
    }
}
