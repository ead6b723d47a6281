//! The provide page's card: provide liquidity, sell, or wait?

use leptos::prelude::*;
use pinfi_core::units::{PoolId, Secs, Wei};

use super::{
    advice::{Advice, Device, Kept, Way},
    finding::Wrong,
    foldout::foldout,
    inputs::Inputs,
    numbers::{figure, percentage, pin_of},
    reading::Reading,
    sliders::outside_dials,
    words,
};
use crate::{
    components::{Button, Column, Kind, Tone, badge, card, live, note, table},
    contexts::{Desk, Settlement, tr},
};

const SECS_PER_HOUR: f64 = 3_600.0;

/// What the form makes of the chosen pool and term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::pages) struct Proposal {
    /// The pool.
    pub(in crate::pages) pool: PoolId,
    /// The device time.
    pub(in crate::pages) term: Secs,
    /// What the pool pays for all of it now; none where it doesn't buy.
    pub(in crate::pages) sale: Option<Wei>,
    /// What is burned for it.
    pub(in crate::pages) burn: Wei,
}

/// What there is to say.
#[derive(Clone, PartialEq)]
enum Shown {
    NoTerm,
    Wrong(Wrong),
    Advised(Box<Advised>),
}

#[derive(Clone, PartialEq)]
struct Advised {
    advice: Advice,
    device: Device,
    hours: f64,
    others: u32,
    is_dormant: bool,
}

/// Shows what each way would bring, by the user's assumptions. `chosen` is the pool in the form.
pub(in crate::pages) fn advisor_card(
    chosen: Signal<Option<PoolId>>,
    proposal: Memo<Option<Proposal>>,
) -> AnyView {
    super::dress();
    let (desk, settlement) = (Desk::use_it(), Settlement::use_it());
    let inputs = Inputs::new();
    let reading = Memo::new(move |_| {
        let seen = desk.see()?;
        Reading::of(seen.ledger.pool(chosen.get()?).ok()?, seen.now)
    });
    Effect::new(move |_| {
        reading.track();
        if let Some(pool) = chosen.get() {
            inputs.choose(pool, desk, settlement);
        }
    });
    let shown = Memo::new(move |_| {
        let reading = reading.get()?;
        Some(match proposal.get() {
            None => Shown::NoTerm,
            Some(proposal) => match inputs.outside_price() {
                Err(wrong) => Shown::Wrong(wrong),
                Ok(outside) => {
                    let device = device(desk, &proposal)?;
                    Shown::Advised(Box::new(Advised {
                        advice: Advice::of(outside, &reading, &device),
                        device,
                        hours: hours(proposal.term),
                        others: reading.live,
                        is_dormant: reading.price.is_none(),
                    }))
                }
            },
        })
    });
    let content = view! {
        <p class="small soft">{tr!(balance.advice_text)}</p>
        {live(move || shown.with(|shown| shown.as_ref().map_or_else(|| ().into_any(), show)))}
        <div class="stack-s proof">
            <h3>{tr!(balance.assume)}</h3>
            <p class="small soft">{tr!(balance.assume_text)}</p>
            <div class="dials">{outside_dials(inputs)}</div>
            <div class="row">
                <Button
                    label=tr!(balance.restart)
                    testid="balance-restart"
                    kind=Kind::Small
                    on_press=move |()| inputs.restart(desk, settlement)
                />
            </div>
        </div>
    };
    card(tr!(balance.advice), "provide-advice", content.into_any())
}

fn device(desk: Desk, proposal: &Proposal) -> Option<Device> {
    let seen = desk.follow()?;
    let window = seen.ledger.pool(proposal.pool).ok()?.params().pocps.window;
    let hours = hours(proposal.term);
    Some(Device {
        sale: proposal.sale.map(|sale| pin_of(sale.0) / hours),
        burn: pin_of(proposal.burn.0) / hours,
        kept: Kept::of(seen.ledger.rewards(), seen.account, seen.now, proposal.term, window),
    })
}

fn hours(term: Secs) -> f64 {
    // At most 30 days: exact.
    term.0 as f64 / SECS_PER_HOUR
}

fn show(shown: &Shown) -> AnyView {
    match shown {
        Shown::NoTerm => note(Tone::Plain, tr!(balance.advice_term)),
        Shown::Wrong(wrong) => {
            let text = words::wrong(*wrong);
            view! { <div data-testid="balance-wrong">{note(Tone::Caution, text)}</div> }.into_any()
        }
        Shown::Advised(advised) => told(advised),
    }
}

fn told(advised: &Advised) -> AnyView {
    let Advised { advice, device, hours, others, is_dormant } = advised;
    let dormant = is_dormant.then(|| note(Tone::Plain, tr!(balance.advice_dormant)));
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(balance.way), false),
        column(tr!(balance.way_hour), true),
        column(tr!(balance.way_term), true),
        column(tr!(balance.way_rests), false),
    ];
    let burn = figure(device.burn);
    let row = |way: Way, name: &'static str, brings: Option<f64>, rests: String| {
        let best = (way == advice.best).then(|| badge(Tone::Good, tr!(balance.best)));
        let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), figure).into_any();
        let rests = view! { <span class="small soft">{rests}</span> };
        vec![
            view! { <span class="who">{name} {best}</span> }.into_any(),
            shown(brings),
            shown(brings.map(|brings| brings * hours)),
            rests.into_any(),
        ]
    };
    let lp_rests = tr!(
        balance.way_lp_rests,
        reward = figure(advice.reward),
        others = others.to_string(),
        kept = percentage(device.kept.time * device.kept.loyalty),
        fees = figure(advice.fees),
        burn = burn.clone()
    );
    let sell_rests = match advice.sell {
        Some(_) => tr!(balance.way_sell_rests, burn = burn),
        None => tr!(balance.way_sell_none).to_owned(),
    };
    let rows = vec![
        row(Way::Liquidity, tr!(balance.best_lp), Some(advice.liquidity), lp_rests),
        row(Way::Sell, tr!(balance.best_sell), advice.sell, sell_rests),
        row(
            Way::Wait,
            tr!(balance.best_wait),
            Some(advice.wait),
            tr!(balance.way_wait_rests).to_owned(),
        ),
    ];
    let best = match advice.best {
        Way::Liquidity => "lp",
        Way::Sell => "sell",
        Way::Wait => "wait",
    };
    view! {
        {dormant}
        <div data-testid="advice-best" data-best=best>{note(Tone::Good, advise(advice))}</div>
        {table(tr!(balance.advice), "advice-ways", columns, rows)}
        {rests(&device.kept)}
    }
    .into_any()
}

fn rests(kept: &Kept) -> AnyView {
    let kept =
        tr!(balance.rests_kept, time = percentage(kept.time), loyalty = percentage(kept.loyalty));
    let others = [
        tr!(balance.rests_proved),
        tr!(balance.rests_still),
        tr!(balance.rests_fees),
        tr!(balance.ours_sides),
        tr!(balance.rests_ours),
    ];
    let sentences = [kept].into_iter().chain(others.map(str::to_owned)).collect();
    foldout(tr!(balance.rests_title), "advice-rests", sentences)
}

/// Says what to do, and by how much it is better.
fn advise(advice: &Advice) -> String {
    let name = |way| match way {
        Way::Liquidity => tr!(balance.to_lp),
        Way::Sell => tr!(balance.to_sell),
        Way::Wait => tr!(balance.to_wait),
    };
    let next = name(advice.next);
    if advice.is_close() {
        return tr!(balance.advise_close, best = name(advice.best), next = next);
    }
    let lead = figure(advice.lead);
    match advice.best {
        Way::Liquidity => tr!(balance.advise_lp, lead = lead, next = next),
        Way::Sell => tr!(balance.advise_sell, lead = lead, next = next),
        Way::Wait => tr!(balance.advise_wait, lead = lead, next = next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contexts::speak, i18n::Locale};

    /// A pool at 2 PIN an hour, with rewards for five to share, against `outside`.
    fn advised(outside: f64, sale: Option<f64>) -> String {
        speak(Locale::en);
        let reading = Reading { price: Some(2.0), fee: 0.0, burned: 0.5, live: 4, stream: 10.0 };
        let device = Device { sale, burn: 0.0, kept: Kept { time: 1.0, loyalty: 1.0 } };
        advise(&Advice::of(outside, &reading, &device))
    }

    #[test]
    fn advise_says_what_is_best_and_by_how_much() {
        assert_eq!(
            advised(3.0, None),
            "Wait, and use the hours outside: it brings 1 PIN an hour more than to provide liquidity."
        );
        assert_eq!(
            advised(1.0, Some(1.5)),
            "Provide liquidity: it brings 0.5 PIN an hour more than to sell."
        );
        assert_eq!(
            advised(1.0, Some(2.5)),
            "Sell the hours to the pool: it brings 0.5 PIN an hour more than to provide liquidity."
        );
    }

    #[test]
    fn advise_of_nearly_the_same_does_not_choose() {
        let told = advised(2.001, None);
        assert!(told.starts_with("It is nearly the same whether you wait or provide"), "{told}");
    }
}
