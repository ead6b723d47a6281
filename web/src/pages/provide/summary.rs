//! What providing takes and brings, and what to know before signing.

use leptos::prelude::*;
use pinfi_client::plan::Plan;
use pinfi_core::{
    math::{WAD, mul_div_floor},
    units::Wei,
};

use super::{
    form::{Form, Offer},
    submit::{Done, submit_button},
};
use crate::{
    components::{Tone, card, lines, note},
    contexts::{Measurement, Prover, seconds, tr, wall_seconds},
    format::{hours, percent, percent_of, pin_compact},
    route::Route,
    words::{self, pin_words},
};

/// Shows the figures, the warnings and the button, and afterwards what came of it.
pub(super) fn summary_card(form: Form, offer: Memo<Option<Offer>>) -> AnyView {
    let done = RwSignal::new(None::<Done>);
    let figures = move || {
        let sells = form.sells.get();
        offer.with(|offer| offer.as_ref().map(|offer| lines(figures(offer, sells))))
    };
    // Told anew only where they change: a screen reader need not hear them every second.
    let prover = Prover::use_it();
    let warnings = Memo::new(move |_| {
        let sells = form.sells.get();
        let measurement = prover.measurement();
        offer.with(|offer| {
            offer.as_ref().map(|o| warnings(o, sells, &measurement)).unwrap_or_default()
        })
    });
    let shown =
        move || warnings.get().into_iter().map(|(tone, text)| note(tone, text)).collect_view();
    let content = view! {
        {figures}
        {submit_button(form, offer, done)}
        {move || done.get().map(told)}
        <div class="stack-s" data-testid="provide-warnings">{shown}</div>
    };
    card(tr!(provide.summary), "provide-summary", content.into_any())
}

fn told(done: Done) -> AnyView {
    let text = match done {
        Done::Liquidity(id) => tr!(provide.done_lp, id = id.to_string()),
        Done::Sold(id) => tr!(provide.done_sell, id = id.to_string()),
        Done::HalfWay => tr!(provide.half_way).to_owned(),
    };
    let (tone, stake) = match done {
        Done::Liquidity(id) | Done::Sold(id) => (Tone::Good, id.to_string()),
        Done::HalfWay => (Tone::Caution, String::new()),
    };
    view! {
        <div class="stack-s" role="status" data-testid="provide-done" data-stake=stake>
            {note(tone, text)}
            <p>
                <a class="button" href=Route::Positions.path() data-testid="provide-to-positions">
                    {tr!(provide.to_positions)}
                </a>
            </p>
        </div>
    }
    .into_any()
}

fn figures(offer: &Offer, sells: bool) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut line = |name: &str, figure: String| lines.push((name.to_owned(), figure));
    if let Some(plan) = offer.planned() {
        let time = hours(u128::from(plan.term.hours.0));
        line(tr!(provide.hours), tr!(provide.hours_value, hours = time));
        match offer.certificate {
            None => line(tr!(provide.burned), pin_words(plan.burn)),
            Some(id) => {
                line(tr!(provide.burned), tr!(provide.certificate_used, id = id.to_string()));
            }
        }
        let fee = pin_words(plan.fee);
        if sells {
            line(tr!(provide.fee_held), fee);
            if let Ok(sale) = &plan.sale {
                line(tr!(provide.proceeds), pin_words(sale.net));
            }
        } else {
            line(tr!(provide.fee_refunded), fee);
            if let Some(tokens) = offer.tokens {
                line(tr!(provide.pair), pin_words(tokens));
                line(tr!(provide.share), percent(plan.share_bps));
                let each = pin_compact(by_the_hour(tokens, plan));
                line(tr!(provide.release), tr!(provide.release_value, amount = each));
            }
            let sale = plan.sale.as_ref().map(|sale| pin_words(sale.net));
            let sale = sale.unwrap_or_else(|_| tr!(provide.instead_none).to_owned());
            line(tr!(provide.instead_sell), sale);
        }
        if let Some(needed) = offer.needed(sells) {
            line(tr!(provide.needed), pin_words(needed));
        }
    }
    if let Some(balance) = offer.balance {
        line(tr!(provide.balance), pin_words(balance));
    }
    lines
}

/// PIN by the hour of an amount for the whole term, rounded down.
fn by_the_hour(amount: Wei, plan: &Plan) -> u128 {
    mul_div_floor(amount.0, 3_600, u128::from(plan.term.hours.0)).unwrap_or(0)
}

fn warnings(offer: &Offer, sells: bool, measurement: &Measurement) -> Vec<(Tone, String)> {
    let mut list = Vec::new();
    let rules = &offer.params.pocps;
    let (needed, balance) = (offer.needed(sells), offer.balance);
    if let Some((needed, balance)) = needed.zip(balance).filter(|(needed, has)| needed > has) {
        let (needed, balance) = (pin_compact(needed.0), pin_compact(balance.0));
        let text = tr!(provide.warn_balance, needed = needed, balance = balance);
        list.push((Tone::Caution, text));
    }
    let takes = measurement.benchmark().zip(rules.validate().ok());
    // A window of seconds: whole in a double.
    if takes.is_some_and(|(measured, work)| seconds(measured, work) > rules.window.0 as f64) {
        list.push((Tone::Bad, tr!(prover.fits_not).to_owned()));
    }
    if sells {
        selling(offer, &mut list);
    } else if offer.is_one_sided {
        list.push((Tone::Plain, tr!(provide.warn_one_sided).to_owned()));
    }
    if let Some(cover) = offer.reserves.cover_ratio_wad().filter(|cover| *cover < WAD / 2) {
        let text = tr!(provide.warn_cover, cover = percent_of(cover, WAD));
        list.push((Tone::Caution, text));
    }
    challenges(offer, &mut list);
    if !offer.is_dormant() {
        list.push((Tone::Plain, tr!(provide.warn_spot).to_owned()));
    }
    list
}

fn challenges(offer: &Offer, list: &mut Vec<(Tone, String)>) {
    let rules = &offer.params.pocps;
    let (window, epoch) = (words::span(rules.window), words::span(rules.epoch));
    list.push((Tone::Plain, tr!(provide.warn_slash, epoch = epoch, window = window.clone())));
    let factor = offer.speed.factor();
    if factor > 1 {
        let deadline = offer.now.saturating_add(rules.window);
        let wall = pinfi_core::units::Secs(wall_seconds(offer.now, deadline, factor));
        let (speed, wall) = (factor.to_string(), words::span(wall));
        let text = tr!(prover.fast_clock, speed = speed, window = window, wall = wall);
        list.push((Tone::Caution, text));
    }
}

fn selling(offer: &Offer, list: &mut Vec<(Tone, String)>) {
    let Some(plan) = offer.planned() else { return };
    match &plan.sale {
        Ok(sale) => {
            let got = pin_compact(by_the_hour(sale.net, plan));
            let spot = offer.reserves.spot_price().unwrap_or_default().0.saturating_mul(3_600);
            let text = tr!(provide.warn_price_now, got = got, spot = pin_compact(spot));
            list.push((Tone::Plain, text));
        }
        Err(pinfi_core::Error::BeyondDuration { duration, .. }) => {
            let text = tr!(provide.warn_beyond, duration = words::span(*duration));
            list.push((Tone::Caution, text));
        }
        Err(_) => list.push((Tone::Caution, tr!(provide.warn_dormant_sale).to_owned())),
    }
    list.push((Tone::Caution, tr!(provide.warn_seller_fee).to_owned()));
}
