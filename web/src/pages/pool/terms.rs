//! What was fixed when the pool was made, in words.

use leptos::prelude::*;
use pinfi_core::{pocps::PocpsParams, pool::PoolParams, units::Secs};

use crate::{
    components::{card, lines},
    contexts::{Language, magnitude, tr},
    format::{count, duration, percent, pin_compact},
    route::Route,
};

/// Shows the pool's terms and how its devices are checked.
pub(super) fn terms(params: &PoolParams) -> AnyView {
    let share = |bps: u32| percent(u64::from(bps));
    let rows = vec![
        (
            tr!(pool.fee),
            tr!(pool.fee_value, fee = share(params.fee.0), burned = share(params.burn_share.0)),
        ),
        (tr!(pool.bucket), tr!(pool.bucket_value, bucket = span(params.bucket))),
        (
            tr!(pool.term),
            tr!(pool.term_value, least = span(params.min_term), most = span(params.max_term)),
        ),
        (
            tr!(pool.burn),
            tr!(pool.burn_value, amount = pin_compact(params.burn_per_gs.0.saturating_mul(3_600))),
        ),
        (tr!(pool.collateral), tr!(pool.collateral_value, share = share(params.collateral.0))),
    ];
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let content = view! {
        {lines(rows)}
        <h3>{tr!(pool.proof)}</h3>
        {proof(&params.pocps)}
    };
    card(tr!(pool.terms), "pool-terms", content.into_any())
}

fn proof(rules: &PocpsParams) -> AnyView {
    // For people: a double is exact enough.
    let operations = 2.0 * f64::from(rules.n).powi(3) * f64::from(rules.rounds);
    let work = tr!(
        pool.proof_work,
        rounds = count(u64::from(rules.rounds)),
        n = count(u64::from(rules.n)),
        work = magnitude(operations)
    );
    let times = tr!(
        pool.proof_times,
        window = span(rules.window),
        dispute = span(rules.dispute),
        samples = count(u64::from(rules.samples)),
        epoch = span(rules.epoch)
    );
    view! {
        <div class="stack-s small soft">
            <p>{work}</p>
            <p>{times}</p>
            <p>{tr!(pool.proof_fail)}</p>
            <p><a href=Route::Verify.path() data-testid="to-verify">{tr!(pool.to_verify)}</a></p>
        </div>
    }
    .into_any()
}

fn span(secs: Secs) -> String {
    duration(secs.0, Language::durations())
}
