//! What the CPU computes again, and how it is compared with what a device gave.

use super::words::{to_f32, to_u32};

/// Half the distance between 1 and the next `f32`: the most that one rounding is off, relatively.
pub(super) const ROUNDING: f64 = 1.0 / (1 << 24) as f64;
/// The least normal `f32`: devices may take smaller ones for zero.
pub(super) const LEAST: f64 = f32::MIN_POSITIVE as f64;

/// A unit as the CPU computes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Twin {
    /// Integers: a device gives these bits.
    Exact(Vec<u32>),
    /// Floats: a device gives them to within a tolerance.
    Near(Vec<Near>),
}

/// A float and how far a right device may be from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The value, in greater precision.
    pub value: f64,
    /// The greatest difference of a right answer. Where it is not finite, what a device computes
    /// may leave the range of its floats, and nothing is asked of the answer.
    pub tolerance: f64,
}

impl Near {
    /// Gives what is known of a sum whose terms have together this size: where that is beyond what
    /// floats of four bytes hold, so may be what a device has on its way.
    pub(super) fn sized(self, size: f64) -> Self {
        let is_held = size < f64::from(f32::MAX) / 2.0;
        Self { tolerance: if is_held { self.tolerance } else { f64::INFINITY }, ..self }
    }
}

/// A word of a unit is not what the CPU computes.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("word {word} is {got}, not {expected} to within {tolerance}")]
pub struct Difference {
    /// Its place in the unit.
    pub word: usize,
    /// What the device gave.
    pub got: f64,
    /// What the CPU computes.
    pub expected: f64,
    /// How far they may be apart: zero for integers.
    pub tolerance: f64,
}

impl Twin {
    /// Compares the unit with the bytes that a device gave for it.
    ///
    /// # Errors
    /// [`Difference`] with the first word that differs. Missing and surplus words differ.
    pub fn compare(&self, bytes: &[u8]) -> Result<(), Difference> {
        let found = match self {
            Self::Exact(words) => first_difference(
                to_u32(bytes).into_iter().map(f64::from),
                words.iter().map(|word| (f64::from(*word), 0.0)),
            ),
            Self::Near(words) => first_difference(
                to_f32(bytes).into_iter().map(f64::from),
                words.iter().map(|near| (near.value, near.tolerance)),
            ),
        };
        match found {
            None if bytes.len().is_multiple_of(4) => Ok(()),
            None => Err(Difference {
                word: bytes.len() / 4,
                got: f64::NAN,
                expected: f64::NAN,
                tolerance: 0.0,
            }),
            Some(difference) => Err(difference),
        }
    }
}

fn first_difference(
    got: impl Iterator<Item = f64>,
    expected: impl Iterator<Item = (f64, f64)>,
) -> Option<Difference> {
    let mut got = got.fuse();
    let mut expected = expected.fuse();
    for word in 0.. {
        let (got, expected) = (got.next(), expected.next());
        if got.is_none() && expected.is_none() {
            break;
        }
        let (value, tolerance) = expected.unwrap_or((f64::NAN, 0.0));
        let is_free = got.is_some() && expected.is_some() && !tolerance.is_finite();
        let got = got.unwrap_or(f64::NAN);
        // A comparison with what is no number is false, and so a difference.
        let is_near = (got - value).abs() <= tolerance || got == value || is_free;
        if !is_near {
            return Some(Difference { word, got, expected: value, tolerance });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{from_f32, from_u32};
    use super::*;

    #[test]
    fn compare_rejects_another_integer_and_another_length() {
        let twin = Twin::Exact(vec![1, u32::MAX]);
        let difference = twin.compare(&from_u32(&[1, u32::MAX - 1])).unwrap_err();
        assert_eq!((difference.word, difference.got), (1, f64::from(u32::MAX - 1)));
        assert_eq!(twin.compare(&from_u32(&[1])).unwrap_err().word, 1);
        assert_eq!(twin.compare(&from_u32(&[1, u32::MAX, 0])).unwrap_err().word, 2);
        assert_eq!(twin.compare(&[1, 0, 0, 0, 255, 255, 255, 255, 0]).unwrap_err().word, 2);
        assert_eq!(twin.compare(&from_u32(&[1, u32::MAX])), Ok(()));
    }

    #[test]
    fn compare_rejects_a_float_beyond_the_tolerance_or_that_is_no_number() {
        let twin = Twin::Near(vec![Near { value: 1.0, tolerance: 0.5 }]);
        for wrong in [1.6, 0.4, f32::NAN, f32::INFINITY] {
            assert!(twin.compare(&from_f32(&[wrong])).is_err(), "{wrong}");
        }
        assert_eq!(twin.compare(&from_f32(&[1.5])), Ok(()));
    }

    #[test]
    fn compare_asks_nothing_where_a_device_may_overflow() {
        let twin = Twin::Near(vec![Near { value: 1.0, tolerance: 0.5 }.sized(1e39)]);
        for any in [1.6, f32::NAN, f32::INFINITY] {
            assert_eq!(twin.compare(&from_f32(&[any])), Ok(()), "{any}");
        }
        assert!(twin.compare(&from_f32(&[])).is_err());
        assert!(twin.compare(&from_f32(&[1.0, 1.0])).is_err());
    }
}
