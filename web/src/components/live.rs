//! Parts of a view that change by themselves.

use std::sync::Arc;

use leptos::prelude::*;

/// Builds a part anew whenever a signal that it reads changes.
///
/// A closure in a view is a type of its own, and the code that follows it is built for each; here
/// they all become one type first.
pub(crate) fn live(part: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    shared(Arc::new(part))
}

/// Shows a part while there is one; as [`live`].
pub(crate) fn maybe(part: impl Fn() -> Option<AnyView> + Send + Sync + 'static) -> AnyView {
    shared(Arc::new(move || part().unwrap_or_else(|| ().into_any())))
}

fn shared(part: Arc<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || part()).into_any()
}

/// Makes a text that follows signals, for a place in a view or the value of an attribute.
pub(crate) fn text(words: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(words)
}
