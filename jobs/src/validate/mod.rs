//! A client's module is judged before it comes near a device, and its loops are given an end.
//!
//! | file | what it sees to |
//! |---|---|
//! | `nesting` | nothing is so deep that the validator's own stack would end |
//! | `buffers` | what is declared and what the module binds are the same |
//! | `weight` | no function, called however often, grows beyond what a driver compiles |
//! | `fuel` | no loop is endless |
//! | `plan` | what is dispatched exists and is within the limits |

mod buffers;
mod fuel;
mod nesting;
mod plan;
mod weight;

use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};

pub use self::buffers::RESERVED_BINDING;
use crate::limits::{Limits, Quantity, bound};
use crate::program::Program;
use crate::refusal::Refusal;
use crate::spec::Module;

/// A module that may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validated {
    /// Its WGSL with the counters of its loops in it.
    pub source: String,
    /// How many iterations the loops of an invocation have together.
    pub iterations: u32,
}

/// Judges a module: source, buffers and plan.
///
/// # Errors
/// [`Refusal`] with the first thing that is wrong.
pub fn validate(module: &Module, limits: &Limits) -> Result<Validated, Refusal> {
    bound(Quantity::SourceBytes, module.source.len() as u64, 1..=limits.source_bytes)?;
    nesting::check(&module.source)?;
    buffers::check_declared(&module.buffers, limits)?;
    let mut ir = parse(&module.source)?;
    let info = judge(&ir)?;
    buffers::check_bound(&ir, &module.buffers)?;
    let weights = weight::weigh(&ir, &info, limits)?;
    let operations = plan::check(module, &ir, &weights, limits)?;
    // The plan has seen that it is one at least.
    let most = limits.dispatch_operations / operations.max(1);
    let iterations = u32::try_from(most).unwrap_or(u32::MAX).min(limits.iterations);
    fuel::count_iterations(&mut ir, iterations)?;
    let info = judge(&ir)?;
    let flags = naga::back::wgsl::WriterFlags::empty();
    let source = naga::back::wgsl::write_string(&ir, &info, flags)
        .map_err(|error| Refusal::Invalid { message: error.to_string() })?;
    // What was written is what a browser reads.
    judge(&parse(&source)?)?;
    Ok(Validated { source, iterations })
}

/// Makes a module ready for a device.
pub(crate) fn program<'job>(
    module: &'job Module,
    limits: &Limits,
) -> Result<Program<'job>, Refusal> {
    let Validated { source, iterations } = validate(module, limits)?;
    let program = Program {
        source: source.into(),
        slots: module.buffers.iter().map(buffers::slot).collect(),
        has_parameters: false,
        iterations: Some(iterations),
        steps: plan::steps(module),
    };
    program.bound(limits)?;
    Ok(program)
}

fn parse(source: &str) -> Result<naga::Module, Refusal> {
    naga::front::wgsl::parse_str(source).map_err(|error| {
        let (line, column) =
            error.location(source).map_or((0, 0), |place| (place.line_number, place.line_position));
        Refusal::Source { line, column, message: error.message().to_owned() }
    })
}

fn judge(module: &naga::Module) -> Result<ModuleInfo, Refusal> {
    if !module.overrides.is_empty() {
        return Err(Refusal::Unsupported { what: "overrides" });
    }
    Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(module).map_err(
        |error| {
            let mut message = error.as_inner().to_string();
            let mut cause = std::error::Error::source(error.as_inner());
            while let Some(error) = cause {
                message = format!("{message}: {error}");
                cause = error.source();
            }
            Refusal::Invalid { message }
        },
    )
}
