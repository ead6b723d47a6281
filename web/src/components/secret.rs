//! Inputs for what nobody may see or keep.

use leptos::{html, prelude::*};
use pinfi_client::wallet::Password;

/// Reads a [`SecretField`]. The text stays in the input alone, in no signal, until it is taken.
#[derive(Clone, Copy)]
pub(crate) struct Typed(NodeRef<html::Input>);

impl Typed {
    /// Makes a handle for one field.
    pub(crate) fn new() -> Self {
        Self(NodeRef::new())
    }

    /// Takes the text out of the input, which is empty from then on.
    pub(crate) fn take(self) -> Password {
        let text = self.0.get_untracked().map(|input| {
            let text = input.value();
            input.set_value("");
            text
        });
        Password::new(text.unwrap_or_default())
    }

    /// Reads the text and leaves it there, to be taken once all is well.
    pub(crate) fn copy(self) -> Password {
        Password::new(self.0.get_untracked().map(|input| input.value()).unwrap_or_default())
    }

    /// Empties the input.
    pub(crate) fn clear(self) {
        if let Some(input) = self.0.get_untracked() {
            input.set_value("");
        }
    }

    /// Puts the cursor into the input.
    pub(crate) fn focus(self) {
        if let Some(input) = self.0.get_untracked() {
            let _focus_is_a_courtesy = input.focus();
        }
    }
}

/// A password input with label, hint and error.
#[component]
pub(crate) fn SecretField(
    #[prop(into)] label: String,
    testid: &'static str,
    typed: Typed,
    #[prop(default = "current-password")] autocomplete: &'static str,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] on_input: Option<Callback<()>>,
) -> AnyView {
    let invalid = super::text(move || error.with(Option::is_some).to_string());
    let message = super::text(move || error.get().unwrap_or_default());
    let hint_id = format!("{testid}-hint");
    let error_id = format!("{testid}-error");
    let described_by = format!("{hint_id} {error_id}");
    view! {
        <div class="field">
            <label class="field-label" for=testid>{label}</label>
            <div class="field-box" data-invalid=invalid>
                <input
                    id=testid
                    data-testid=testid
                    type="password"
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby=described_by
                    aria-invalid=invalid
                    node_ref=typed.0
                    on:input=move |_| {
                        if let Some(on_input) = on_input {
                            on_input.run(());
                        }
                    }
                />
            </div>
            <span class="field-hint" id=hint_id>{hint}</span>
            <span class="field-error" id=error_id role="status">{message}</span>
        </div>
    }
    .into_any()
}
