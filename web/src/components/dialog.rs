//! Modal dialogs on the browser's own `<dialog>`: it traps the focus, gives it back, and closes on Escape.

use leptos::{html, prelude::*};

/// A modal dialog, open while `open` is set; its content is built anew each time it opens.
#[component]
pub(crate) fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    testid: &'static str,
    #[prop(into)] title: Signal<String>,
    content: ViewFn,
) -> AnyView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        if open.get() {
            if !dialog.open() {
                let _already_in_the_page = dialog.show_modal();
            }
        } else if dialog.open() {
            dialog.close();
        }
    });
    let title_id = format!("{testid}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog
            class="dialog"
            data-testid=testid
            aria-labelledby=labelled_by
            node_ref=element
            on:close=move |_| {
                if open.get_untracked() {
                    on_close.run(());
                }
            }
        >
            <div class="dialog-body">
                <h2 id=title_id>{title}</h2>
                {super::maybe(move || open.get().then(|| content.run()))}
            </div>
        </dialog>
    }
    .into_any()
}
