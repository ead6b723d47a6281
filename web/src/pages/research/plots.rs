//! A market as lines over time.

use pinfi_core::equilibrium::Game;
use pinfi_simulation::{Change, Record, Scenario};

/// Seconds from the beginning, and a value; not a number leaves a gap.
pub(super) type Points = Vec<(u64, f64)>;

/// The regions' letters and colours; the last is a dormant pool.
pub(super) const REGIONS: [(&str, &str); 8] = [
    ("A", "--region-a"),
    ("B", "--region-b"),
    ("C", "--region-c"),
    ("D", "--region-d"),
    ("E", "--region-e"),
    ("F", "--region-f"),
    ("G", "--region-g"),
    ("–", "--line-strong"),
];

/// The game as it was in each hour: β changes where the scenario says so.
pub(super) struct Games(Vec<(u32, Game)>);

impl Games {
    /// Takes a scenario's events.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut bases = vec![(0, scenario.outside.base)];
        bases.extend(scenario.events.iter().filter_map(|event| match event.change {
            Change::OutsideBase(base) => Some((event.hour, base)),
            _ => None,
        }));
        bases.sort_by_key(|(hour, _)| *hour);
        let games = bases.into_iter();
        Self(games.filter_map(|(hour, base)| Some((hour, scenario.game(base).ok()?))).collect())
    }

    fn at(&self, hour: u32) -> Option<&Game> {
        self.0.iter().rev().find(|(from, _)| *from <= hour).map(|(_, game)| game)
    }

    /// Gives a figure of the game for each hour; a gap where it has none.
    pub(super) fn line(
        &self,
        hours: &[Record],
        figure: impl Fn(&Game, &Record) -> Option<f64>,
    ) -> Points {
        line(hours, |record| {
            self.at(record.hour).and_then(|game| figure(game, record)).unwrap_or(f64::NAN)
        })
    }
}

/// Gives a figure of each hour.
pub(super) fn line(hours: &[Record], figure: impl Fn(&Record) -> f64) -> Points {
    hours.iter().map(|record| (u64::from(record.hour) * 3_600, figure(record))).collect()
}

/// The pool's price; a gap while there is none.
pub(super) fn price(record: &Record) -> f64 {
    if record.region.is_empty() { f64::NAN } else { record.price }
}

/// The place of an hour's region in [`REGIONS`].
pub(super) fn region(record: &Record) -> f64 {
    let places = (0_u8..).zip(REGIONS);
    let found = places.into_iter().find(|(_, (letter, _))| *letter == record.region);
    f64::from(found.map_or(7, |(place, _)| place))
}

/// What an LP made in an hour: the reward, and what LPs who ended lately made beside it.
pub(super) fn lp_income(record: &Record) -> f64 {
    record.reward + record.lp_income
}

/// What a seller got for an hour, after the fee.
pub(super) fn sale(game: &Game, record: &Record) -> Option<f64> {
    (!record.region.is_empty()).then(|| record.price * (1.0 - game.params().fee))
}

/// The price at which theory has the pool rest.
pub(super) fn resting(game: &Game, record: &Record) -> Option<f64> {
    game.resting_price(record.reward).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An hour of a pool at rest.
    pub(in super::super) fn record(hour: u32) -> Record {
        Record {
            hour,
            price: 1.1,
            x: 1.1,
            y: 1.0,
            reward: 1.0,
            region: "G".to_owned(),
            pool_pin: 100.0,
            pool_hours: 90.0,
            duration: 48.0,
            cover: 0.9,
            lps: 30,
            sold: 12,
            outside: 1,
            gone: 0,
            offered: 42,
            rented: 21,
            utilisation: 0.5,
            asked: 10.0,
            served: 9.0,
            lp_income: 0.01,
            rewards_earned: 30.0,
            rewards_minted: 20.0,
            burned: 1.0,
            slashed: 0,
        }
    }

    #[test]
    fn dormant_pool_has_no_price_and_the_last_colour() {
        let dormant = Record { region: String::new(), price: 0.0, ..record(1) };
        assert!(price(&dormant).is_nan());
        assert_eq!(region(&dormant), 7.0);
        let games = Games::of(&Scenario::named("steady").unwrap());
        assert!(games.line(&[dormant], sale).iter().all(|(_, value)| value.is_nan()));
    }

    #[test]
    fn region_is_the_place_of_its_letter() {
        for (place, (letter, _)) in REGIONS.iter().take(7).enumerate() {
            let record = Record { region: (*letter).to_owned(), ..record(1) };
            assert_eq!(region(&record), place as f64);
        }
    }

    #[test]
    fn games_follow_the_price_outside() {
        let games = Games::of(&Scenario::named("outside-price-rises").unwrap());
        let hours = [record(1), record(167), record(168), record(400)];
        let outside = games.line(&hours, |game, _| Some(game.outside_price()));
        let expected = [1.0, 1.0, 1.2, 1.2];
        for ((_, value), expected) in outside.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-12, "{outside:?}");
        }
        assert_eq!(outside.first().map(|point| point.0), Some(3_600));
    }

    #[test]
    fn resting_price_is_a_gap_below_the_band() {
        let games = Games::of(&Scenario::named("steady").unwrap());
        let low = Record { reward: 0.5, ..record(1) };
        let rests = games.line(&[low, record(2)], resting);
        assert!(rests[0].1.is_nan() && rests[1].1 > 1.0, "{rests:?}");
    }
}
