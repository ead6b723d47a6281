//! A field for one number within bounds.

use leptos::prelude::*;

use crate::{components::Field, contexts::tr};

/// A number that is typed.
#[derive(Clone, Copy)]
pub(super) struct Number {
    text: RwSignal<String>,
    testid: &'static str,
    least: f64,
    most: f64,
    is_whole: bool,
}

impl Number {
    /// Makes a field for whole numbers.
    pub(super) fn whole(testid: &'static str, value: u32, least: u32, most: u32) -> Self {
        let text = RwSignal::new(value.to_string());
        Self { text, testid, least: least.into(), most: most.into(), is_whole: true }
    }

    /// Makes a field for numbers.
    pub(super) fn real(testid: &'static str, value: f64, least: f64, most: f64) -> Self {
        Self { text: RwSignal::new(value.to_string()), testid, least, most, is_whole: false }
    }

    /// Gives the number, and follows it; none where there is none within the bounds.
    pub(super) fn value(self) -> Option<f64> {
        let value = self.text.with(|text| text.trim().parse::<f64>()).ok()?;
        let fits = (self.least..=self.most).contains(&value);
        (fits && (!self.is_whole || value.fract() == 0.0)).then_some(value)
    }

    /// As [`Self::value`], of a field for whole numbers.
    pub(super) fn count(self) -> Option<u32> {
        // Whole, and within bounds that are.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        self.value().map(|value| value as u32)
    }

    /// As [`Self::value`], rounded to what devices compute with.
    pub(super) fn float(self) -> Option<f32> {
        #[allow(clippy::cast_possible_truncation, reason = "rounded")]
        self.value().map(|value| value as f32)
    }

    /// Shows the field.
    pub(super) fn field(self, label: &'static str) -> AnyView {
        let error = Signal::derive(move || {
            let (least, most) = (self.least.to_string(), self.most.to_string());
            self.value().is_none().then(|| match self.is_whole {
                true => tr!(hire.whole_range, least = least, most = most),
                false => tr!(hire.range, least = least, most = most),
            })
        });
        view! { <Field label testid=self.testid text=self.text error keyboard="decimal" /> }
            .into_any()
    }
}
