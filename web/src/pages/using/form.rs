//! What is to be run: a task of the library with its numbers, or a module.

use leptos::{html, prelude::*, task::spawn_local};
use pinfi_jobs::{
    library::{
        Activation, Averaging, Filter, HashSearch, ImageFilter, Layer, MatrixProduct, MonteCarlo,
        Payoff, Perceptron, Scalar, Task,
    },
    spec::{Grain, Job, JobId, Work},
};

use super::{
    bench::{Bench, draw},
    module,
    number::Number,
    picture::{self, Picture},
};
use crate::{
    components::{Button, Field, Kind, Select, Tone, card, live, maybe, note},
    contexts::tr,
};

/// Into about how many steps a task is cut, so that there is something to watch and to stop.
const STEPS: u64 = 24;
/// The finest and the coarsest cut: below it the round trips cost more than the work.
const GRAINS: (u8, u8) = (20, 30);
/// Paths of a lane.
const PATHS: u32 = 64;
/// Numbers of an item, and answers, of the example of a network.
const ITEM: u32 = 64;
const ANSWERS: u32 = 10;

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    kind: RwSignal<String>,
    side: Number,
    seed: Number,
    filter: RwSignal<String>,
    radius: Number,
    picture: RwSignal<Picture>,
    payoff: RwSignal<String>,
    averaging: RwSignal<String>,
    spot: Number,
    strike: Number,
    rate: Number,
    volatility: Number,
    years: Number,
    moments: Number,
    lanes: Number,
    items: Number,
    neurons: Number,
    text: RwSignal<String>,
    zeros: Number,
    segments: Number,
    source: RwSignal<String>,
    plan: RwSignal<String>,
}

impl Draft {
    fn new() -> Self {
        let chosen = |value: &str| RwSignal::new(value.to_owned());
        Self {
            kind: chosen("matrix"),
            side: Number::whole("use-side", 512, 1, 2_048),
            seed: Number::whole("use-seed", 1, 0, u32::MAX),
            filter: chosen("sobel"),
            radius: Number::whole("use-radius", 4, 0, 16),
            picture: RwSignal::new(picture::drawn()),
            payoff: chosen("call"),
            averaging: chosen("last"),
            spot: Number::real("use-spot", 100.0, 0.01, 1e6),
            strike: Number::real("use-strike", 105.0, 0.01, 1e6),
            rate: Number::real("use-rate", 3.0, -100.0, 100.0),
            volatility: Number::real("use-volatility", 20.0, 0.1, 200.0),
            years: Number::real("use-years", 1.0, 0.01, 1.0),
            moments: Number::whole("use-moments", 64, 1, 4_096),
            lanes: Number::whole("use-lanes", 4_096, 1, 1 << 20),
            items: Number::whole("use-items", 1_024, 1, 1 << 16),
            neurons: Number::whole("use-neurons", 128, 1, 4_096),
            text: chosen("PinFi"),
            zeros: Number::whole("use-zeros", 20, 1, 64),
            segments: Number::whole("use-segments", 1_024, 1, 1 << 20),
            source: chosen(module::SOURCE),
            plan: chosen(module::PLAN),
        }
    }

    /// Gives the work that is typed; none where a field says what is wrong, and in words what no
    /// field of its own can say.
    fn work(self) -> Result<Work, Option<String>> {
        let task = match self.kind.get().as_str() {
            "module" => {
                let module = module::read(&self.source.get(), &self.plan.get());
                return module.map(Work::Module).map_err(Some);
            }
            "image" => self.image(),
            "price" => self.price(),
            "network" => self.network(),
            "hash" => self.hash(),
            _ => self.matrix(),
        };
        let task = task.ok_or(None)?;
        // What is wrong with several numbers together.
        task.shape().map_err(|refusal| Some(refusal.to_string()))?;
        Ok(Work::Library(task))
    }

    fn matrix(self) -> Option<Task> {
        let (side, seed) = (self.side.count()?, self.seed.count()?);
        let entries = side as usize * side as usize;
        let (a, b) = (module::floats(seed, entries), module::floats(!seed, entries));
        let (rows, inner, columns) = (side, side, side);
        Some(Task::MatrixProduct(MatrixProduct { scalar: Scalar::F32, rows, inner, columns, a, b }))
    }

    fn image(self) -> Option<Task> {
        let radius = self.radius.count()?;
        let filter = match self.filter.get().as_str() {
            "blur" => Filter::BoxBlur { radius },
            "sharpen" => {
                let weights = vec![0, -1, 0, -1, 5, -1, 0, -1, 0];
                Filter::Convolution { radius: 1, weights, divisor: 1, bias: 0 }
            }
            _ => Filter::Sobel,
        };
        let Picture { width, height, pixels } = self.picture.get();
        Some(Task::ImageFilter(ImageFilter { width, height, pixels, filter }))
    }

    fn price(self) -> Option<Task> {
        let payoff = if self.payoff.get() == "put" { Payoff::Put } else { Payoff::Call };
        let is_mean = self.averaging.get() == "mean";
        Some(Task::MonteCarlo(MonteCarlo {
            payoff,
            averaging: if is_mean { Averaging::Mean } else { Averaging::Last },
            spot: self.spot.float()?,
            strike: self.strike.float()?,
            rate: self.rate.float()? / 100.0,
            volatility: self.volatility.float()? / 100.0,
            years: self.years.float()?,
            moments: self.moments.count()?,
            paths: PATHS,
            lanes: self.lanes.count()?,
            seed: self.seed.count()?.into(),
        }))
    }

    fn network(self) -> Option<Task> {
        let (items, neurons) = (self.items.count()?, self.neurons.count()?);
        let seed = self.seed.count()?;
        let layers = vec![
            Layer { neurons, activation: Activation::Relu },
            Layer { neurons: ANSWERS, activation: Activation::Sigmoid },
        ];
        let weights = (ITEM + 1) * neurons + (neurons + 1) * ANSWERS;
        Some(Task::Perceptron(Perceptron {
            inputs: ITEM,
            layers,
            weights: module::floats(seed, weights as usize),
            items,
            batch: module::floats(!seed, items as usize * ITEM as usize),
        }))
    }

    fn hash(self) -> Option<Task> {
        let (segments, zero_bits) = (self.segments.count()?, self.zeros.count()?);
        let text = self.text.get().into_bytes();
        Some(Task::HashSearch(HashSearch { text, start: 0, segments, zero_bits }))
    }
}

/// Cuts a task into some steps.
fn grain(work: &Work) -> Grain {
    let Work::Library(task) = work else { return Grain::default() };
    let operations = task.shape().map_or(0, |it| it.operations.saturating_mul(it.units.into()));
    let bits = (operations / STEPS).max(1).ilog2();
    Grain(u8::try_from(bits).unwrap_or(GRAINS.1).clamp(GRAINS.0, GRAINS.1))
}

/// Shows the form.
pub(super) fn form(bench: Bench) -> AnyView {
    let draft = Draft::new();
    let work = Memo::new(move |_| draft.work());
    let wrong = maybe(move || {
        let text = work.get().err().flatten()?;
        Some(
            view! { <div role="status" data-testid="use-wrong">{note(Tone::Bad, text)}</div> }
                .into_any(),
        )
    });
    let run = move |()| {
        let (Ok(work), Ok(id)) = (work.get_untracked(), draw::<16>()) else { return };
        bench.run(Job { id: JobId(id), grain: grain(&work), work });
    };
    let disabled = Signal::derive(move || work.with(Result::is_err));
    let kinds = [
        ("matrix", tr!(hire.matrix)),
        ("image", tr!(hire.image)),
        ("price", tr!(hire.price)),
        ("network", tr!(hire.network)),
        ("hash", tr!(hire.hash)),
        ("module", tr!(hire.module)),
    ];
    let code = move || match work.get() {
        Ok(Work::Library(task)) => {
            let source = task.source();
            view! {
                <details data-testid="use-code">
                    <summary class="small soft">{tr!(hire.code)}</summary>
                    <pre class="use-code mono small" tabindex="0">{source}</pre>
                </details>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let content = view! {
        <Select label=tr!(hire.kind) testid="use-kind" chosen=draft.kind options=options(&kinds) />
        {live(move || fields(draft))}
        {wrong}
        {live(code)}
        <div class="row">
            <Button label=tr!(hire.run) testid="use-run" kind=Kind::Primary disabled on_press=run />
        </div>
    };
    card(tr!(hire.form), "use-form", content.into_any())
}

fn fields(draft: Draft) -> AnyView {
    let seed = || draft.seed.field(tr!(hire.seed));
    let (about, fields) = match draft.kind.get().as_str() {
        "module" => return module_fields(draft),
        "image" => return image_fields(draft),
        "price" => {
            let payoffs = [("call", tr!(hire.call)), ("put", tr!(hire.put))];
            let means = [("last", tr!(hire.european)), ("mean", tr!(hire.asian))];
            let payoff = view! { <Select label=tr!(hire.payoff) testid="use-payoff" chosen=draft.payoff options=options(&payoffs) /> };
            let averaging = view! { <Select label=tr!(hire.averaging) testid="use-averaging" chosen=draft.averaging options=options(&means) /> };
            let fields = vec![
                payoff.into_any(),
                averaging.into_any(),
                draft.spot.field(tr!(hire.spot)),
                draft.strike.field(tr!(hire.strike)),
                draft.rate.field(tr!(hire.rate)),
                draft.volatility.field(tr!(hire.volatility)),
                draft.years.field(tr!(hire.years)),
                draft.moments.field(tr!(hire.moments)),
                draft.lanes.field(tr!(hire.lanes)),
                seed(),
            ];
            (tr!(hire.price_about), fields)
        }
        "network" => {
            let fields = vec![
                draft.items.field(tr!(hire.items)),
                draft.neurons.field(tr!(hire.neurons)),
                seed(),
            ];
            (tr!(hire.network_about), fields)
        }
        "hash" => {
            let text = view! { <Field label=tr!(hire.text) testid="use-text" text=draft.text /> };
            let fields = vec![
                text.into_any(),
                draft.zeros.field(tr!(hire.zeros)),
                draft.segments.field(tr!(hire.segments)),
            ];
            (tr!(hire.hash_about), fields)
        }
        _ => (tr!(hire.matrix_about), vec![draft.side.field(tr!(hire.side)), seed()]),
    };
    view! { <p class="soft">{about}</p> <div class="use-fields">{fields}</div> }.into_any()
}

fn image_fields(draft: Draft) -> AnyView {
    let filters =
        [("sobel", tr!(hire.sobel)), ("blur", tr!(hire.blur)), ("sharpen", tr!(hire.sharpen))];
    let file = NodeRef::<html::Input>::new();
    let unreadable = RwSignal::new(false);
    let take = move |_| {
        let chosen = file.get_untracked().and_then(|input| input.files()?.get(0));
        let Some(chosen) = chosen else { return };
        spawn_local(async move {
            let read = picture::read(&chosen).await;
            unreadable.set(read.is_none());
            if let Some(read) = read {
                draft.picture.set(read);
            }
        });
    };
    let radius =
        maybe(move || (draft.filter.get() == "blur").then(|| draft.radius.field(tr!(hire.radius))));
    let error = move || if unreadable.get() { tr!(hire.no_picture) } else { "" };
    view! {
        <p class="soft">{tr!(hire.image_about)}</p>
        <div class="use-fields">
            <Select label=tr!(hire.filter) testid="use-filter" chosen=draft.filter options=options(&filters) />
            {radius}
            <div class="field">
                <label class="field-label" for="use-picture">{tr!(hire.picture)}</label>
                <input
                    id="use-picture"
                    data-testid="use-picture"
                    class="file"
                    type="file"
                    accept="image/*"
                    node_ref=file
                    on:change=take
                />
                <span class="field-error" role="status">{error}</span>
            </div>
        </div>
        {canvas(tr!(hire.before), "use-before", move || draft.picture.get())}
    }
    .into_any()
}

fn module_fields(draft: Draft) -> AnyView {
    let area =
        |label: &'static str, testid: &'static str, rows: &'static str, text: RwSignal<String>| {
            view! {
                <div class="field">
                    <label class="field-label" for=testid>{label}</label>
                    <div class="field-box">
                        <textarea
                            id=testid
                            data-testid=testid
                            rows=rows
                            autocomplete="off"
                            spellcheck="false"
                            prop:value=text
                            on:input=move |event| text.set(event_target_value(&event))
                        ></textarea>
                    </div>
                </div>
            }
            .into_any()
        };
    view! {
        <p class="soft">{tr!(hire.module_about)}</p>
        {area(tr!(hire.source), "use-source", "9", draft.source)}
        {area(tr!(hire.plan), "use-plan", "8", draft.plan)}
    }
    .into_any()
}

/// Shows a picture, and follows it.
pub(super) fn canvas(
    label: &'static str,
    testid: &'static str,
    picture: impl Fn() -> Picture + Send + Sync + 'static,
) -> AnyView {
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let Some(canvas) = node.get() else { return };
        let Picture { width, height, pixels } = picture();
        picture::show(&canvas, width, height, &pixels);
    });
    view! { <canvas class="use-picture" role="img" aria-label=label data-testid=testid node_ref=node></canvas> }
        .into_any()
}

fn options(all: &[(&str, &str)]) -> Signal<Vec<(String, String)>> {
    let all = all.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned()));
    Signal::stored(all.collect())
}
