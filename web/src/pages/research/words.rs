//! Scenarios, numbers, refusals and verdicts in words.

use pinfi_core::equilibrium::{BandPosition, Region};
use pinfi_simulation::{Error, RewardPolicy, Source};
use pinfi_worker::simulator::SimulatorError;

use super::{
    address::BadAddress,
    draft::Wrong,
    knob::{Kind, Knob, Why},
    lab::Finished,
    verdict::{Verdict, judge},
};
use crate::{
    components::Tone,
    contexts::tr,
    pages::balance::{figure, percentage, who_is_there},
};

/// A scenario's title, and what it is about.
pub(super) fn scenario(name: &str) -> (&'static str, &'static str) {
    match name {
        "steady" => (tr!(research.steady), tr!(research.steady_about)),
        "demand-shock" => (tr!(research.demand_shock), tr!(research.demand_shock_about)),
        "provider-exodus" => (tr!(research.exodus), tr!(research.exodus_about)),
        "reward-too-low" => (tr!(research.too_low), tr!(research.too_low_about)),
        "reward-too-high" => (tr!(research.too_high), tr!(research.too_high_about)),
        "short-lived-lps" => (tr!(research.short_lived), tr!(research.short_lived_about)),
        "outside-price-rises" => (tr!(research.outside), tr!(research.outside_about)),
        "one-sided-demand" => (tr!(research.one_sided), tr!(research.one_sided_about)),
        "block-rewards" => (tr!(research.block_rewards), tr!(research.block_rewards_about)),
        _ => ("", ""),
    }
}

/// A number's label, its unit, and what it means.
pub(super) fn knob(knob: Knob) -> (&'static str, &'static str, &'static str) {
    let hour = tr!(research.pin_hour);
    match knob {
        Knob::Days => (tr!(research.days), tr!(research.unit_days), tr!(research.days_hint)),
        Knob::Agents => (tr!(research.agents), "", tr!(research.agents_hint)),
        Knob::Seed => (tr!(research.seed), "", tr!(research.seed_hint)),
        Knob::Reward => (tr!(research.reward), hour, tr!(research.reward_hint)),
        Knob::Fee => (tr!(research.fee), "%", tr!(research.fee_hint)),
        Knob::Base => (tr!(research.base), hour, tr!(research.base_hint)),
        Knob::Rate => (tr!(research.rate), "PIN", tr!(research.rate_hint)),
        Knob::Quantity => (tr!(research.quantity), "", tr!(research.quantity_hint)),
        Knob::Valuation => (tr!(research.valuation), hour, tr!(research.valuation_hint)),
        Knob::Spread => (tr!(research.spread), "", tr!(research.spread_hint)),
        Knob::Demand => (tr!(research.demand), "%", tr!(research.demand_hint)),
        Knob::Diurnal => (tr!(research.diurnal), "%", tr!(research.diurnal_hint)),
        Knob::Hours => (tr!(research.hours), tr!(research.unit_hours), tr!(research.hours_hint)),
        Knob::Opening => (tr!(research.opening), "× b", tr!(research.opening_hint)),
        Knob::Liquidity => (tr!(research.liquidity), "%", tr!(research.liquidity_hint)),
        Knob::Noise => (tr!(research.noise), "× b", tr!(research.noise_hint)),
    }
}

/// Why a number is not taken.
pub(super) fn why(knob: Knob, why: Why) -> String {
    let (least, most) = knob.bounds();
    match (why, knob.kind()) {
        (Why::NotANumber, Kind::Whole) | (Why::TooFine, Kind::Whole) => {
            tr!(research.not_whole).to_owned()
        }
        (Why::NotANumber, _) => tr!(research.not_a_number).to_owned(),
        (Why::TooFine, _) => tr!(research.too_fine).to_owned(),
        (Why::OutOfRange, _) => {
            tr!(research.out_of_range, least = least.to_string(), most = most.to_string())
        }
    }
}

/// Why a draft makes no market.
pub(super) fn wrong(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Number(knob, cause) => {
            tr!(research.wrong_number, name = self::knob(*knob).0, why = why(*knob, *cause))
        }
        Wrong::Market(Error::OutOfRange { name: "x_g", .. }) => tr!(research.wrong_band).to_owned(),
        Wrong::Market(Error::NothingToControl) => tr!(research.wrong_emission).to_owned(),
        Wrong::Market(Error::Game(_)) => tr!(research.wrong_prices).to_owned(),
        Wrong::Market(error) => tr!(research.wrong_market, error = error.to_string()),
    }
}

/// Why an address names no market.
pub(super) fn bad_address(refused: &BadAddress) -> String {
    let why = match refused {
        BadAddress::TooLong => tr!(research.address_long).to_owned(),
        BadAddress::UnknownName(name) => tr!(research.address_unknown, name = name.clone()),
        BadAddress::Twice(name) => tr!(research.address_twice, name = name.clone()),
        BadAddress::UnknownScenario(name) => tr!(research.address_scenario, name = name.clone()),
        BadAddress::NotAChoice(name) => tr!(research.address_choice, name = name.clone()),
        BadAddress::Wrong(cause) => wrong(cause),
    };
    tr!(research.address_refused, why = why)
}

/// Why a market came to no end.
pub(super) fn failed(error: &SimulatorError) -> String {
    match error {
        SimulatorError::Cancelled => tr!(research.cancelled).to_owned(),
        SimulatorError::Refused(reason) => tr!(research.refused, reason = reason.clone()),
        SimulatorError::Crashed => tr!(research.crashed).to_owned(),
        SimulatorError::Unavailable => tr!(research.unavailable).to_owned(),
    }
}

/// Says whether the balance held, where the reward lay, and where the price came to rest.
pub(super) fn verdict(finished: &Finished) -> (Tone, Vec<String>) {
    let hours = &finished.outcome.hours;
    let verdict = judge(hours);
    let tone = match verdict {
        Verdict::TooShort => Tone::Plain,
        Verdict::Held | Verdict::Reached(_) => Tone::Good,
        Verdict::Never(_) | Verdict::Broke { .. } => Tone::Caution,
    };
    let summary = finished.outcome.summary.as_ref();
    let part = summary.map(|summary| percentage(summary.region("G"))).unwrap_or_default();
    let held = match &verdict {
        Verdict::TooShort => tr!(research.too_short).to_owned(),
        Verdict::Held => tr!(research.held, part = part),
        Verdict::Never(region) => {
            tr!(research.never, region = place(region), part = part)
        }
        Verdict::Reached(hour) => tr!(research.reached, day = day(*hour), part = part),
        Verdict::Broke { from, region, until: None } => {
            tr!(research.broke, day = day(*from), region = place(region), part = part)
        }
        Verdict::Broke { from, region, until: Some(until) } => {
            let (day, back) = (day(*from), day(*until));
            tr!(
                research.broke_and_back,
                day = day,
                back = back,
                region = place(region),
                part = part
            )
        }
    };
    let told = [Some(held), reward(finished), rest(finished)];
    (tone, told.into_iter().flatten().collect())
}

fn reward(finished: &Finished) -> Option<String> {
    let scenario = &finished.order.scenario;
    let band = scenario.game(scenario.outside.base).ok()?.reward_band();
    let Some(band) = band else { return Some(tr!(research.no_band).to_owned()) };
    let (floor, ceiling) = (figure(band.floor), figure(band.ceiling));
    let is_shared = scenario.source != Source::Rate;
    if is_shared || finished.order.run.policy != RewardPolicy::Fixed {
        let rewards = || finished.outcome.hours.iter().map(|hour| hour.reward);
        let (least, most) =
            (rewards().fold(f64::INFINITY, f64::min), rewards().fold(0.0, f64::max));
        let (least, most) = (figure(least), figure(most));
        return Some(if is_shared {
            tr!(
                research.reward_shared,
                least = least,
                most = most,
                floor = floor,
                ceiling = ceiling
            )
        } else {
            tr!(research.reward_moved, least = least, most = most, floor = floor, ceiling = ceiling)
        });
    }
    let reward = figure(scenario.reward);
    Some(match band.position(scenario.reward) {
        BandPosition::Below => {
            tr!(research.reward_below, reward = reward, floor = floor, ceiling = ceiling)
        }
        BandPosition::Inside => {
            tr!(research.reward_inside, reward = reward, floor = floor, ceiling = ceiling)
        }
        BandPosition::Above => {
            tr!(research.reward_above, reward = reward, floor = floor, ceiling = ceiling)
        }
    })
}

fn rest(finished: &Finished) -> Option<String> {
    let mean = figure(finished.outcome.summary.as_ref()?.mean_x);
    let scenario = &finished.order.scenario;
    let game = scenario.game(scenario.outside.base).ok()?;
    let theory = game.resting_price(scenario.reward).ok().map(|price| price / game.outside_price());
    let is_given =
        scenario.source == Source::Rate && finished.order.run.policy == RewardPolicy::Fixed;
    Some(match theory.filter(|_| is_given) {
        Some(theory) => tr!(research.rested, mean = mean, theory = figure(theory)),
        None => tr!(research.rested_only, mean = mean),
    })
}

/// The day that an hour is in, as charts and scenarios count: hour 168 begins day 7.
fn day(hour: u32) -> String {
    (hour / 24).to_string()
}

/// A region with who is there.
pub(super) fn place(letter: &str) -> String {
    let found = Region::ALL.into_iter().find(|region| region.letter() == letter);
    found.map_or_else(
        || tr!(research.dormant).to_owned(),
        |region| tr!(research.region, letter = region.letter(), who = who_is_there(region)),
    )
}

#[cfg(test)]
mod tests {
    use pinfi_simulation::{Record, SCENARIOS};

    use super::super::{draft::Draft, plots::tests::record};
    use super::*;
    use crate::{contexts::speak, i18n::Locale};
    use pinfi_worker::simulator::Outcome;

    fn finished(draft: Draft, days: u32, region: &str) -> Finished {
        let hours: Vec<Record> = (1..=days * 24)
            .map(|hour| Record { region: region.to_owned(), ..record(hour) })
            .collect();
        let summary = pinfi_simulation::Summary::of(&hours);
        let outcome =
            Outcome { summary, actions: 0, csv: String::new(), json: String::new(), hours };
        Finished { order: draft.order().unwrap(), draft, outcome }
    }

    #[test]
    fn bad_address_says_what_is_wrong() {
        speak(Locale::en);
        let refused = |query| bad_address(&super::super::address::read(query).unwrap_err());
        assert!(refused("?scenario=x").contains("“x”"));
        assert!(refused("?scenario=steady&y=1").contains("“y”"));
        let days = refused("?scenario=steady&days=0");
        assert!(days.contains("1") && days.contains("120"), "{days}");
        assert!(refused("?scenario=steady&seed=a").contains("Seed"));
    }

    #[test]
    fn every_scenario_and_number_has_words_in_both_languages() {
        for language in [Locale::en, Locale::zh] {
            speak(language);
            let mut words: Vec<&str> = SCENARIOS.map(|(name, _)| scenario(name).0).into();
            words.extend(SCENARIOS.map(|(name, _)| scenario(name).1));
            words.extend(Knob::ALL.map(|knob| self::knob(knob).0));
            assert!(words.iter().all(|text| !text.is_empty()));
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count);
        }
        speak(Locale::en);
    }

    #[test]
    fn wrong_of_a_controller_without_a_band_says_so() {
        speak(Locale::en);
        let mut draft = Draft::of("steady").unwrap();
        draft.controlled = true;
        draft.set(Knob::Valuation, "1");
        assert!(wrong(&draft.order().unwrap_err()).contains("controller"));
    }

    #[test]
    fn verdict_of_a_short_market_says_nothing_of_balance() {
        speak(Locale::en);
        let (tone, told) = verdict(&finished(Draft::of("steady").unwrap(), 2, "G"));
        assert_eq!(tone, Tone::Plain);
        assert_eq!(told.len(), 2, "{told:?}");
    }

    #[test]
    fn verdict_tells_balance_band_and_rest() {
        speak(Locale::en);
        let (tone, told) = verdict(&finished(Draft::of("steady").unwrap(), 5, "G"));
        assert_eq!(tone, Tone::Good);
        let told = told.join(" ");
        assert!(told.contains("held") && told.contains("100%"), "{told}");
        assert!(
            told.contains("0.97") && told.contains("1.183"),
            "the band of docs/equilibrium.md: {told}"
        );
        assert!(told.contains("1.206"), "the resting price: {told}");
        let (tone, told) = verdict(&finished(Draft::of("reward-too-low").unwrap(), 5, ""));
        assert_eq!(tone, Tone::Caution);
        assert!(told.join(" ").contains("below"), "{told:?}");
    }
}
