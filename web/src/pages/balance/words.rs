//! What the game says, in words.

use pinfi_core::equilibrium::{BandPosition, Error, ProviderRole, Region};

use super::{
    finding::{Finding, Wrong},
    inputs::{FEE, REWARD},
    numbers::{figure, percentage},
};
use crate::{components::Tone, contexts::tr};

/// LPs that earn this part more or less than others earn the same.
const SAME: f64 = 0.000_5;

/// Says who is in a region.
pub(in crate::pages) fn region(region: Region) -> &'static str {
    match region {
        Region::A => tr!(balance.region_a),
        Region::B => tr!(balance.region_b),
        Region::C => tr!(balance.region_c),
        Region::D => tr!(balance.region_d),
        Region::E => tr!(balance.region_e),
        Region::F => tr!(balance.region_f),
        Region::G => tr!(balance.region_g),
    }
}

/// Says how good it is: balanced for good only where the reward is too.
pub(super) fn tone(finding: &Finding) -> Tone {
    match (finding.region, finding.position()) {
        (Region::G, Some(BandPosition::Inside)) => Tone::Good,
        (Region::A | Region::G, _) => Tone::Plain,
        _ => Tone::Caution,
    }
}

/// Says what LPs earn beside others, and where the reward lies.
pub(super) fn verdict(finding: &Finding) -> String {
    tr!(balance.verdict, lps = lps(finding), band = band(finding))
}

fn lps(finding: &Finding) -> String {
    let rival = match finding.rival {
        ProviderRole::PoolSale => tr!(balance.rival_sellers),
        _ => tr!(balance.rival_outside),
    };
    let part = percentage(finding.edge.abs());
    if finding.edge.abs() < SAME {
        tr!(balance.lps_same, rival = rival)
    } else if finding.edge > 0.0 {
        tr!(balance.lps_more, part = part, rival = rival)
    } else {
        tr!(balance.lps_less, part = part, rival = rival)
    }
}

fn band(finding: &Finding) -> &'static str {
    match finding.position() {
        None => tr!(balance.band_none),
        Some(BandPosition::Below) => tr!(balance.band_below),
        Some(BandPosition::Inside) => tr!(balance.band_inside),
        Some(BandPosition::Above) => tr!(balance.band_above),
    }
}

/// Writes the band itself.
pub(super) fn band_range(finding: &Finding) -> String {
    finding.band.map_or_else(
        || tr!(balance.none).to_owned(),
        |band| tr!(balance.range, from = figure(band.floor), to = figure(band.ceiling)),
    )
}

/// Says what is wrong with the inputs.
pub(super) fn wrong(wrong: Wrong) -> String {
    match wrong {
        Wrong::NotANumber(place) => {
            let name = match place {
                0 => tr!(balance.base),
                1 => tr!(balance.rate),
                2 => tr!(balance.quantity),
                FEE => tr!(balance.fee),
                REWARD => tr!(balance.reward),
                _ => tr!(balance.valuation),
            };
            tr!(balance.wrong_number, name = name)
        }
        Wrong::Game(Error::FeeOutOfRange { .. }) => tr!(balance.wrong_fee).to_owned(),
        Wrong::Game(Error::PriceOutOfRange { name: "valuation", .. }) => {
            tr!(balance.wrong_valuation).to_owned()
        }
        Wrong::Game(Error::PriceOutOfRange { .. }) => tr!(balance.wrong_price).to_owned(),
        Wrong::Game(Error::QuantityOutOfRange { .. } | Error::RewardBelowFloor { .. }) => {
            tr!(balance.wrong_range).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assumed::Assumed, finding::game};
    use super::*;
    use crate::{contexts::speak, i18n::Locale};

    fn at(valuation: &str, price: f64, reward: f64) -> Finding {
        speak(Locale::en);
        let assumed = Assumed(["1", "0", "0", valuation].map(str::to_owned));
        Finding::at(&game(0.3, &assumed).unwrap(), price, reward).unwrap()
    }

    #[test]
    fn wrong_names_what_is_wrong() {
        speak(Locale::en);
        assert!(wrong(Wrong::NotANumber(0)).contains('β'));
        assert!(wrong(Wrong::NotANumber(REWARD)).contains('γ'));
        let refused = |name| wrong(Wrong::Game(Error::PriceOutOfRange { name, value: 0.0 }));
        assert_ne!(refused("valuation"), refused("outside_price"));
        assert!(wrong(Wrong::Game(Error::FeeOutOfRange { fee: 1.0 })).contains("100%"));
    }

    #[test]
    fn verdict_without_a_band_says_so() {
        let told = verdict(&at("1.2", 1.1, 0.9));
        assert!(told.contains("there is no balanced reward"), "{told}");
        assert_eq!(band_range(&at("1.2", 1.1, 0.9)), "none");
    }

    #[test]
    fn verdict_below_the_band_says_that_lps_leave() {
        let told = verdict(&at("1.9", 0.9, 0.6));
        assert_eq!(told, "LPs earn 10% less than providers outside; the reward is below the band.");
    }

    #[test]
    fn verdict_above_the_band() {
        let told = verdict(&at("1.9", 0.9, 2.0));
        assert_eq!(
            told,
            "LPs earn 130% more than providers outside; the reward is above the band."
        );
    }

    #[test]
    fn verdict_in_balance_compares_with_sellers() {
        let told = verdict(&at("1.9", 1.1, 0.8));
        assert_eq!(told, "LPs earn 4.8% more than sellers; the reward is inside the band.");
        assert_eq!(band_range(&at("1.9", 1.1, 0.8)), "0.7 to 0.8572");
    }

    #[test]
    fn verdict_at_the_floor_is_the_same() {
        let told = verdict(&at("1.9", 0.9, 0.7));
        assert!(told.starts_with("LPs earn the same as providers outside"), "{told}");
    }

    #[test]
    fn tone_is_good_in_balance_alone() {
        assert_eq!(tone(&at("1.9", 1.5, 0.7)), Tone::Caution, "E");
        assert_eq!(tone(&at("1.9", 0.9, 0.8)), Tone::Plain, "A");
        assert_eq!(tone(&at("1.9", 1.1, 0.9)), Tone::Plain, "G, until the price has risen");
        assert_eq!(tone(&at("1.9", 1.1, 0.8)), Tone::Good);
    }

    #[test]
    fn regions_have_words_of_their_own_in_both_languages() {
        for language in [Locale::en, Locale::zh] {
            speak(language);
            let mut words = Region::ALL.map(region).to_vec();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), 7);
        }
        speak(Locale::en);
    }
}
