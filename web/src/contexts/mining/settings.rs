//! When the machine rests, and how hard it works: what the user has chosen, kept as preferences.

use pinfi_core::pocps::Intensity;

use crate::browser;

/// Where a choice is kept; each holds `1` or `0`.
const HIDDEN: &str = "pinfi.mining.hidden";
const BATTERY: &str = "pinfi.mining.battery";
const NOTES: &str = "pinfi.mining.notes";
/// Holds a percentage.
const INTENSITY: &str = "pinfi.mining.intensity";

/// What the user has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Whether it rests while its tab is hidden.
    pub(crate) rest_hidden: bool,
    /// Whether it rests while the computer runs on its battery.
    pub(crate) rest_on_battery: bool,
    /// Whether the browser tells of what needs the user.
    pub(crate) notes: bool,
    /// How hard the device works while it computes.
    pub(crate) intensity: Intensity,
}

/// Why the machine rests: it opens no epoch, and answers those that others open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The user wants a pause.
    Paused,
    /// The tab is hidden.
    Hidden,
    /// The computer runs on its battery.
    Battery,
    /// The ledger's clock leaves too little of the wall's time for an answer.
    FastClock,
}

impl Settings {
    /// Reads the choices.
    pub(crate) fn read() -> Self {
        let is = |key, otherwise| browser::read(key).map_or(otherwise, |value| value == "1");
        Self {
            rest_hidden: is(HIDDEN, false),
            rest_on_battery: is(BATTERY, true),
            notes: is(NOTES, false),
            intensity: browser::read(INTENSITY).and_then(|value| parse(&value)).unwrap_or_default(),
        }
    }

    /// Keeps the choices.
    pub(crate) fn write(self) {
        for (key, on) in
            [(HIDDEN, self.rest_hidden), (BATTERY, self.rest_on_battery), (NOTES, self.notes)]
        {
            browser::write(key, if on { "1" } else { "0" });
        }
        browser::write(INTENSITY, &self.intensity.percent().to_string());
    }

    /// Tells why to rest, the user's own wish first.
    pub(crate) const fn rest(
        self,
        paused: bool,
        fast: bool,
        hidden: bool,
        battery: bool,
    ) -> Option<Rest> {
        if paused {
            Some(Rest::Paused)
        } else if fast {
            Some(Rest::FastClock)
        } else if self.rest_hidden && hidden {
            Some(Rest::Hidden)
        } else if self.rest_on_battery && battery {
            Some(Rest::Battery)
        } else {
            None
        }
    }
}

/// Reads a percentage as it was written.
pub(crate) fn parse(percent: &str) -> Option<Intensity> {
    percent.parse::<u8>().ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Settings = Settings {
        rest_hidden: false,
        rest_on_battery: false,
        notes: false,
        intensity: Intensity::FULL,
    };

    #[test]
    fn parse_takes_percentages_alone() {
        for text in ["", "0", "101", "300", "-1", "half"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("25").map(Intensity::percent), Some(25));
    }

    #[test]
    fn rest_is_for_what_was_chosen_alone() {
        assert_eq!(NEVER.rest(false, false, true, true), None);
        let hidden = Settings { rest_hidden: true, ..NEVER };
        assert_eq!(hidden.rest(false, false, true, true), Some(Rest::Hidden));
        assert_eq!(hidden.rest(false, false, false, true), None);
        let battery = Settings { rest_on_battery: true, ..NEVER };
        assert_eq!(battery.rest(false, false, true, true), Some(Rest::Battery));
    }

    #[test]
    fn rest_names_the_users_wish_first_and_a_fast_clock_always() {
        assert_eq!(NEVER.rest(true, true, true, true), Some(Rest::Paused));
        assert_eq!(NEVER.rest(false, true, false, false), Some(Rest::FastClock));
    }
}
