//! The ledger's own block rewards beside a rate that costs as much, and what short-lived LPs do to
//! both.

use pinfi_simulation::{Change, Event, Record, RewardPolicy, Run, Scenario};

use crate::findings::Findings;
use crate::runs::{Job, named, run_all};

const SEEDS: [u64; 3] = [1, 2, 3];
/// Each stake is proved every epoch: smaller than the other markets, and longer, as PoT grows for
/// thirty days.
const AGENTS: u32 = 500;
const DAYS: u32 = 60;
/// When the attack begins.
const ATTACK: u32 = 30 * 24;
/// Devices of the attack, of the providers'.
const SHARE: f64 = 0.25;

/// The days that a row sums up.
const SPANS: [(&str, u32, u32); 3] =
    [("4–10", 73, 240), ("24–30", 553, 720), ("54–60", 1_273, 1_440)];

pub(crate) fn run(findings: &Findings) -> Result<(), String> {
    let attacked = |mut scenario: Scenario| {
        scenario.events = vec![Event { hour: ATTACK, change: Change::ShortLived(SHARE) }];
        scenario
    };
    let (rate, emission) = (named("steady")?, named("block-rewards")?);
    let markets = [
        ("rate", rate.clone()),
        ("rate, attacked from day 31", attacked(rate)),
        ("emission", emission.clone()),
        ("emission, attacked from day 31", attacked(emission)),
    ];
    let jobs: Vec<Job> = markets
        .iter()
        .flat_map(|(_, scenario)| {
            SEEDS.map(|seed| {
                let run = Run { agents: AGENTS, days: DAYS, seed, policy: RewardPolicy::Fixed };
                Job { scenario: scenario.clone(), run }
            })
        })
        .collect();
    let outcomes = run_all(&jobs)?;
    let mut rows = vec![
        "| paid by | days | LPs | γ | in G | x | demand served | accrued a day | minted a day | minted per hour served |".into(),
        "|---|---|---|---|---|---|---|---|---|---|".into(),
    ];
    for ((name, _), runs) in markets.iter().zip(outcomes.chunks(SEEDS.len())) {
        for (days, from, to) in SPANS {
            let spans: Vec<Span> =
                runs.iter().map(|run| Span::of(&run.records, from, to)).collect();
            let mean =
                |of: fn(&Span) -> f64| spans.iter().map(of).sum::<f64>() / spans.len() as f64;
            rows.push(format!(
                "| {name} | {days} | {:.0} | {:.2} | {:.0} % | {:.3} | {:.1} % | {:.0} | {:.0} | {:.2} |",
                mean(|one| one.lps),
                mean(|one| one.reward),
                100.0 * mean(|one| one.in_g),
                mean(|one| one.x),
                100.0 * mean(|one| one.served),
                mean(|one| one.accrued),
                mean(|one| one.minted),
                mean(|one| one.minted_per_served),
            ));
        }
    }
    findings.table("emission", &rows)
}

/// Some days of a run.
struct Span {
    lps: f64,
    reward: f64,
    in_g: f64,
    x: f64,
    served: f64,
    /// PIN a day.
    accrued: f64,
    minted: f64,
    minted_per_served: f64,
}

impl Span {
    /// Sums up the hours `from` to `to`, both of them.
    fn of(records: &[Record], from: u32, to: u32) -> Self {
        let at = |hour: u32| records.iter().find(|one| one.hour == hour);
        let hours: Vec<&Record> =
            records.iter().filter(|one| (from..=to).contains(&one.hour)).collect();
        let count = hours.len() as f64;
        let mean = |of: fn(&Record) -> f64| hours.iter().map(|one| of(one)).sum::<f64>() / count;
        let grown = |of: fn(&Record) -> f64| {
            let [before, after] = [at(from - 1), at(to)].map(|one| one.map_or(0.0, of));
            after - before
        };
        let (asked, served) = (mean(|one| one.asked), mean(|one| one.served));
        let minted = grown(|one| one.rewards_minted);
        Self {
            lps: mean(|one| f64::from(one.lps)),
            reward: mean(|one| one.reward),
            in_g: mean(|one| f64::from(u8::from(one.region == "G"))),
            x: mean(|one| one.x),
            served: served / asked,
            accrued: grown(|one| one.rewards_earned) / count * 24.0,
            minted: minted / count * 24.0,
            minted_per_served: minted / (served * count),
        }
    }
}
