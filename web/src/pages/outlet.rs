//! Where the page in view stands, and what stands there while it is loaded.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    browser,
    components::{Button, Tone, bones, live, note, page},
    contexts::{Navigation, tr},
    parts::{self, Lost, Page},
    route::Route,
};

/// What the outlet shows.
#[derive(Clone)]
enum Shown {
    Nothing,
    Page(Page, Route),
    Lost,
}

/// Shows the page that the address names; the one before it stays until the new one is loaded.
pub(crate) fn outlet() -> AnyView {
    let navigation = Navigation::use_it();
    let shown = RwSignal::new(Shown::Nothing);
    let loading = RwSignal::new(false);
    let load = move |route: Route| {
        loading.set(true);
        spawn_local(async move {
            let page = parts::page(&route).await;
            if untrack(|| navigation.route()) != route {
                return;
            }
            loading.try_set(false);
            shown.try_set(match page {
                Ok(page) => Shown::Page(page, route),
                Err(_) => Shown::Lost,
            });
        });
    };
    Effect::new(move |_| load(navigation.route()));
    foresee();
    let content = live(move || match shown.get() {
        Shown::Nothing => bones(tr!(shell.loading)),
        Shown::Page(build, route) => build(route),
        Shown::Lost => lost(move || load(untrack(|| navigation.route()))),
    });
    view! {
        <main class="page" id="main" tabindex="-1" aria-busy=move || loading.get().to_string()>
            {content}
        </main>
    }
    .into_any()
}

fn lost(again: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let content = view! {
        <section class="card" role="alert" data-testid="part-lost">
            {note(Tone::Caution, tr!(shell.part_lost))}
            <div class="row">
                <Button label=tr!(shell.part_again) testid="part-again" on_press=move |()| again() />
            </div>
        </section>
    };
    page(tr!(shell.part_title), "", content.into_any())
}

/// Loads a page while the user is still on the way to its link.
fn foresee() {
    let look = |target| {
        let Some(link) = browser::link(target) else { return };
        let route = Route::parse(&link.pathname());
        spawn_local(async move {
            // What does not arrive now is told when it is needed.
            let _: Result<Page, Lost> = parts::page(&route).await;
        });
    };
    let over = window_event_listener(ev::pointerover, move |event| look(event.target()));
    let focus = window_event_listener(ev::focusin, move |event| look(event.target()));
    on_cleanup(move || {
        over.remove();
        focus.remove();
    });
}
