//! The question before every signature.

use futures_channel::oneshot;
use leptos::prelude::*;

use crate::words::Words;

/// What is about to be signed, in plain words.
#[derive(Clone, Default)]
pub(crate) struct Request {
    /// What it does: `Rent 2 devices until 14:00`.
    pub(crate) title: String,
    /// What it means, in a sentence or two.
    pub(crate) text: String,
    /// The steps, where one answer stands for several signatures.
    pub(crate) steps: Vec<Words>,
    /// The figures: what is paid, what is got, by when.
    pub(crate) lines: Vec<(String, String)>,
    /// What the user should know before agreeing.
    pub(crate) warnings: Vec<String>,
    /// The typed messages field by field, for those who want to see them.
    pub(crate) details: Vec<Vec<(String, String)>>,
}

/// Asks the user before a signature; the dialog is part of the shell.
#[derive(Clone, Copy)]
pub(crate) struct Confirm {
    request: RwSignal<Option<Request>>,
    answer: StoredValue<Option<oneshot::Sender<bool>>>,
}

impl Confirm {
    /// Provides the context.
    pub(crate) fn provide() {
        provide_context(Self { request: RwSignal::new(None), answer: StoredValue::new(None) });
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the open question, and follows it.
    pub(crate) fn request(self) -> Option<Request> {
        self.request.get()
    }

    /// Asks, and waits for the answer; a question left for another one counts as refused.
    pub(crate) async fn ask(self, request: Request) -> bool {
        let (sender, receiver) = oneshot::channel();
        self.answer.set_value(Some(sender));
        self.request.set(Some(request));
        receiver.await.unwrap_or(false)
    }

    /// Answers the open question.
    pub(crate) fn answer(self, agreed: bool) {
        self.request.set(None);
        let sender = self.answer.try_update_value(Option::take).flatten();
        if let Some(sender) = sender {
            let _asker_may_be_gone = sender.send(agreed);
        }
    }
}
