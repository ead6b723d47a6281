//! That the ledger says where the device is reached: announced and taken back by its owner's key.

use alloy_primitives::B256;
use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{Action, game::GameAction, units::StakeId};

use super::{Kept, reached};
use crate::{
    components::{Button, Kind, Tone, maybe, note},
    contexts::{Act, Desk, Plan, mining::serving::Phase, tr},
};

/// Asks the owner.
#[derive(Clone, Copy)]
pub(super) struct Announcer {
    act: Act,
    serving: Kept,
    phase: Memo<Phase>,
    /// Whether the owner is asked as soon as the device is reached.
    asks: RwSignal<bool>,
}

impl Announcer {
    pub(super) fn new(act: Act, serving: Kept, phase: Memo<Phase>) -> Self {
        let announcer = Self { act, serving, phase, asks: RwSignal::new(false) };
        Effect::new(move |_| {
            if let Some(key) = phase.with(reached)
                && announcer.asks.get()
            {
                announcer.asks.set(false);
                announcer.announce(key);
            }
        });
        announcer
    }

    /// Has the owner asked once the device is reached: what is announced is where it was.
    pub(super) fn ask_once_reached(self) {
        self.asks.set(true);
    }

    /// Asks the owner to announce it, for the stakes of which the ledger does not say it yet.
    fn announce(self, key: B256) {
        let serving = self.serving.get_value();
        let relay = untrack(|| serving.shown().relay);
        let action = move |stake| GameAction::Announce { stake, key, relay: relay.clone() };
        self.perform(serving.unannounced(key), action);
    }

    fn perform(self, stakes: Vec<StakeId>, action: impl Fn(StakeId) -> GameAction) {
        let mut actions = stakes.into_iter().map(|stake| Action::from(action(stake)));
        let Some(first) = actions.next() else { return };
        let plan = actions
            .fold(Plan::of(first), |plan, next| plan.then(move |_| Some(next.clone().into())));
        let act = self.act;
        spawn_local(async move {
            // The user turned away, or was told why not.
            let _done_or_told = act.perform(plan).await;
        });
    }

    /// Says that the ledger does not say where the device is reached, and the way to that.
    pub(super) fn missing(self, desk: Desk) -> AnyView {
        let missing = Memo::new(move |_| {
            desk.follow()?;
            let key = self.phase.with(reached)?;
            let is_missing = !self.serving.get_value().unannounced(key).is_empty();
            is_missing.then_some(key)
        });
        maybe(move || {
            let key = missing.get()?;
            let press = move |()| self.announce(key);
            let busy = Signal::derive(move || self.act.is_busy());
            let button = view! {
                <Button
                    label=tr!(serve.announce)
                    testid="serve-announce"
                    kind=Kind::Primary
                    busy
                    on_press=press
                />
            };
            Some(
                view! {
                    {note(Tone::Caution, tr!(serve.unannounced))}
                    <div class="row">{button}</div>
                }
                .into_any(),
            )
        })
    }

    /// Gives the way to take back what the ledger says.
    pub(super) fn take_back(self, desk: Desk) -> AnyView {
        let is_announced = Memo::new(move |_| {
            desk.follow().is_some() && !self.serving.get_value().announced().is_empty()
        });
        maybe(move || {
            is_announced.get().then(|| {
                let press = move |()| {
                    let stakes = self.serving.get_value().announced();
                    let (key, relay) = (B256::ZERO, String::new());
                    self.perform(stakes, |stake| GameAction::Announce {
                        stake,
                        key,
                        relay: relay.clone(),
                    });
                };
                let busy = Signal::derive(move || self.act.is_busy());
                view! {
                    <div class="row" data-testid="serve-announced">
                        <span class="small soft">{tr!(serve.announced)}</span>
                        <Button
                            label=tr!(serve.take_back)
                            testid="serve-take-back"
                            kind=Kind::Small
                            busy
                            on_press=press
                        />
                    </div>
                }
                .into_any()
            })
        })
    }
}
