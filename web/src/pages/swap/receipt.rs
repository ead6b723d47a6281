//! What the order costs, what stands in its way, and the button that signs it.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::units::Wei;

use super::{
    draft::{Draft, Priced},
    offer::{Device, Impact, Offer, Shortage},
};
use crate::{
    components::{Button, Kind, Tone, card, note},
    contexts::{Act, Plan, Toasts, tr},
    format::{hours, percent, pin_compact},
    words::{Trouble, moment, span},
};

/// Shows an order's costs as they are now.
pub(super) fn receipt(draft: Draft) -> AnyView {
    let priced = draft.priced;
    let has_offer = Memo::new(move |_| offer_of(priced).is_some());
    let figures = move || {
        if has_offer.get() {
            figures(priced)
        } else {
            view! { <p class="small soft">{tr!(swap.quote_wait)}</p> }.into_any()
        }
    };
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
        move || offer_of(priced).map(|offer| figure(&offer)).unwrap_or_default()
    };
    let wei = move |amount: fn(&Offer) -> Wei| {
        move || offer_of(priced).map(|offer| amount(&offer).0.to_string())
    };
    let pin = move |amount: fn(&Offer) -> Wei| {
        move || offer_of(priced).map(|offer| pin_words(amount(&offer))).unwrap_or_default()
    };
    let until = move || priced.with(|priced| priced.as_ref().map(|priced| priced.order.until));
    let ends = move || {
        let Some((until, offer)) = until().zip(offer_of(priced)) else { return String::new() };
        tr!(swap.ends_value, date = moment(until), span = span(offer.window))
    };
    view! {
        <dl class="lines" data-testid="swap-lines">
            <div class="receipt-total">
                <dt>{tr!(swap.pay)}</dt>
                <dd class="num" data-testid="swap-quote-cost" data-wei=wei(gross)>{pin(gross)}</dd>
            </div>
            <div>
                <dt>{tr!(swap.fee)}</dt>
                <dd class="num" data-testid="swap-quote-fee" data-wei=wei(fee)>{pin(fee)}</dd>
            </div>
            <div>
                <dt>{tr!(swap.burned)}</dt>
                <dd class="num" data-testid="swap-quote-burned" data-wei=wei(burned)>{pin(burned)}</dd>
            </div>
            <div>
                <dt>{tr!(swap.per_hour)}</dt>
                <dd class="num" data-testid="swap-quote-price" data-wei=wei(per_hour)>{pin(per_hour)}</dd>
            </div>
            <div>
                <dt>{tr!(swap.spot)}</dt>
                <dd class="num">{pin(|offer| offer.spot_per_hour)}</dd>
            </div>
            <div>
                <dt>{tr!(swap.impact)}</dt>
                <dd
                    class="num"
                    data-testid="swap-quote-impact"
                    data-bps=move || offer_of(priced).map(|offer| offer.impact_bps.to_string())
                >
                    {read(|offer| percent(offer.impact_bps))}
                </dd>
            </div>
            <div class="lines-total">
                <dt>{tr!(swap.most)}</dt>
                <dd class="num" data-testid="swap-quote-most" data-wei=wei(most)>{pin(most)}</dd>
            </div>
            <div>
                <dt>{tr!(swap.ends)}</dt>
                <dd
                    data-testid="swap-quote-until"
                    data-at=move || until().map(|until| until.to_string())
                >
                    {ends}
                </dd>
            </div>
            <div>
                <dt>{tr!(swap.hours)}</dt>
                <dd class="num">
                    {read(|offer| tr!(swap.hours_value, hours = hours(u128::from(offer.hours.0))))}
                </dd>
            </div>
            {devices(priced)}
            <div><dt>{tr!(swap.valid)}</dt><dd>{tr!(swap.valid_value)}</dd></div>
        </dl>
    }
    .into_any()
}

const fn gross(offer: &Offer) -> Wei {
    offer.quote.gross
}

const fn fee(offer: &Offer) -> Wei {
    offer.quote.fee
}

const fn burned(offer: &Offer) -> Wei {
    offer.quote.burned
}

const fn per_hour(offer: &Offer) -> Wei {
    offer.per_hour
}

const fn most(offer: &Offer) -> Wei {
    offer.max_cost
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
    (move || {
        let chosen = chosen.get();
        if chosen.is_empty() {
            return ().into_any();
        }
        let ids: Vec<String> = chosen.iter().map(|device| device.id.to_string()).collect();
        view! {
            <div>
                <dt title=tr!(swap.fit_why)>{tr!(swap.fit)}</dt>
                <dd data-testid="swap-quote-devices" data-stakes=ids.join(",")>
                    {chosen.iter().map(words).collect_view()}
                    <div class="receipt-why">{tr!(swap.fit_why)}</div>
                </dd>
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn impact(priced: Memo<Option<Priced>>) -> AnyView {
    let impact = Memo::new(move |_| {
        offer_of(priced).map(|offer| (Impact::of(offer.impact_bps), offer.impact_bps))
    });
    (move || {
        impact
            .get()
            .and_then(|(impact, bps)| warning(impact, bps))
            .map(|(tone, text)| note(tone, text))
    })
    .into_any()
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
    (move || {
        let (Trouble { code, text }, why) = found.get()?;
        let text = format!("{text} {why}");
        Some(view! { <div data-testid="swap-error" data-code=code>{note(Tone::Bad, text.trim_end())}</div> })
    })
    .into_any()
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
    let text = move || {
        let (code, order) = (code.get(), order.get());
        let priced = draft.priced.get_untracked()?;
        order?;
        if code.is_some() {
            return priced.action().err().map(|trouble| trouble.text);
        }
        let cost = pin_compact(priced.offer.ok()?.quote.gross.0);
        Some(tr!(swap.announce, cost = cost, until = moment(priced.order.until)))
    };
    view! { <p class="visually-hidden" role="status">{text}</p> }.into_any()
}
