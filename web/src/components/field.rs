//! Labelled inputs.

use leptos::prelude::*;

/// A text input with label, hint and error, tied together for assistive technology.
///
/// `error` is shown and announced; it is the caller's part to wait with it until something was typed.
#[component]
pub(crate) fn Field(
    #[prop(into)] label: String,
    testid: &'static str,
    text: RwSignal<String>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] unit: String,
    #[prop(default = "text")] input_type: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = "text")] keyboard: &'static str,
    #[prop(optional)] large: bool,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional, into)] on_enter: Option<Callback<()>>,
) -> AnyView {
    let invalid = super::text(move || error.with(Option::is_some).to_string());
    let message = super::text(move || error.get().unwrap_or_default());
    let hint_id = format!("{testid}-hint");
    let error_id = format!("{testid}-error");
    let described_by = format!("{hint_id} {error_id}");
    let box_class = if large { "field-box field-large" } else { "field-box" };
    view! {
        <div class="field">
            <label class="field-label" for=testid>{label}</label>
            <div class=box_class data-invalid=invalid>
                <input
                    id=testid
                    data-testid=testid
                    type=input_type
                    inputmode=keyboard
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=placeholder
                    aria-describedby=described_by
                    aria-invalid=invalid
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && let Some(on_enter) = on_enter {
                            on_enter.run(());
                        }
                    }
                />
                <span class="field-unit">{unit}</span>
            </div>
            <span class="field-hint" id=hint_id>{hint}</span>
            <span class="field-error" id=error_id role="status">{message}</span>
        </div>
    }
    .into_any()
}

/// A choice among options, given as (value, words).
#[component]
pub(crate) fn Select(
    #[prop(into)] label: String,
    testid: &'static str,
    chosen: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
) -> AnyView {
    let option = move |(value, words): (String, String)| {
        let is_chosen = chosen.with_untracked(|chosen| *chosen == value);
        view! { <option value=value selected=is_chosen>{words}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label class="field-label" for=testid>{label}</label>
            <div class="field-box">
                <select
                    id=testid
                    data-testid=testid
                    prop:value=chosen
                    on:change=move |event| chosen.set(event_target_value(&event))
                >
                    {move || options.get().into_iter().map(option).collect_view()}
                </select>
            </div>
        </div>
    }
    .into_any()
}
