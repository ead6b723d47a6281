//! The numbers of a market that can be changed.

use std::str::FromStr;

use pinfi_worker::simulator::Order;

use crate::{
    format::{parse_percent, plain},
    pages::balance::significant,
};

/// A number that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knob {
    /// How long the market lasts.
    Days,
    /// All agents of all roles.
    Agents,
    /// What all chance follows from.
    Seed,
    /// γ at the start.
    Reward,
    /// δ.
    Fee,
    /// β.
    Base,
    /// p.
    Rate,
    /// θ.
    Quantity,
    /// V.
    Valuation,
    /// The spread of ln V.
    Spread,
    /// Devices asked for at a time, of all providers'.
    Demand,
    /// How far the day swings it.
    Diurnal,
    /// The mean rental.
    Hours,
    /// x at the opening.
    Opening,
    /// Providers who are LPs from the start.
    Liquidity,
    /// What providers overlook.
    Noise,
}

/// What every field's name begins with.
const FIELD: &str = "research-";

/// Why a number is not taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Why {
    /// Not a decimal number from 0 on.
    NotANumber,
    /// It has a fraction, or finer ones than count.
    TooFine,
    /// Outside of its bounds.
    OutOfRange,
}

/// How a number is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number.
    Whole,
    /// A decimal number.
    Decimal,
    /// A percentage.
    Percent,
}

impl Knob {
    /// All, in the order of the form.
    pub(super) const ALL: [Self; 16] = [
        Self::Days,
        Self::Agents,
        Self::Seed,
        Self::Reward,
        Self::Fee,
        Self::Base,
        Self::Rate,
        Self::Quantity,
        Self::Valuation,
        Self::Spread,
        Self::Demand,
        Self::Diurnal,
        Self::Hours,
        Self::Opening,
        Self::Liquidity,
        Self::Noise,
    ];

    /// Its place in [`Self::ALL`].
    pub(super) const fn place(self) -> usize {
        self as usize
    }

    /// Its name in addresses.
    pub(super) fn key(self) -> &'static str {
        self.testid().strip_prefix(FIELD).unwrap_or_default()
    }

    /// Its field's name: [`FIELD`] and its name in addresses.
    pub(super) const fn testid(self) -> &'static str {
        match self {
            Self::Days => "research-days",
            Self::Agents => "research-agents",
            Self::Seed => "research-seed",
            Self::Reward => "research-reward",
            Self::Fee => "research-fee",
            Self::Base => "research-base",
            Self::Rate => "research-rate",
            Self::Quantity => "research-quantity",
            Self::Valuation => "research-valuation",
            Self::Spread => "research-spread",
            Self::Demand => "research-demand",
            Self::Diurnal => "research-diurnal",
            Self::Hours => "research-hours",
            Self::Opening => "research-opening",
            Self::Liquidity => "research-liquidity",
            Self::Noise => "research-noise",
        }
    }

    /// How it is typed.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Days | Self::Agents | Self::Seed => Kind::Whole,
            Self::Fee | Self::Demand | Self::Diurnal | Self::Liquidity => Kind::Percent,
            _ => Kind::Decimal,
        }
    }

    /// The least and the most, as they are typed: what the simulation takes, or less where more
    /// would run for hours.
    pub(super) const fn bounds(self) -> (f64, f64) {
        match self {
            Self::Days => (1.0, 120.0),
            Self::Agents => (100.0, 10_000.0),
            // What every reader of numbers takes exactly.
            Self::Seed => (0.0, 9_007_199_254_740_991.0),
            Self::Reward | Self::Base | Self::Rate => (0.0, 100.0),
            Self::Fee => (0.0, 10.0),
            Self::Quantity => (0.0, 1_000.0),
            Self::Valuation => (0.01, 100.0),
            Self::Spread => (0.0, 3.0),
            Self::Demand => (0.0, 1_000.0),
            Self::Diurnal | Self::Liquidity => (0.0, 100.0),
            Self::Hours => (1.0, 168.0),
            Self::Opening => (0.01, 100.0),
            Self::Noise => (0.0, 10.0),
        }
    }

    /// Reads what is typed into an order.
    ///
    /// # Errors
    /// [`Why`].
    pub(super) fn read(self, typed: &str, order: &mut Order) -> Result<(), Why> {
        let Order { scenario, run } = order;
        match self {
            Self::Days => run.days = self.whole(typed)?,
            Self::Agents => run.agents = self.whole(typed)?,
            Self::Seed => run.seed = self.whole(typed)?,
            Self::Reward => scenario.reward = self.number(typed)?,
            Self::Fee => scenario.pool.fee_bps = self.basis_points(typed)?,
            Self::Base => scenario.outside.base = self.number(typed)?,
            Self::Rate => scenario.outside.rate = self.number(typed)?,
            Self::Quantity => scenario.outside.quantity = self.number(typed)?,
            Self::Valuation => scenario.valuation.median = self.number(typed)?,
            Self::Spread => scenario.valuation.spread = self.number(typed)?,
            Self::Demand => scenario.demand.share = self.part(typed)?,
            Self::Diurnal => scenario.demand.diurnal = self.part(typed)?,
            Self::Hours => scenario.demand.hours = self.number(typed)?,
            Self::Opening => scenario.initial.x = self.number(typed)?,
            Self::Liquidity => scenario.initial.liquidity = self.part(typed)?,
            Self::Noise => scenario.providers.noise = self.number(typed)?,
        }
        Ok(())
    }

    /// Writes what [`Self::read`] reads.
    pub(super) fn write(self, order: &Order) -> String {
        let Order { scenario, run } = order;
        let percent = |part: f64| significant(part * 100.0, 6);
        match self {
            Self::Days => run.days.to_string(),
            Self::Agents => run.agents.to_string(),
            Self::Seed => run.seed.to_string(),
            Self::Reward => scenario.reward.to_string(),
            Self::Fee => significant(f64::from(scenario.pool.fee_bps) / 100.0, 6),
            Self::Base => scenario.outside.base.to_string(),
            Self::Rate => scenario.outside.rate.to_string(),
            Self::Quantity => scenario.outside.quantity.to_string(),
            Self::Valuation => scenario.valuation.median.to_string(),
            Self::Spread => scenario.valuation.spread.to_string(),
            Self::Demand => percent(scenario.demand.share),
            Self::Diurnal => percent(scenario.demand.diurnal),
            Self::Hours => scenario.demand.hours.to_string(),
            Self::Opening => scenario.initial.x.to_string(),
            Self::Liquidity => percent(scenario.initial.liquidity),
            Self::Noise => scenario.providers.noise.to_string(),
        }
    }

    fn within(self, value: f64) -> Result<(), Why> {
        let (least, most) = self.bounds();
        if (least..=most).contains(&value) { Ok(()) } else { Err(Why::OutOfRange) }
    }

    fn whole<T: FromStr>(self, typed: &str) -> Result<T, Why> {
        let digits = decimal(typed)?;
        self.within(digits.parse().map_err(|_| Why::NotANumber)?)?;
        digits.parse().map_err(|_| Why::TooFine)
    }

    fn number(self, typed: &str) -> Result<f64, Why> {
        let value = decimal(typed)?.parse().map_err(|_| Why::NotANumber)?;
        self.within(value).map(|()| value)
    }

    /// The point is moved in the text: a division would round a second time.
    fn part(self, typed: &str) -> Result<f64, Why> {
        self.number(typed)?;
        format!("{}e-2", decimal(typed)?).parse().map_err(|_| Why::NotANumber)
    }

    fn basis_points(self, typed: &str) -> Result<u32, Why> {
        self.number(typed)?;
        parse_percent(typed, 10_000).map_err(|_| Why::TooFine)
    }
}

/// Digits and at most one point: no sign, no exponent, no names of numbers that are none.
fn decimal(typed: &str) -> Result<String, Why> {
    const LONGEST: usize = 24;
    let text = plain(typed);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    let is_decimal = digits > 0 && points <= 1 && digits + points == text.len();
    if is_decimal && text.len() <= LONGEST { Ok(text) } else { Err(Why::NotANumber) }
}

#[cfg(test)]
mod tests {
    use super::super::draft::Draft;
    use super::*;

    fn order() -> Order {
        Draft::of("steady").unwrap().order().unwrap()
    }

    #[test]
    fn read_rejects_what_is_no_number() {
        let mut order = order();
        for knob in Knob::ALL {
            for typed in ["", " ", "-1", "1e3", "inf", "NaN", "0x10", "1.2.3", "1,5", "ten", "."] {
                assert_eq!(knob.read(typed, &mut order), Err(Why::NotANumber), "{knob:?} {typed}");
            }
            let endless = "1".repeat(30);
            assert_eq!(knob.read(&endless, &mut order), Err(Why::NotANumber), "{knob:?}");
        }
    }

    #[test]
    fn read_rejects_what_is_too_fine_or_out_of_bounds() {
        let mut order = order();
        for (knob, typed, why) in [
            (Knob::Days, "1.5", Why::TooFine),
            (Knob::Fee, "3.001", Why::TooFine),
            (Knob::Fee, "10.01", Why::OutOfRange),
            (Knob::Days, "0", Why::OutOfRange),
            (Knob::Agents, "99", Why::OutOfRange),
            (Knob::Agents, "99999999999", Why::OutOfRange),
            (Knob::Seed, "9007199254740993", Why::OutOfRange),
            (Knob::Opening, "0", Why::OutOfRange),
            (Knob::Liquidity, "100.1", Why::OutOfRange),
        ] {
            let before = order.clone();
            assert_eq!(knob.read(typed, &mut order), Err(why), "{knob:?} {typed}");
            assert_eq!(order, before, "nothing is taken");
        }
    }

    #[test]
    fn both_bounds_make_a_market() {
        for knob in Knob::ALL {
            let (least, most) = knob.bounds();
            for bound in [least, most] {
                let mut order = order();
                assert_eq!(knob.read(&bound.to_string(), &mut order), Ok(()), "{knob:?}");
                assert_eq!(order.scenario.check(), Ok(()), "{knob:?} {bound}");
            }
        }
    }

    #[test]
    fn read_takes_percentages_without_rounding_twice() {
        let mut order = order();
        for (typed, part) in [("35", 0.35), ("33.3", 0.333), ("0.1", 0.001), ("57", 0.57)] {
            Knob::Demand.read(typed, &mut order).unwrap();
            assert_eq!(order.scenario.demand.share.to_bits(), f64::to_bits(part), "{typed}");
        }
        Knob::Fee.read("2.55", &mut order).unwrap();
        assert_eq!(order.scenario.pool.fee_bps, 255);
    }

    #[test]
    fn read_takes_what_write_gives() {
        for (name, _) in pinfi_simulation::SCENARIOS {
            let order = Draft::of(name).unwrap().order().unwrap();
            let mut again = self::order();
            again.scenario = order.scenario.clone();
            for knob in Knob::ALL {
                knob.read(&knob.write(&order), &mut again).unwrap();
            }
            assert_eq!(again, order, "{name}");
        }
    }

    #[test]
    fn keys_are_the_fields_names_without_the_pages() {
        assert_eq!((Knob::Days.testid(), Knob::Days.key()), ("research-days", "days"));
        let keys: std::collections::BTreeSet<_> = Knob::ALL.into_iter().map(Knob::key).collect();
        assert_eq!(keys.len(), Knob::ALL.len());
        assert!(keys.iter().all(|key| !key.is_empty()), "{keys:?}");
    }

    #[test]
    fn places_are_those_in_all() {
        for (place, knob) in Knob::ALL.into_iter().enumerate() {
            assert_eq!(knob.place(), place);
        }
    }
}
