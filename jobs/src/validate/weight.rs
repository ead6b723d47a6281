//! What a driver has to compile: it inlines functions, so a function counts at each call.
//!
//! Without this a module of a few lines, each function calling the one before twice, would take
//! a driver's memory or hours, without any loop.

use naga::valid::{FunctionInfo, ModuleInfo};
use naga::{AddressSpace, Block, Function, Handle, Module, Statement, Type};

use crate::limits::{Limits, Quantity, bound};
use crate::refusal::Refusal;

/// What a function is once all that it calls is in its place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// Statements and expressions.
    pub(super) code: u64,
    /// Bytes of variables.
    bytes: u64,
}

impl Weight {
    const fn plus(self, other: Self) -> Self {
        Self {
            code: self.code.saturating_add(other.code),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

/// Weighs the entry points, in their order.
pub(super) fn weigh(
    module: &Module,
    info: &ModuleInfo,
    limits: &Limits,
) -> Result<Vec<Weight>, Refusal> {
    check_memory(module, limits)?;
    let most = limits.private_bytes;
    for (_, constant) in module.constants.iter() {
        bound(Quantity::ValueBytes, size(module, constant.ty), 0..=most)?;
    }
    // A function comes after all that it calls: the validator has seen that.
    let mut called: Vec<Weight> = Vec::new();
    for (handle, function) in module.functions.iter() {
        check_values(module, function, &info[handle], most)?;
        called.push(weigh_function(module, function, &called, limits)?);
    }
    let entry = |(index, entry): (usize, &naga::EntryPoint)| {
        check_values(module, &entry.function, info.get_entry_point(index), most)?;
        weigh_function(module, &entry.function, &called, limits)
    };
    module.entry_points.iter().enumerate().map(entry).collect()
}

/// Bounds what lies beside the buffers: a driver in software puts it on its stack.
fn check_memory(module: &Module, limits: &Limits) -> Result<(), Refusal> {
    let total = |space| -> u64 {
        let variables = module.global_variables.iter().filter(|(_, it)| it.space == space);
        variables.map(|(_, variable)| size(module, variable.ty)).sum()
    };
    bound(Quantity::GroupBytes, total(AddressSpace::WorkGroup), 0..=limits.group_bytes)?;
    bound(Quantity::PrivateBytes, total(AddressSpace::Private), 0..=limits.private_bytes)?;
    Ok(())
}

/// Bounds values that are no variables: a whole buffer can be loaded as one.
fn check_values(
    module: &Module,
    function: &Function,
    info: &FunctionInfo,
    most: u64,
) -> Result<(), Refusal> {
    for (handle, _) in function.expressions.iter() {
        let inner = info[handle].ty.inner_with(&module.types);
        // Of a pointer this is the pointer's.
        let bytes = inner.size(module.to_ctx());
        bound(Quantity::ValueBytes, bytes, 0..=most)?;
    }
    Ok(())
}

fn weigh_function(
    module: &Module,
    function: &Function,
    called: &[Weight],
    limits: &Limits,
) -> Result<Weight, Refusal> {
    let locals = function.local_variables.iter();
    let own = Weight {
        code: function.expressions.len() as u64,
        bytes: locals.map(|(_, variable)| size(module, variable.ty)).sum(),
    };
    let weight = own.plus(weigh_block(&function.body, called));
    bound(Quantity::Weight, weight.code, 0..=limits.weight)?;
    bound(Quantity::PrivateBytes, weight.bytes, 0..=limits.private_bytes)?;
    Ok(weight)
}

fn weigh_block(block: &Block, called: &[Weight]) -> Weight {
    let weigh = |block: &Block| weigh_block(block, called);
    let statement = |statement: &Statement| match statement {
        Statement::Block(block) => weigh(block),
        Statement::If { accept, reject, .. } => weigh(accept).plus(weigh(reject)),
        Statement::Switch { cases, .. } => {
            cases.iter().map(|case| weigh(&case.body)).fold(Weight::default(), Weight::plus)
        }
        Statement::Loop { body, continuing, .. } => weigh(body).plus(weigh(continuing)),
        Statement::Call { function, .. } => called[function.index()],
        _ => Weight::default(),
    };
    let own = Weight { code: block.len() as u64, bytes: 0 };
    block.iter().map(statement).fold(own, Weight::plus)
}

fn size(module: &Module, ty: Handle<Type>) -> u64 {
    module.types[ty].inner.size(module.to_ctx()).into()
}
