//! What a module's plan dispatches, and the steps that come of it.

use naga::ShaderStage;

use super::weight::Weight;
use crate::limits::{Limits, Quantity, bound};
use crate::program::{Launch, PARAMETER_BYTES, Range, Step};
use crate::refusal::Refusal;
use crate::spec::{Buffer, Module, Role};

/// Sees that the plan is within the limits, and gives the operations of its largest dispatch
/// where each loop has one iteration.
pub(super) fn check(
    module: &Module,
    ir: &naga::Module,
    weights: &[Weight],
    limits: &Limits,
) -> Result<u64, Refusal> {
    let steps = module.plan.iter().map(|dispatch| u64::from(dispatch.repeat)).sum::<u64>();
    bound(Quantity::Steps, steps, 1..=limits.steps)?;
    let mut largest = 1;
    for dispatch in &module.plan {
        bound(Quantity::Steps, dispatch.repeat, 1..=limits.steps)?;
        let mut entries = ir.entry_points.iter().zip(weights);
        let found = entries
            .find(|(entry, _)| entry.stage == ShaderStage::Compute && entry.name == dispatch.entry);
        let Some((entry, weight)) = found else {
            return Err(Refusal::UnknownEntry { entry: dispatch.entry.clone() });
        };
        for count in dispatch.groups {
            bound(Quantity::Groups, count, 1..=u64::from(limits.groups))?;
        }
        let group = product(&entry.workgroup_size);
        bound(Quantity::GroupInvocations, group, 1..=u64::from(limits.group_invocations))?;
        let invocations = group.saturating_mul(product(&dispatch.groups));
        let operations = invocations.saturating_mul(weight.code.max(1));
        bound(Quantity::DispatchOperations, operations, 1..=limits.dispatch_operations)?;
        largest = largest.max(operations);
        for binding in &dispatch.shows {
            if !outputs(module).any(|buffer| buffer.binding == *binding) {
                return Err(Refusal::NotShown { binding: *binding });
            }
        }
    }
    Ok(largest)
}

/// Gives the steps: each time of each dispatch is one, and the last gives all outputs.
pub(super) fn steps(module: &Module) -> Vec<Step<'_>> {
    let mut steps: Vec<_> = module
        .plan
        .iter()
        .flat_map(|dispatch| {
            let shown = outputs(module).filter(|it| dispatch.shows.contains(&it.binding));
            let launch = Launch {
                entry: &dispatch.entry,
                groups: dispatch.groups,
                parameters: [0; PARAMETER_BYTES],
            };
            let step = Step { launches: vec![launch], pieces: shown.map(whole).collect() };
            std::iter::repeat_n(step, dispatch.repeat as usize)
        })
        .collect();
    if let Some(last) = steps.last_mut() {
        last.pieces = outputs(module).map(whole).collect();
    }
    steps
}

fn outputs(module: &Module) -> impl Iterator<Item = &Buffer> {
    module.buffers.iter().filter(|buffer| buffer.role == Role::Output)
}

fn whole(buffer: &Buffer) -> Range {
    Range { binding: buffer.binding, offset: 0, bytes: buffer.bytes() }
}

fn product(factors: &[u32; 3]) -> u64 {
    factors.iter().fold(1, |product: u64, factor| product.saturating_mul((*factor).into()))
}
