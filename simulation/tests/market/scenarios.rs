//! What each scenario is for shows in it.

use crate::finished;
use pinfi_simulation::Summary;

const AGENTS: u32 = 500;

fn summary(name: &str, days: u32) -> Summary {
    Summary::of(finished(name, AGENTS, days, 1).records()).unwrap()
}

#[test]
fn summary_of_a_run_no_longer_than_its_warm_up() {
    assert_eq!(Summary::of(finished("steady", 100, 3, 1).records()), None);
    assert_eq!(Summary::of(&[]), None);
}

#[test]
fn steady_rests_in_the_balanced_region() {
    let steady = summary("steady", 12);
    assert!(steady.region("G") > 0.9, "{steady:?}");
    assert!(steady.lps > 0.5 * 200.0 && steady.sold > 0.2 * 200.0, "{steady:?}");
    let total: f64 = steady.regions.values().sum();
    assert!((total - 1.0).abs() < 1e-9);
}

#[test]
fn reward_too_low_loses_its_lps() {
    let low = summary("reward-too-low", 16);
    assert!(low.lps < 0.05 * 200.0 && low.region("G") < 0.05, "{low:?}");
}

#[test]
fn reward_too_high_drives_clients_out() {
    let (high, steady) = (summary("reward-too-high", 12), summary("steady", 12));
    assert!(high.region("F") > 0.3 && high.mean_x > 1.3, "{high:?}");
    assert!(high.served < 0.7 * steady.served, "{high:?}");
}

#[test]
fn one_sided_demand_drives_the_price_up() {
    let one_sided = summary("one-sided-demand", 12);
    assert!(one_sided.mean_x > 1.5 && one_sided.sold < 2.0, "{one_sided:?}");
}

#[test]
fn demand_shock_shows_in_the_price() {
    let shock = finished("demand-shock", AGENTS, 12, 1);
    let mean_asked = |from: u32, to: u32| {
        let hours = shock.records().iter().filter(|one| (from..to).contains(&one.hour));
        hours.map(|one| one.asked).sum::<f64>() / f64::from(to - from)
    };
    let factor = mean_asked(168, 288) / mean_asked(48, 168);
    assert!((1.6..2.4).contains(&factor), "{factor}");
    let calm = finished("steady", AGENTS, 12, 1);
    let top = |one: &pinfi_simulation::Simulation| {
        one.records().iter().skip(168).map(|one| one.x).fold(0.0, f64::max)
    };
    assert!(top(&shock) > top(&calm) + 0.03, "{} {}", top(&shock), top(&calm));
}

#[test]
fn provider_exodus_takes_half_of_them_away() {
    let exodus = finished("provider-exodus", AGENTS, 24, 1);
    let at = |hour: usize| exodus.records().get(hour - 1).unwrap();
    assert_eq!(at(160).gone, 0);
    // The last stakes of those who leave end two weeks after the exodus.
    assert!((60..=140).contains(&at(168 + 337).gone), "{}", at(168 + 337).gone);
}

#[test]
fn outside_price_rises_takes_lps_away() {
    let risen = finished("outside-price-rises", AGENTS, 14, 1);
    let at = |hour: usize| risen.records().get(hour - 1).unwrap();
    assert!((at(167).price / at(167).x - 1.0).abs() < 1e-9, "b = 1 at first");
    assert!((at(200).price / at(200).x - 1.2).abs() < 1e-9, "b = 1.2 then");
    assert!(at(336).lps < at(160).lps / 2, "{} of {}", at(336).lps, at(160).lps);
}

#[test]
fn short_lived_lps_come_and_go_at_once() {
    let attack = finished("short-lived-lps", AGENTS, 12, 1);
    let lps: Vec<u32> = attack.records().iter().skip(168).map(|one| one.lps).collect();
    let jumps = lps.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) >= 45).count();
    // In and out every 36 hours for five days: six or seven times.
    assert!((5..=8).contains(&jumps), "{jumps}");
}
