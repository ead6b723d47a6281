//! When the machine rests, and how hard it works: what the user has chosen, kept as preferences.

use pinfi_core::{pocps::Intensity, units::Wei};

use crate::browser;

/// Where a choice is kept; each holds `1` or `0`.
const HIDDEN: &str = "pinfi.mining.hidden";
const BATTERY: &str = "pinfi.mining.battery";
const NOTES: &str = "pinfi.mining.notes";
const RENEW: &str = "pinfi.mining.renew";
/// Holds an amount in wei.
const RENEW_LIMIT: &str = "pinfi.mining.renew.limit";
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
    /// Whether stakes that end are followed by others.
    pub(crate) renews: bool,
    /// The most PIN that each of those may take.
    pub(crate) renewal_limit: Wei,
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
            renews: is(RENEW, false),
            renewal_limit: Wei(browser::read(RENEW_LIMIT)
                .and_then(|value| value.parse().ok())
                .unwrap_or_default()),
        }
    }

    /// Keeps the choices.
    pub(crate) fn write(self) {
        for (key, on) in [
            (HIDDEN, self.rest_hidden),
            (BATTERY, self.rest_on_battery),
            (NOTES, self.notes),
            (RENEW, self.renews),
        ] {
            browser::write(key, if on { "1" } else { "0" });
        }
        browser::write(INTENSITY, &self.intensity.percent().to_string());
        browser::write(RENEW_LIMIT, &self.renewal_limit.0.to_string());
    }

    /// Gives these choices with what others say of stakes that end.
    pub(crate) const fn renewing_as(self, other: Self) -> Self {
        Self { renews: other.renews, renewal_limit: other.renewal_limit, ..self }
    }

    /// Gives the most PIN that what follows a stake may take; `None` where nothing is to follow.
    pub(crate) fn renewal(self) -> Option<Wei> {
        Some(self.renewal_limit).filter(|limit| self.renews && *limit > Wei::ZERO)
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
        renews: false,
        renewal_limit: Wei::ZERO,
    };

    #[test]
    fn renewal_needs_the_wish_and_a_limit() {
        let limit = Wei(7);
        assert_eq!(Settings { renewal_limit: limit, ..NEVER }.renewal(), None);
        assert_eq!(Settings { renews: true, ..NEVER }.renewal(), None);
        let both = Settings { renews: true, renewal_limit: limit, ..NEVER };
        assert_eq!(both.renewal(), Some(limit));
    }

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
