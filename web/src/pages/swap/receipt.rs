//! What the order costs, what stands in its way, and the button that signs it.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::units::Wei;

use super::{
    draft::{Draft, Priced},
    offer::{Device, Impact, Offer, Shortage},
};
use crate::{
    components::{Button, Kind, Tone, card, live, maybe, note, text},
    contexts::{Act, Plan, Toasts, tr},
    format::{hours, percent, pin_compact},
    words::{Trouble, moment, span},
};

/// Shows an order's costs as they are now.
pub(super) fn receipt(draft: Draft) -> AnyView {
    let priced = draft.priced;
    let has_offer = Memo::new(move |_| offer_of(priced).is_some());
    let figures = live(move || {
        if has_offer.get() {
            figures(priced)
        } else {
            view! { <p class="small soft">{tr!(swap.quote_wait)}</p> }.into_any()
        }
    });
    let content = view! {
        {figures}
        {impact(priced)}
        {blocker(priced)}
        {submit(priced)}
        {announcer(draft)}
    };
    card(tr!(swap.quote), "swap-quote", content.into_any())
}

fn offer_of(priced: Memo<Option<Priced>>) -> Option<Offer> {
    priced.with(|priced| priced.as_ref()?.offer.clone().ok())
}

fn figures(priced: Memo<Option<Priced>>) -> AnyView {
    let read = move |figure: fn(&Offer) -> String| {
        text(move || offer_of(priced).map(|offer| figure(&offer)).unwrap_or_default())
    };
    let amount = move |label: &'static str, testid: &'static str, amount: fn(&Offer) -> Wei| {
        let exact = text(move || {
            offer_of(priced).map(|offer| amount(&offer).0.to_string()).unwrap_or_default()
        });
        let shown = text(move || {
            offer_of(priced).map(|offer| pin_words(amount(&offer))).unwrap_or_default()
        });
        view! {
            <div>
                <dt>{label}</dt>
                <dd class="num" data-testid=testid data-wei=exact>{shown}</dd>
            </div>
        }
        .into_any()
    };
    let line = |label: &'static str, value: Signal<String>| {
        view! { <div><dt>{label}</dt><dd class="num">{value}</dd></div> }.into_any()
    };
    let until = move || priced.with(|priced| priced.as_ref().map(|priced| priced.order.until));
    let at = text(move || until().map(|until| until.to_string()).unwrap_or_default());
    let ends = text(move || {
        let Some((until, offer)) = until().zip(offer_of(priced)) else { return String::new() };
        tr!(swap.ends_value, date = moment(until), span = span(offer.window))
    });
    let hours = read(|offer| tr!(swap.hours_value, hours = hours(u128::from(offer.hours.0))));
    view! {
        <dl class="lines receipt" data-testid="swap-lines">
            {amount(tr!(swap.pay), "swap-quote-cost", |offer| offer.quote.gross)}
            {amount(tr!(swap.fee), "swap-quote-fee", |offer| offer.quote.fee)}
            {amount(tr!(swap.burned), "swap-quote-burned", |offer| offer.quote.burned)}
            {amount(tr!(swap.per_hour), "swap-quote-price", |offer| offer.per_hour)}
            {amount(tr!(swap.spot), "swap-quote-spot", |offer| offer.spot_per_hour)}
            <div>
                <dt>{tr!(swap.impact)}</dt>
                <dd
                    class="num"
                    data-testid="swap-quote-impact"
                    data-bps=read(|offer| offer.impact_bps.to_string())
                >
                    {read(|offer| percent(offer.impact_bps))}
                </dd>
            </div>
            {amount(tr!(swap.most), "swap-quote-most", |offer| offer.max_cost)}
            <div>
                <dt>{tr!(swap.ends)}</dt>
                <dd data-testid="swap-quote-until" data-at=at>{ends}</dd>
            </div>
            {line(tr!(swap.hours), hours)}
            {devices(priced)}
            {line(tr!(swap.valid), Signal::stored(tr!(swap.valid_value).to_owned()))}
        </dl>
    }
    .into_any()
}

fn pin_words(amount: Wei) -> String {
    format!("{} PIN", pin_compact(amount.0))
}

/// The devices that were chosen; they change with the ledger, not with the second.
fn devices(priced: Memo<Option<Priced>>) -> AnyView {
    let chosen = Memo::new(move |_| {
        priced.with(|priced| priced.as_ref()?.devices.clone().ok()).unwrap_or_default()
    });
    let words = |device: &Device| {
        let (stake, expiry) = (device.id.to_string(), moment(device.expiry));
        view! { <div>{tr!(swap.fit_one, stake = stake, expiry = expiry)}</div> }.into_any()
    };
    live(move || {
        let chosen = chosen.get();
        if chosen.is_empty() {
            return ().into_any();
        }
        let ids: Vec<String> = chosen.iter().map(|device| device.id.to_string()).collect();
        view! {
            <div>
                <dt title=tr!(swap.fit_why)>{tr!(swap.fit)}</dt>
                <dd data-testid="swap-quote-devices" data-stakes=ids.join(",")>
                    {chosen.iter().map(words).collect::<Vec<_>>()}
                    <div class="receipt-why">{tr!(swap.fit_why)}</div>
                </dd>
            </div>
        }
        .into_any()
    })
}

fn impact(priced: Memo<Option<Priced>>) -> AnyView {
    let impact = Memo::new(move |_| {
        offer_of(priced).map(|offer| (Impact::of(offer.impact_bps), offer.impact_bps))
    });
    maybe(move || {
        let (impact, bps) = impact.get()?;
        warning(impact, bps).map(|(tone, text)| note(tone, text))
    })
}

fn warning(impact: Impact, bps: u64) -> Option<(Tone, String)> {
    let shown = percent(bps);
    match impact {
        Impact::Low => None,
        Impact::High => Some((Tone::Caution, tr!(swap.impact_high, impact = shown))),
        Impact::Extreme => Some((Tone::Bad, tr!(swap.impact_extreme, impact = shown))),
    }
}

/// What stands in the way, in words; silent for assistive technology, which the announcer serves.
fn blocker(priced: Memo<Option<Priced>>) -> AnyView {
    let found = Memo::new(move |_| {
        priced.with(|priced| {
            let priced = priced.as_ref()?;
            let trouble = priced.action().err()?;
            let is_shortage = trouble.code == "TooFewDevices";
            let shortage = priced.devices.as_ref().err().filter(|_| is_shortage).map(explain);
            Some((trouble, shortage.unwrap_or_default()))
        })
    });
    maybe(move || {
        let (Trouble { code, text }, why) = found.get()?;
        let text = format!("{text} {why}");
        let words = note(Tone::Bad, text.trim_end());
        Some(view! { <div data-testid="swap-error" data-code=code>{words}</div> }.into_any())
    })
}

fn explain(shortage: &Shortage) -> String {
    let Shortage { offered, rented, too_short, latest, .. } = shortage;
    let why = tr!(
        swap.shortage,
        offered = offered.to_string(),
        rented = rented.to_string(),
        short = too_short.to_string()
    );
    match latest {
        Some(latest) => {
            let latest = tr!(swap.shortage_latest, latest = moment(*latest));
            format!("{why} {latest}")
        }
        None => why,
    }
}

fn submit(priced: Memo<Option<Priced>>) -> AnyView {
    let (act, toasts) = (Act::use_it(), Toasts::use_it());
    let press = move |()| {
        let Some(priced) = priced.get_untracked() else {
            toasts.fail(tr!(swap.quote_wait));
            return;
        };
        let action = match priced.action() {
            Ok(action) => action,
            Err(trouble) => {
                toasts.trouble(trouble);
                return;
            }
        };
        let mut plan = Plan::of(action);
        let bps = priced.offer.map_or(0, |offer| offer.impact_bps);
        if let Some((_, text)) = warning(Impact::of(bps), bps) {
            plan = plan.warn(text);
        }
        spawn_local(async move {
            // It tells the outcome itself.
            let _told = act.perform(plan).await;
        });
    };
    view! {
        <Button
            label=tr!(swap.submit)
            testid="swap-submit"
            kind=Kind::Primary
            busy=Signal::derive(move || act.is_busy())
            on_press=press
        />
    }
    .into_any()
}

/// Says the cost or the trouble once when the order changes, and not with every second.
fn announcer(draft: Draft) -> AnyView {
    let code = Memo::new(move |_| {
        draft.priced.with(|priced| priced.as_ref()?.action().err().map(|trouble| trouble.code))
    });
    let order = Memo::new(move |_| {
        draft.priced.with(|priced| {
            let order = priced.as_ref()?.order;
            Some((order.pool, order.count, order.until, order.slippage))
        })
    });
    let words = move || {
        let (code, order) = (code.get(), order.get());
        let priced = draft.priced.get_untracked()?;
        order?;
        if code.is_some() {
            return priced.action().err().map(|trouble| trouble.text);
        }
        let cost = pin_compact(priced.offer.ok()?.quote.gross.0);
        Some(tr!(swap.announce, cost = cost, until = moment(priced.order.until)))
    };
    view! { <p class="visually-hidden" role="status">{text(move || words().unwrap_or_default())}</p> }.into_any()
}
