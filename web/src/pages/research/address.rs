//! A draft as the query of an address: the scenario, the run, and what is changed.

use super::{
    draft::{Draft, Wrong},
    knob::Knob,
};

/// Why an address names no market.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BadAddress {
    /// It is longer than any market's.
    TooLong,
    /// It names something that no market has.
    UnknownName(String),
    /// It says something twice.
    Twice(String),
    /// It names no scenario, or one that there is not.
    UnknownScenario(String),
    /// A choice is neither `yes` nor `no`.
    NotAChoice(String),
    /// The numbers make no market.
    Wrong(Wrong),
}

const SCENARIO: &str = "scenario";
/// These stand in every address, though nothing is changed of them: defaults may change.
const ALWAYS: [Knob; 3] = [Knob::Days, Knob::Agents, Knob::Seed];

/// Longer ones are not looked at: no market needs them.
const LONGEST: usize = 1_000;

type Choice = (&'static str, fn(&mut Draft) -> &mut bool);
const CHOICES: [Choice; 3] = [
    ("controller", |draft| &mut draft.controlled),
    ("sell", |draft| &mut draft.may_sell),
    ("theory", |draft| &mut draft.by_theory),
];

/// Reads a query; none where it says nothing.
///
/// # Errors
/// [`BadAddress`] for the first thing that is wrong.
pub(super) fn read(query: &str) -> Result<Option<Draft>, BadAddress> {
    let query = query.trim_start_matches('?');
    if query.is_empty() {
        return Ok(None);
    }
    if query.len() > LONGEST {
        return Err(BadAddress::TooLong);
    }
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if pairs.iter().any(|(known, _)| *known == name) {
            return Err(BadAddress::Twice(name.to_owned()));
        }
        pairs.push((name, value));
    }
    let named = pairs.iter().find(|(name, _)| *name == SCENARIO).map_or("", |(_, value)| *value);
    let mut draft = Draft::of(named).map_err(|_| BadAddress::UnknownScenario(named.to_owned()))?;
    for (name, value) in pairs {
        if name == SCENARIO {
            continue;
        }
        if let Some(knob) = Knob::ALL.into_iter().find(|knob| knob.key() == name) {
            draft.set(knob, value);
        } else if let Some((_, choice)) = CHOICES.iter().find(|(known, _)| *known == name) {
            *choice(&mut draft) = match value {
                "yes" => true,
                "no" => false,
                _ => return Err(BadAddress::NotAChoice(name.to_owned())),
            };
        } else {
            return Err(BadAddress::UnknownName(name.to_owned()));
        }
    }
    draft.order().map_err(BadAddress::Wrong)?;
    Ok(Some(draft))
}

/// Writes the query of a draft that makes a market.
pub(super) fn write(draft: &Draft) -> String {
    let mut query = format!("?{SCENARIO}={}", draft.scenario);
    let Ok(mut ready) = Draft::of(&draft.scenario) else { return query };
    for knob in Knob::ALL {
        let typed = crate::format::plain(draft.number(knob));
        if ALWAYS.contains(&knob) || typed != ready.number(knob) {
            query.push_str(&format!("&{}={typed}", knob.key()));
        }
    }
    let mut draft = draft.clone();
    for (name, choice) in CHOICES {
        let chosen = *choice(&mut draft);
        if chosen != *choice(&mut ready) {
            query.push_str(&format!("&{name}={}", if chosen { "yes" } else { "no" }));
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::super::knob::Why;
    use super::*;

    #[test]
    fn read_refuses_what_names_no_market() {
        let unknown = |name: &str| BadAddress::UnknownName(name.to_owned());
        for (query, refused) in [
            ("?scenario=steady&colour=red", unknown("colour")),
            ("?scenario=steady&", unknown("")),
            ("?scenario=steady&%64ays=3", unknown("%64ays")),
            ("?days=3", BadAddress::UnknownScenario(String::new())),
            ("?scenario=", BadAddress::UnknownScenario(String::new())),
            ("?scenario=Steady", BadAddress::UnknownScenario("Steady".to_owned())),
            ("?scenario=steady&days=3&days=4", BadAddress::Twice("days".to_owned())),
            ("?scenario=steady&controller=1", BadAddress::NotAChoice("controller".to_owned())),
            ("?scenario=steady&sell", BadAddress::NotAChoice("sell".to_owned())),
            (
                "?scenario=steady&days=-3",
                BadAddress::Wrong(Wrong::Number(Knob::Days, Why::NotANumber)),
            ),
            (
                "?scenario=steady&days=",
                BadAddress::Wrong(Wrong::Number(Knob::Days, Why::NotANumber)),
            ),
            (
                "?scenario=steady&agents=1000000",
                BadAddress::Wrong(Wrong::Number(Knob::Agents, Why::OutOfRange)),
            ),
        ] {
            assert_eq!(read(query), Err(refused), "{query}");
        }
        let long = format!("?scenario=steady&{}", "a".repeat(2_000));
        assert_eq!(read(&long), Err(BadAddress::TooLong));
    }

    #[test]
    fn read_of_nothing_is_no_market() {
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("?"), Ok(None));
    }

    #[test]
    fn write_names_the_run_and_what_is_changed() {
        let mut draft = Draft::of("one-sided-demand").unwrap();
        assert_eq!(write(&draft), "?scenario=one-sided-demand&days=28&agents=1000&seed=1");
        draft.set(Knob::Fee, "２.5");
        draft.set(Knob::Seed, " 7 ");
        (draft.controlled, draft.may_sell) = (true, true);
        let query =
            "?scenario=one-sided-demand&days=28&agents=1000&seed=7&fee=2.5&controller=yes&sell=yes";
        assert_eq!(write(&draft), query);
    }

    #[test]
    fn read_gives_the_same_market_as_was_written() {
        for (name, _) in pinfi_simulation::SCENARIOS {
            let mut draft = Draft::of(name).unwrap();
            draft.set(Knob::Demand, "33.3");
            draft.by_theory = true;
            let again = read(&write(&draft)).unwrap().unwrap();
            assert_eq!(again.order(), draft.order(), "{name}");
        }
    }
}
