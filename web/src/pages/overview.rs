//! All pools together.

use leptos::prelude::*;

use crate::{
    components::{empty, page},
    contexts::tr,
};

/// Builds the overview.
pub(super) fn overview() -> AnyView {
    page(
        tr!(overview.title),
        tr!(overview.lead),
        empty("overview", tr!(overview.empty), ().into_any()),
    )
}
