//! Parts of the frame that are loaded when they are first wanted.

use leptos::{prelude::*, task::spawn_local};

use super::maybe;
use crate::{
    contexts::{Toasts, tr},
    parts::Lost,
};

/// Shows what `load` brings from the first time on that `wanted` holds. Where it does not arrive the
/// user is told, and `lost` runs.
pub(crate) fn late<Loading>(
    wanted: impl Fn() -> bool + 'static,
    load: impl Fn() -> Loading + 'static,
    lost: impl Fn() + Copy + 'static,
) -> AnyView
where
    Loading: Future<Output = Result<fn() -> AnyView, Lost>> + 'static,
{
    let toasts = Toasts::use_it();
    let part = RwSignal::new(None::<fn() -> AnyView>);
    Effect::new(move |_| {
        if !wanted() || part.get_untracked().is_some() {
            return;
        }
        let loading = load();
        spawn_local(async move {
            match loading.await {
                Ok(build) => {
                    part.try_set(Some(build));
                }
                Err(_) => {
                    toasts.fail(tr!(shell.part_lost));
                    lost();
                }
            }
        });
    });
    maybe(move || part.get().map(|build| build()))
}
