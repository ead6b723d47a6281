//! The form of a new pool.

use leptos::prelude::*;
use pinfi_core::{Action, Event, units::Secs};
use wasm_bindgen_futures::spawn_local;

use super::{draft::Draft, form::Form};
use crate::{
    components::{
        AmountField, Button, CountField, DurationField, Field, Kind, PercentField, Tone, note,
    },
    contexts::{Act, Prover, fitting, tr},
    format::parse_duration,
};

/// One signal a field, under the name of its parameter.
#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<String>,
    bucket: RwSignal<String>,
    fee: RwSignal<String>,
    burn_share: RwSignal<String>,
    burn_per_hour: RwSignal<String>,
    collateral: RwSignal<String>,
    min_term: RwSignal<String>,
    max_term: RwSignal<String>,
    n: RwSignal<String>,
    rounds: RwSignal<String>,
    samples: RwSignal<String>,
    window: RwSignal<String>,
    dispute: RwSignal<String>,
    epoch: RwSignal<String>,
}

impl Fields {
    fn new(draft: Draft) -> Self {
        Self {
            kind: RwSignal::new(draft.kind),
            bucket: RwSignal::new(draft.bucket),
            fee: RwSignal::new(draft.fee),
            burn_share: RwSignal::new(draft.burn_share),
            burn_per_hour: RwSignal::new(draft.burn_per_hour),
            collateral: RwSignal::new(draft.collateral),
            min_term: RwSignal::new(draft.min_term),
            max_term: RwSignal::new(draft.max_term),
            n: RwSignal::new(draft.n),
            rounds: RwSignal::new(draft.rounds),
            samples: RwSignal::new(draft.samples),
            window: RwSignal::new(draft.window),
            dispute: RwSignal::new(draft.dispute),
            epoch: RwSignal::new(draft.epoch),
        }
    }

    fn draft(self) -> Draft {
        Draft {
            kind: self.kind.get(),
            bucket: self.bucket.get(),
            fee: self.fee.get(),
            burn_share: self.burn_share.get(),
            burn_per_hour: self.burn_per_hour.get(),
            collateral: self.collateral.get(),
            min_term: self.min_term.get(),
            max_term: self.max_term.get(),
            n: self.n.get(),
            rounds: self.rounds.get(),
            samples: self.samples.get(),
            window: self.window.get(),
            dispute: self.dispute.get(),
            epoch: self.epoch.get(),
        }
    }
}

/// Shows the form; a pool that was created is chosen in `form`, and `open` ends.
pub(super) fn create_form(form: Form, open: RwSignal<bool>) -> AnyView {
    let fields = Fields::new(Draft::default());
    let act = Act::use_it();
    let fault = Memo::new(move |_| fields.draft().params().err());
    let submit = move |()| {
        let Ok(params) = untrack(|| fields.draft()).params() else { return };
        spawn_local(async move {
            let action = Action::CreatePool { params: Box::new(params) };
            let Ok(receipt) = act.request(action).await else { return };
            let created = receipt.events.iter().find_map(|event| match event {
                Event::PoolCreated { pool, .. } => Some(*pool),
                _ => None,
            });
            if let Some(pool) = created {
                // The page may have been left while it was signed.
                let _gone = form.pool.try_set(pool.to_string());
                let _gone = open.try_set(false);
            }
        });
    };
    let told = move || {
        // An empty name is where everybody begins: no mistake yet.
        let named = fields.kind.with(|kind| !kind.trim().is_empty());
        let fault = fault.get().filter(|name| named || *name != "kind")?;
        let (field, rule) = rule(fault);
        Some(note(Tone::Caution, tr!(provide.bad_field, field = field, rule = rule)))
    };
    view! {
        <div class="stack" data-testid="pool-form">
            <h3>{tr!(provide.pool_form)}</h3>
            <p class="soft">{tr!(provide.pool_form_text)}</p>
            <Field
                label=tr!(provide.kind)
                testid="pool-kind"
                text=fields.kind
                hint=tr!(provide.kind_hint).to_owned()
                placeholder="RTX 5090"
            />
            <div class="pairs">{terms(fields)}</div>
            <details data-testid="pool-advanced">
                <summary>{tr!(provide.advanced)}</summary>
                <div class="stack">
                    <p class="soft">{tr!(provide.advanced_text)}</p>
                    {fit_button(fields)}
                    <div class="pairs">{proof(fields)}</div>
                </div>
            </details>
            {told}
            <div class="row">
                <Button
                    label=tr!(provide.create_submit)
                    testid="pool-create-submit"
                    kind=Kind::Primary
                    disabled=Signal::derive(move || fault.with(Option::is_some))
                    busy=Signal::derive(move || act.is_busy())
                    on_press=submit
                />
            </div>
        </div>
    }
    .into_any()
}

fn span_field(
    label: &'static str,
    testid: &'static str,
    text: RwSignal<String>,
    hint: &'static str,
) -> AnyView {
    view! { <DurationField label testid text hint=hint.to_owned() /> }.into_any()
}

fn part_field(
    label: &'static str,
    testid: &'static str,
    text: RwSignal<String>,
    most_bps: u32,
    hint: &'static str,
) -> AnyView {
    view! { <PercentField label testid text most_bps hint=hint.to_owned() /> }.into_any()
}

fn whole_field(
    label: &'static str,
    testid: &'static str,
    text: RwSignal<String>,
    (least, most): (u64, u64),
    hint: &'static str,
) -> AnyView {
    view! { <CountField label testid text least most hint=hint.to_owned() /> }.into_any()
}

fn terms(fields: Fields) -> Vec<AnyView> {
    let burn = view! {
        <AmountField
            label=tr!(provide.burn_per_gs)
            testid="pool-burn-per-gs"
            text=fields.burn_per_hour
            hint=tr!(provide.burn_per_gs_hint).to_owned()
        />
    };
    let (fee, share, collateral) = (fields.fee, fields.burn_share, fields.collateral);
    vec![
        span_field(
            tr!(provide.min_term),
            "pool-min-term",
            fields.min_term,
            tr!(provide.min_term_hint),
        ),
        span_field(
            tr!(provide.max_term),
            "pool-max-term",
            fields.max_term,
            tr!(provide.max_term_hint),
        ),
        span_field(tr!(provide.bucket), "pool-bucket", fields.bucket, tr!(provide.bucket_hint)),
        part_field(tr!(provide.fee_bps), "pool-fee-bps", fee, 1_000, tr!(provide.fee_bps_hint)),
        part_field(
            tr!(provide.burn_share_bps),
            "pool-burn-share-bps",
            share,
            10_000,
            tr!(provide.burn_share_bps_hint),
        ),
        part_field(
            tr!(provide.collateral_bps),
            "pool-collateral-bps",
            collateral,
            1_000_000,
            tr!(provide.collateral_bps_hint),
        ),
        burn.into_any(),
    ]
}

fn proof(fields: Fields) -> Vec<AnyView> {
    vec![
        whole_field(tr!(provide.n), "pool-pocps-n", fields.n, (64, 4_096), tr!(provide.n_hint)),
        whole_field(
            tr!(provide.rounds),
            "pool-pocps-rounds",
            fields.rounds,
            (1, 32_768),
            tr!(provide.rounds_hint),
        ),
        whole_field(
            tr!(provide.samples),
            "pool-pocps-samples",
            fields.samples,
            (32, 1_024),
            tr!(provide.samples_hint),
        ),
        span_field(tr!(provide.epoch), "pool-pocps-epoch", fields.epoch, tr!(provide.epoch_hint)),
        span_field(
            tr!(provide.window),
            "pool-pocps-window",
            fields.window,
            tr!(provide.window_hint),
        ),
        span_field(
            tr!(provide.dispute),
            "pool-pocps-dispute",
            fields.dispute,
            tr!(provide.dispute_hint),
        ),
    ]
}

/// Offers to size the work for this device, once it is measured.
fn fit_button(fields: Fields) -> AnyView {
    let prover = Prover::use_it();
    let proposed = move || {
        let measurement = prover.measurement();
        let epoch = fields.epoch.with(|epoch| parse_duration(epoch).ok())?;
        fitting(measurement.benchmark()?, Secs(epoch))
    };
    let button = move || {
        let work = proposed()?;
        let press = move |()| {
            fields.n.set(work.n().to_string());
            fields.rounds.set(work.rounds().to_string());
        };
        let label = tr!(provide.fit_device);
        Some(view! { <Button label testid="pool-fit" kind=Kind::Small on_press=press /> })
    };
    view! { <div class="row">{button}</div> }.into_any()
}

/// Names a field and its bounds, by the parameter's name.
fn rule(name: &str) -> (&'static str, &'static str) {
    match name {
        "kind" => (tr!(provide.kind), tr!(provide.kind_hint)),
        "bucket" => (tr!(provide.bucket), tr!(provide.bucket_hint)),
        "fee_bps" => (tr!(provide.fee_bps), tr!(provide.fee_bps_hint)),
        "burn_share_bps" => (tr!(provide.burn_share_bps), tr!(provide.burn_share_bps_hint)),
        "burn_per_gs" => (tr!(provide.burn_per_gs), tr!(provide.burn_per_gs_hint)),
        "collateral_bps" => (tr!(provide.collateral_bps), tr!(provide.collateral_bps_hint)),
        "min_term" => (tr!(provide.min_term), tr!(provide.min_term_hint)),
        "max_term" => (tr!(provide.max_term), tr!(provide.max_term_hint)),
        "n" => (tr!(provide.n), tr!(provide.n_hint)),
        "rounds" => (tr!(provide.rounds), tr!(provide.rounds_hint)),
        "samples" => (tr!(provide.samples), tr!(provide.samples_hint)),
        "window" => (tr!(provide.window), tr!(provide.window_hint)),
        "dispute" => (tr!(provide.dispute), tr!(provide.dispute_hint)),
        _ => (tr!(provide.epoch), tr!(provide.epoch_hint)),
    }
}
