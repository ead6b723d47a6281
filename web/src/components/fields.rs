//! Inputs that take what people type and reject the rest in words.
//!
//! They show the reason; the page reads the value with the same parser of [`crate::format`].

use leptos::prelude::*;

use super::Field;
use crate::{
    contexts::tr,
    format::{
        AmountError, CountError, DurationError, PercentError, parse_count, parse_duration,
        parse_percent, parse_pin, percent, pin_compact,
    },
};

/// An amount of PIN, or of another money with 18 decimals; `balance`, where given, is the most there is, in wei.
#[component]
pub(crate) fn AmountField(
    #[prop(into)] label: String,
    testid: &'static str,
    text: RwSignal<String>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] balance: Option<Signal<u128>>,
    #[prop(optional)] large: bool,
    #[prop(default = "PIN")] unit: &'static str,
) -> AnyView {
    let error = Signal::derive(move || {
        once_typed(text, |typed| match parse_pin(typed) {
            Err(error) => Some(amount_words(error)),
            Ok(wei) => balance
                .map(|balance| balance.get())
                .filter(|balance| wei > *balance)
                .map(|balance| tr!(input.amount_over_balance, balance = pin_compact(balance))),
        })
    });
    view! { <Field label testid text hint error unit keyboard="decimal" placeholder="0" large /> }
        .into_any()
}

/// A span of time.
#[component]
pub(crate) fn DurationField(
    #[prop(into)] label: String,
    testid: &'static str,
    text: RwSignal<String>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional)] large: bool,
) -> AnyView {
    let error = Signal::derive(move || {
        once_typed(text, |typed| parse_duration(typed).err().map(duration_words))
    });
    view! { <Field label testid text hint error placeholder="2h 30m" large /> }.into_any()
}

/// A whole number from `least` to `most`.
#[component]
pub(crate) fn CountField(
    #[prop(into)] label: String,
    testid: &'static str,
    text: RwSignal<String>,
    least: u64,
    most: u64,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] unit: String,
) -> AnyView {
    let error = Signal::derive(move || {
        once_typed(text, |typed| parse_count(typed, least, most).err().map(count_words))
    });
    view! { <Field label testid text hint error unit keyboard="numeric" /> }.into_any()
}

/// A percentage of at most `most_bps` basis points.
#[component]
pub(crate) fn PercentField(
    #[prop(into)] label: String,
    testid: &'static str,
    text: RwSignal<String>,
    most_bps: u32,
    #[prop(optional, into)] hint: Signal<String>,
) -> AnyView {
    let error = Signal::derive(move || {
        once_typed(text, |typed| parse_percent(typed, most_bps).err().map(percent_words))
    });
    view! { <Field label testid text hint error unit="%" keyboard="decimal" /> }.into_any()
}

/// Nothing typed yet is no mistake yet.
fn once_typed(
    text: RwSignal<String>,
    error: impl FnOnce(&str) -> Option<String>,
) -> Option<String> {
    let typed = text.get();
    if typed.trim().is_empty() { None } else { error(&typed) }
}

fn amount_words(error: AmountError) -> String {
    match error {
        AmountError::Empty => tr!(input.amount_empty).to_owned(),
        AmountError::NotANumber => tr!(input.amount_not_a_number).to_owned(),
        AmountError::Negative => tr!(input.amount_negative).to_owned(),
        AmountError::CommaAsPoint => tr!(input.amount_comma).to_owned(),
        AmountError::TooManyDecimals { at_most } => {
            tr!(input.amount_decimals, places = at_most.to_string())
        }
        AmountError::TooLarge => tr!(input.amount_too_large).to_owned(),
    }
}

fn duration_words(error: DurationError) -> String {
    match error {
        DurationError::Empty => tr!(input.duration_empty),
        DurationError::NoUnit => tr!(input.duration_no_unit),
        DurationError::NotADuration => tr!(input.duration_not),
        DurationError::BelowASecond => tr!(input.duration_below),
        DurationError::TooLong => tr!(input.duration_too_long),
    }
    .to_owned()
}

fn count_words(error: CountError) -> String {
    match error {
        CountError::Empty => tr!(input.count_empty).to_owned(),
        CountError::NotWhole => tr!(input.count_not_whole).to_owned(),
        CountError::OutOfRange { least, most } => {
            tr!(input.count_range, least = least.to_string(), most = most.to_string())
        }
    }
}

fn percent_words(error: PercentError) -> String {
    match error {
        PercentError::Empty => tr!(input.percent_empty).to_owned(),
        PercentError::NotAPercentage => tr!(input.percent_not).to_owned(),
        PercentError::TooLarge { most_bps } => {
            tr!(input.percent_too_large, most = percent(u64::from(most_bps)))
        }
    }
}
