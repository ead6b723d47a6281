//! The device's end: requests come in, jobs run one by one on the GPU, events go out.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use alloy_sol_types::Eip712Domain;
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use pinfi_compute::Gpu;
use pinfi_jobs::chain::output_hash;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending, Key as JobKey};
use pinfi_jobs::receipt::Receipt;
use pinfi_jobs::run::{Cancel, Done, Outcome, Prepared, RunError, run};
use pinfi_session::desk::{Desk, Next};
use pinfi_session::opening::{Opened, SessionError};
use pinfi_session::rentals::Rentals as _;
use pinfi_session::talk::{dismiss, hear_request, tell};
use pinfi_session::transport::{Connection, Incoming, Outgoing};
use pinfi_session::wire::{Claim, Event, Request};

use super::{Key, Scope, Told};

/// What goes to the client.
enum Say {
    Event(Event),
    /// The session is over.
    Dismiss(SessionError),
}

/// The device of one session.
pub(super) struct Provider {
    scope: Rc<dyn Scope>,
    opened: Opened,
    rentals: Rc<Told>,
    gpu: Gpu,
    key: Key,
    domain: Eip712Domain,
    desk: RefCell<Desk>,
    limits: Limits,
    running: RefCell<Option<(JobKey, Cancel)>>,
    busy: Rc<Cell<u64>>,
    says: mpsc::UnboundedSender<Say>,
    said: Cell<Option<mpsc::UnboundedReceiver<Say>>>,
}

impl Provider {
    #[allow(clippy::too_many_arguments, reason = "each is a thing of its own")]
    pub(super) fn new(
        scope: Rc<dyn Scope>,
        opened: Opened,
        rentals: Rc<Told>,
        gpu: Gpu,
        key: Key,
        domain: Eip712Domain,
        limits: Limits,
        busy: Rc<Cell<u64>>,
    ) -> Rc<Self> {
        let desk = RefCell::new(Desk::new(limits, Capacity::default()));
        let (says, said) = mpsc::unbounded();
        let (running, said) = (RefCell::default(), Cell::new(Some(said)));
        Rc::new(Self {
            scope,
            opened,
            rentals,
            gpu,
            key,
            domain,
            desk,
            limits,
            running,
            busy,
            says,
            said,
        })
    }

    /// Serves until the client is gone or its rental is over.
    pub(super) async fn serve(self: Rc<Self>, connection: Connection) {
        let Connection { outgoing, mut incoming, .. } = connection;
        if let Some(said) = self.said.take() {
            self.scope.spawn(Box::pin(speak(outgoing, said)));
        }
        if let Err(error) = self.hear_all(&mut *incoming).await {
            self.say(Say::Dismiss(error));
        }
        if let Some((_, cancel)) = &*self.running.borrow() {
            cancel.cancel();
        }
    }

    async fn hear_all(self: &Rc<Self>, incoming: &mut dyn Incoming) -> Result<(), SessionError> {
        while let Some(request) = hear_request(incoming, &self.limits).await? {
            self.opened.check(&*self.rentals)?;
            let client = self.opened.claim.client;
            if let Request::Cancel { job } = request
                && let Some((key, cancel)) = &*self.running.borrow()
                && *key == (JobKey { client, job })
            {
                cancel.cancel();
            }
            let events = self.desk.borrow_mut().handle(client, request, self.rentals.now());
            events.into_iter().for_each(|event| self.say(Say::Event(event)));
            if self.running.borrow().is_none() {
                self.go_on();
            }
        }
        Ok(())
    }

    /// Takes the next job to the device, if there is one.
    fn go_on(self: &Rc<Self>) {
        let Some(next) = self.desk.borrow_mut().take_next() else { return };
        let cancel = Cancel::default();
        self.running.replace(Some((next.key, cancel.clone())));
        let provider = Rc::clone(self);
        self.scope.spawn(Box::pin(async move {
            let leaves_device = provider.run(next, &cancel).await;
            provider.running.replace(None);
            if leaves_device {
                provider.go_on();
            }
        }));
    }

    /// Runs a job to its end, and tells whether the device can go on.
    async fn run(&self, Next { key, job }: Next, cancel: &Cancel) -> bool {
        self.busy.set(0);
        let started = self.rentals.now();
        let is_over = Cell::new(false);
        let on_step = |done: &Done| {
            self.busy.set(self.busy.get() + millis(done.took));
            if let Ok(event) = self.desk.borrow_mut().step(key, done.clone()) {
                self.say(Say::Event(event));
            }
            if self.opened.check(&*self.rentals).is_err() {
                is_over.set(true);
                cancel.cancel();
            }
        };
        let (ending, leaves_device) = match Prepared::new(&job, &self.limits) {
            // The desk has judged it when it came.
            Err(refusal) => (failed("JobRefused", &refusal), true),
            Ok(prepared) => {
                let (device, queue) = (self.gpu.device(), self.gpu.queue());
                let outcome = run(device, queue, &prepared, cancel, on_step).await;
                let leaves = outcome.as_ref().err().is_none_or(RunError::leaves_device);
                let ending = match outcome {
                    Ok(outcome) => {
                        let Claim { stake, rental, client } = self.opened.claim;
                        let Outcome { outputs, chain, busy } = outcome;
                        let receipt = Receipt {
                            job: job.id,
                            input_hash: job.hash(),
                            provider: self.key.account(),
                            client,
                            stake,
                            rental,
                            device: name(&self.gpu),
                            started,
                            ended: self.rentals.now(),
                            busy_millis: millis(busy),
                            steps: prepared.steps(),
                            output_hash: output_hash(&outputs),
                            chain,
                        };
                        match receipt.sign(&self.domain, &self.key).await {
                            Ok(signed) => Ending::Done(Box::new(signed)),
                            Err(error) => failed("JobNotSigned", &error),
                        }
                    }
                    Err(_) if is_over.get() => failed("RentalOver", &"the rental is over"),
                    Err(error) => failed(error.code(), &error),
                };
                (ending, leaves)
            }
        };
        let mut desk = self.desk.borrow_mut();
        if let Ok(event) = desk.finish(key, ending, self.rentals.now()) {
            self.say(Say::Event(event));
        }
        if is_over.get() {
            let nothing_runs = desk.end_rental(key.client, self.rentals.now());
            debug_assert!(nothing_runs.is_none());
            self.say(Say::Dismiss(SessionError::NotRented));
        }
        leaves_device
    }

    fn say(&self, say: Say) {
        // A client that is gone finds its jobs again by their names.
        let _ = self.says.unbounded_send(say);
    }
}

async fn speak(mut outgoing: Box<dyn Outgoing>, mut said: mpsc::UnboundedReceiver<Say>) {
    while let Some(say) = said.next().await {
        let told = match say {
            Say::Event(event) => tell(&mut *outgoing, event).await,
            Say::Dismiss(error) => {
                // Nothing is said after it.
                let _ = dismiss(&mut *outgoing, &error).await;
                return;
            }
        };
        if told.is_err() {
            return;
        }
    }
}

fn failed(code: &str, reason: &impl ToString) -> Ending {
    Ending::Failed { code: code.to_owned(), reason: reason.to_string() }
}

fn millis(span: core::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Names the device on the receipt; browsers mask its own name.
fn name(gpu: &Gpu) -> String {
    let capabilities = gpu.capabilities();
    let nameless =
        if capabilities.is_fallback { "a GPU in software" } else { "a GPU behind WebGPU" };
    let name = capabilities.name.trim();
    if name.is_empty() { nameless.to_owned() } else { name.to_owned() }
}
