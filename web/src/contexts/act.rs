//! The one way to act on the ledger: try, ask, sign, settle, tell.
//!
//! ```text
//! act.request(action)            one action, one question
//! act.perform(Plan::of(first).then(|done| ..))    several, one question that lists them
//! act.agree(question, &["Commit", "Respond"])     one question for signatures to come
//! ```
//!
//! Whatever comes of it is told to the user here, as a message; callers need not.

use std::rc::Rc;

use alloy_primitives::{Address, B256};
use leptos::prelude::*;
use pinfi_client::{
    intent::{Intent, LedgerAction},
    settlement::{Descriptor, Fee, Receipt, Settlement as Port, SettlementExt as _},
};
use pinfi_core::{
    Context, Event, Events, Ledger,
    units::{Secs, Timestamp, Wei},
};

use super::{Confirm, Request, Settlement, Toasts, Wallet, tr};
use crate::words::{self, Trouble, Words};

/// How long a signature can be used, in seconds of the wall: time to read the question.
const VALID: Secs = Secs(600);

/// Why nothing was settled, or not all. The user has been told already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotDone {
    /// The user turned away: from the question, or from unlocking.
    Declined,
    /// It was refused.
    Refused(Trouble),
}

/// Says what to do next, given what the steps before have done; `None` if that lacks what this one
/// needs.
type Step = Rc<dyn Fn(&[Events]) -> Option<LedgerAction>>;

/// What is to be signed after one question: an action, or several in order.
pub(crate) struct Plan {
    steps: Vec<Step>,
    warnings: Vec<String>,
}

impl Plan {
    /// Plans one action.
    pub(crate) fn of(action: impl Into<LedgerAction>) -> Self {
        let action = action.into();
        let first: Step = Rc::new(move |_| Some(action.clone()));
        Self { steps: vec![first], warnings: Vec::new() }
    }

    /// Adds an action that may depend on what the ones before it did: it gets the events of each.
    ///
    /// The step is called twice: to try it before the question, and to do it. It must give actions
    /// that differ in what only the ledger decides, such as the numbers of tokens.
    #[must_use]
    pub(crate) fn then(
        mut self,
        step: impl Fn(&[Events]) -> Option<LedgerAction> + 'static,
    ) -> Self {
        self.steps.push(Rc::new(step));
        self
    }

    /// Adds something that the user should know before agreeing.
    #[must_use]
    pub(crate) fn warn(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }
}

/// Acts for the account in use.
#[derive(Clone, Copy)]
pub(crate) struct Act {
    settlement: Settlement,
    wallet: Wallet,
    confirm: Confirm,
    toasts: Toasts,
    busy: RwSignal<u32>,
}

impl Act {
    /// Provides the context.
    pub(crate) fn provide() {
        provide_context(Self {
            settlement: Settlement::use_it(),
            wallet: Wallet::use_it(),
            confirm: Confirm::use_it(),
            toasts: Toasts::use_it(),
            busy: RwSignal::new(0),
        });
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Tells whether something is being asked or settled, and follows it.
    pub(crate) fn is_busy(self) -> bool {
        self.busy.get() > 0
    }

    /// Tries an action, asks the user, signs and settles it.
    ///
    /// # Errors
    /// [`NotDone`]; where it is refused when tried, no signature is asked for.
    pub(crate) async fn request(self, action: impl Into<LedgerAction>) -> Result<Receipt, NotDone> {
        let mut receipts = self.perform(Plan::of(action)).await?;
        receipts.pop().ok_or(NotDone::Declined)
    }

    /// Does the steps of a plan in turn after one question that lists them. What was settled
    /// before a step that is refused stays.
    ///
    /// # Errors
    /// [`NotDone`].
    pub(crate) async fn perform(self, plan: Plan) -> Result<Vec<Receipt>, NotDone> {
        let _busy = self.begin();
        let outcome = self.perform_quietly(plan).await;
        self.tell_refusal(outcome)
    }

    /// Asks the user for signatures that come later, for actions of the names in `covers` (those
    /// of [`LedgerAction::name`]); `None` if the user turns away.
    pub(crate) async fn agree(
        self,
        question: Request,
        covers: &'static [&'static str],
    ) -> Option<Agreed> {
        let _busy = self.begin();
        let sender = self.wallet.ready().await?;
        let agreed = self.confirm.ask(question).await;
        agreed.then_some(Agreed { act: self, sender, covers })
    }

    async fn perform_quietly(self, plan: Plan) -> Result<Vec<Receipt>, NotDone> {
        let ledger = self.ledger().await?;
        let sender = self.wallet.ready().await.ok_or(NotDone::Declined)?;
        let rehearsal = Rehearsal::of(&plan.steps, ledger.as_ref(), sender)?;
        let nonce = ledger.nonce(sender).await.map_err(|error| refused(&error))?;
        let deadline = ledger.deadline_in(VALID);
        let descriptor = ledger.descriptor();
        let actions: Vec<LedgerAction> =
            rehearsal.steps.iter().map(|(action, _)| action.clone()).collect();
        let intent =
            |action: &LedgerAction| Intent::new(descriptor.domain, action.clone(), nonce, deadline);
        let intents: Vec<Intent> = actions.iter().map(intent).collect();
        let terms = ledger.terms(sender, &intents).await.map_err(|error| refused(&error))?;
        let signs_outside = untrack(|| self.wallet.outside()).is_some();
        let lines = words::terms(&terms, signs_outside);
        let question = rehearsal.question(&descriptor, nonce, deadline, plan.warnings, lines);
        if !self.confirm.ask(question).await {
            return Err(NotDone::Declined);
        }
        let count = plan.steps.len();
        if descriptor.joins && count > 1 {
            // They name what the ones before will make. Where somebody else is faster with the same
            // numbers, the chain refuses all of it.
            let (fee, ledger) = (terms.fee, ledger.as_ref());
            let receipt = self.settle(ledger, sender, actions, nonce, deadline, fee).await?;
            return Ok(vec![receipt]);
        }
        let mut done: Vec<Events> = Vec::with_capacity(count);
        let mut receipts = Vec::with_capacity(count);
        for (number, step) in plan.steps.iter().enumerate() {
            let action = step(&done).ok_or_else(unready);
            // Numbered as the user has seen it: what comes in between makes it fail, not change.
            let nonce = nonce.saturating_add(number as u64);
            let settled = match action {
                Ok(action) => {
                    let (fee, ledger) = (terms.fee, ledger.as_ref());
                    self.settle(ledger, sender, vec![action], nonce, deadline, fee).await
                }
                Err(unready) => Err(unready),
            };
            let receipt = settled.map_err(|error| match error {
                NotDone::Refused(trouble) if number > 0 => NotDone::Refused(Trouble {
                    code: trouble.code,
                    text: tr!(
                        actions.step_failed,
                        step = (number + 1).to_string(),
                        count = count.to_string(),
                        reason = trouble.text
                    ),
                }),
                error => error,
            })?;
            done.push(receipt.events.clone());
            receipts.push(receipt);
        }
        Ok(receipts)
    }

    /// Tries the actions once more, signs them, settles them and tells of the outcome: several only
    /// where the ledger settles them at once.
    async fn settle(
        self,
        ledger: &dyn Port,
        sender: Address,
        actions: Vec<LedgerAction>,
        nonce: u64,
        deadline: Timestamp,
        fee: Fee,
    ) -> Result<Receipt, NotDone> {
        let before = ledger.ledger();
        let mut copy = Ledger::clone(&before);
        let context = context(sender, ledger.now());
        let mut titles = Vec::with_capacity(actions.len());
        for action in &actions {
            titles.push(words::action(action, &copy, sender).title);
            if let LedgerAction::Protocol(action) = action {
                // The ledger has moved on since the question. Better no signature than a useless one.
                let tried = copy.apply(action, &context);
                tried.map_err(|error| NotDone::Refused(Trouble::from(&error)))?;
            }
        }
        let domain = ledger.descriptor().domain;
        let limit = match fee {
            Fee::AtMost(wei) => Some(wei),
            Fee::None | Fee::Unknown => None,
        };
        let signer = self.wallet.signer(sender, limit);
        let mut intents: Vec<Intent> = actions
            .into_iter()
            .map(|action| Intent::new(domain, action, nonce, deadline))
            .collect();
        let settled = match (intents.len(), intents.pop()) {
            (1, Some(only)) => ledger.submit(only, signer.as_ref()).await,
            (_, last) => {
                intents.extend(last);
                ledger.submit_together(intents, signer.as_ref()).await
            }
        };
        let receipt = settled.map_err(|error| refused(&error))?;
        let after = ledger.ledger().accounts().balance(sender);
        let gain = difference(before.accounts().balance(sender), after);
        let text = words::outcome(&titles.join(" · "), &receipt.events, gain);
        if words::is_slashed(&receipt.events) {
            self.toasts.fail(text);
        } else {
            self.toasts.tell(text);
        }
        Ok(receipt)
    }

    async fn ledger(self) -> Result<Rc<dyn Port>, NotDone> {
        let not_ready = || NotDone::Refused(Trouble::new("NotReady", tr!(errors.not_ready)));
        self.settlement.ready().await.ok_or_else(not_ready)
    }

    fn tell_refusal<T>(self, outcome: Result<T, NotDone>) -> Result<T, NotDone> {
        if let Err(NotDone::Refused(trouble)) = &outcome {
            self.toasts.trouble(trouble.clone());
        }
        outcome
    }

    fn begin(self) -> Busy {
        self.busy.update(|busy| *busy += 1);
        Busy(self.busy)
    }
}

/// Marks [`Act`] busy while it lives.
struct Busy(RwSignal<u32>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.update(|busy| *busy = busy.saturating_sub(1));
    }
}

/// The user's word for signatures of certain kinds, given once.
pub(crate) struct Agreed {
    act: Act,
    sender: Address,
    covers: &'static [&'static str],
}

impl Agreed {
    /// Signs and settles an action. One that the user's word does not cover is asked about first.
    ///
    /// # Errors
    /// [`NotDone`].
    pub(crate) async fn submit(&self, action: impl Into<LedgerAction>) -> Result<Receipt, NotDone> {
        let action = action.into();
        if !self.covers.contains(&action.name()) {
            return self.act.request(action).await;
        }
        let _busy = self.act.begin();
        let outcome = self.submit_quietly(action).await;
        self.act.tell_refusal(outcome)
    }

    async fn submit_quietly(&self, action: LedgerAction) -> Result<Receipt, NotDone> {
        let ledger = self.act.ledger().await?;
        let nonce = ledger.nonce(self.sender).await.map_err(|error| refused(&error))?;
        let deadline = ledger.deadline_in(VALID);
        let (act, sender, ledger) = (self.act, self.sender, ledger.as_ref());
        act.settle(ledger, sender, vec![action], nonce, deadline, Fee::None).await
    }
}

/// A plan tried on a copy of the ledger.
struct Rehearsal {
    sender: Address,
    before: Wei,
    after: Wei,
    steps: Vec<(LedgerAction, Words)>,
    events: Vec<Event>,
}

impl Rehearsal {
    fn of(steps: &[Step], settlement: &dyn Port, sender: Address) -> Result<Self, NotDone> {
        let mut copy = Ledger::clone(&settlement.ledger());
        let context = context(sender, settlement.now());
        let before = copy.accounts().balance(sender);
        // What a faucet gives is not the protocol's to try.
        let mut given = Wei::ZERO;
        let mut done: Vec<Events> = Vec::with_capacity(steps.len());
        let mut tried = Vec::with_capacity(steps.len());
        for step in steps {
            let action = step(&done).ok_or_else(unready)?;
            let words = words::action(&action, &copy, sender);
            let events = match &action {
                LedgerAction::Protocol(action) => copy
                    .apply(action, &context)
                    .map_err(|error| NotDone::Refused(Trouble::from(&error)))?,
                LedgerAction::Faucet { to, amount } => {
                    if *to == sender {
                        given = given.checked_add(*amount).unwrap_or(given);
                    }
                    vec![Event::Minted { to: *to, amount: *amount }]
                }
                LedgerAction::SetSpeed { .. } => Vec::new(),
            };
            tried.push((action, words));
            done.push(events);
        }
        let after = copy.accounts().balance(sender).checked_add(given).unwrap_or(given);
        Ok(Self { sender, before, after, steps: tried, events: done.concat() })
    }

    /// Puts into words what is to be signed, and what it costs and brings.
    fn question(
        self,
        descriptor: &Descriptor,
        nonce: u64,
        deadline: Timestamp,
        mut warnings: Vec<String>,
        terms: Vec<(String, String)>,
    ) -> Request {
        let mut lines = words::effects(&self.events, self.sender);
        lines.push((tr!(actions.line_balance).to_owned(), words::pin_words(self.before)));
        if self.after != self.before {
            lines.push((tr!(actions.line_balance_after).to_owned(), words::pin_words(self.after)));
        }
        lines.extend(terms);
        lines.push((tr!(actions.line_account).to_owned(), words::account(self.sender)));
        if !descriptor.is_sandbox {
            let chain = descriptor.domain.chain_id.to_string();
            let place = tr!(actions.place, name = descriptor.name.clone(), chain = chain);
            lines.push((tr!(actions.line_place).to_owned(), place));
        }
        lines.push((tr!(actions.line_deadline).to_owned(), words::moment(deadline)));
        if words::is_slashed(&self.events) {
            warnings.insert(0, tr!(actions.warn_slashed).to_owned());
        }
        let mut details = Vec::with_capacity(self.steps.len());
        let mut texts = Vec::with_capacity(self.steps.len());
        for (number, (action, words)) in (nonce..).zip(self.steps) {
            let intent = Intent::new(descriptor.domain, action, number, deadline);
            details.push(words::details(&intent));
            texts.push(words);
        }
        let (title, text) = match texts.as_slice() {
            [only] => (only.title.clone(), only.text.clone()),
            steps if descriptor.joins => (
                tr!(actions.joined_title, count = steps.len().to_string()),
                tr!(actions.joined_text).to_owned(),
            ),
            steps => (
                tr!(actions.steps_title, count = steps.len().to_string()),
                tr!(actions.steps_text).to_owned(),
            ),
        };
        let steps = if texts.len() > 1 { texts } else { Vec::new() };
        Request { title, text, steps, lines, warnings, details }
    }
}

fn context(sender: Address, now: Timestamp) -> Context {
    // What the real randomness will decide can't be foreseen; nothing that is shown depends on it.
    Context { sender, now, randomness: B256::ZERO }
}

fn difference(before: Wei, after: Wei) -> i128 {
    // No balance exceeds the supply, which fits i128.
    let signed = |amount: Wei| i128::try_from(amount.0).unwrap_or(i128::MAX);
    signed(after) - signed(before)
}

fn refused(error: &pinfi_client::settlement::SubmitError) -> NotDone {
    NotDone::Refused(Trouble::from(error))
}

fn unready() -> NotDone {
    NotDone::Refused(Trouble::new("StepUnready", tr!(errors.step_unready)))
}
