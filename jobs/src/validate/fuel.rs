//! Every loop of a module spends from a counter and ends when that is empty.
//!
//! A loop without a barrier spends from a `var<private>`, which all loops of an invocation share.
//! A loop with a barrier must be run by all invocations of a workgroup alike, and browsers refuse
//! a module where that does not follow from its text; so these loops spend from a variable of the
//! entry point, which is counted down by them alone, and so is the same in all invocations. Loops
//! that end for that reason say so in a buffer, as what they computed is not the job's result.

use naga::{
    AddressSpace, Barrier, BinaryOperator, Block, Expression, Function, GlobalVariable, Handle,
    Literal, LocalVariable, MemoryDecorations, Module, ResourceBinding, Scalar, Span, Statement,
    StorageAccess, Type, TypeInner,
};

use super::buffers::RESERVED_BINDING;
use crate::refusal::Refusal;

/// What the counters are made of, in a module.
struct Counting {
    u32: Handle<Type>,
    iterations: u32,
    /// The invocation's counter.
    fuel: Handle<GlobalVariable>,
    /// Where is told that it was used up.
    flag: Handle<GlobalVariable>,
    /// Which functions wait at a barrier, themselves or in what they call.
    waiting: Vec<bool>,
}

/// Rewrites a valid module so that an invocation's loops end after some iterations together.
pub(super) fn count_iterations(module: &mut Module, iterations: u32) -> Result<(), Refusal> {
    let mut counting = Counting::declare(module, iterations);
    for (_, function) in module.functions.iter() {
        let waits = counting.waits(&function.body);
        counting.waiting.push(waits);
    }
    for (_, function) in module.functions.iter_mut() {
        if counting.has_waiting_loop(&function.body) {
            let function = function.name.clone().unwrap_or_default();
            return Err(Refusal::BarrierInLoopOfFunction { function });
        }
        counting.rewrite(function);
    }
    for entry in &mut module.entry_points {
        counting.rewrite(&mut entry.function);
    }
    Ok(())
}

impl Counting {
    fn declare(module: &mut Module, iterations: u32) -> Self {
        let mut ty = |inner| module.types.insert(Type { name: None, inner }, Span::UNDEFINED);
        let u32 = ty(TypeInner::Scalar(Scalar::U32));
        let atomic = ty(TypeInner::Atomic(Scalar::U32));
        let full = Expression::Literal(Literal::U32(iterations));
        let full = module.global_expressions.append(full, Span::UNDEFINED);
        let mut variable = |name: &str, space, ty, binding, init| {
            let variable = GlobalVariable {
                name: Some(name.to_owned()),
                space,
                binding,
                ty,
                init,
                memory_decorations: MemoryDecorations::empty(),
            };
            module.global_variables.append(variable, Span::UNDEFINED)
        };
        let place = ResourceBinding { group: 0, binding: RESERVED_BINDING };
        let written = AddressSpace::Storage { access: StorageAccess::LOAD | StorageAccess::STORE };
        Self {
            u32,
            iterations,
            fuel: variable("iterations_left", AddressSpace::Private, u32, None, Some(full)),
            flag: variable("iterations_used_up", written, atomic, Some(place), None),
            waiting: Vec::new(),
        }
    }

    /// Tells whether a block waits at a barrier.
    fn waits(&self, block: &Block) -> bool {
        block.iter().any(|statement| match statement {
            Statement::ControlBarrier(barrier) => *barrier != Barrier::empty(),
            Statement::WorkGroupUniformLoad { .. } => true,
            Statement::Call { function, .. } => self.waiting[function.index()],
            _ => blocks(statement).into_iter().any(|block| self.waits(block)),
        })
    }

    /// Tells whether a block has a loop that waits at a barrier.
    fn has_waiting_loop(&self, block: &Block) -> bool {
        block.iter().any(|statement| {
            let inner = blocks(statement);
            let is_loop = matches!(statement, Statement::Loop { .. });
            (is_loop && inner.iter().any(|block| self.waits(block)))
                || inner.into_iter().any(|block| self.has_waiting_loop(block))
        })
    }

    fn rewrite(&self, function: &mut Function) {
        let mut body = std::mem::take(&mut function.body);
        let local = self.has_waiting_loop(&body).then(|| {
            let full = Expression::Literal(Literal::U32(self.iterations));
            let init = Some(function.expressions.append(full, Span::UNDEFINED));
            let name = Some("common_iterations_left".to_owned());
            let variable = LocalVariable { name, ty: self.u32, init };
            function.local_variables.append(variable, Span::UNDEFINED)
        });
        self.rewrite_block(function, &mut body, local);
        function.body = body;
    }

    fn rewrite_block(
        &self,
        function: &mut Function,
        block: &mut Block,
        local: Option<Handle<LocalVariable>>,
    ) {
        for statement in block.iter_mut() {
            let counter = match (&*statement, local) {
                (Statement::Loop { body, continuing, .. }, Some(local))
                    if self.waits(body) || self.waits(continuing) =>
                {
                    Expression::LocalVariable(local)
                }
                _ => Expression::GlobalVariable(self.fuel),
            };
            for block in blocks_mut(statement) {
                self.rewrite_block(function, block, local);
            }
            if let Statement::Loop { body, .. } = statement {
                body.splice(0..0, self.spend(function, counter));
            }
        }
    }

    /// Writes `if counter == 0 { flag = 1; break; } counter -= 1;`.
    fn spend(&self, function: &mut Function, counter: Expression) -> Block {
        let mut append = |expression| function.expressions.append(expression, Span::UNDEFINED);
        let counter = append(counter);
        let flag = append(Expression::GlobalVariable(self.flag));
        let zero = append(Expression::Literal(Literal::U32(0)));
        let one = append(Expression::Literal(Literal::U32(1)));
        let left = append(Expression::Load { pointer: counter });
        let binary = |op, right| Expression::Binary { op, left, right };
        let is_empty = append(binary(BinaryOperator::Equal, zero));
        let less = append(binary(BinaryOperator::Subtract, one));
        // Three expressions that follow one another.
        let computed = function.expressions.range_from(left.index());
        let end = vec![Statement::Store { pointer: flag, value: one }, Statement::Break];
        Block::from_vec(vec![
            Statement::Emit(computed),
            Statement::If {
                condition: is_empty,
                accept: Block::from_vec(end),
                reject: Block::new(),
            },
            Statement::Store { pointer: counter, value: less },
        ])
    }
}

/// Gives the blocks of a statement.
fn blocks(statement: &Statement) -> Vec<&Block> {
    match statement {
        Statement::Block(block) => vec![block],
        Statement::If { accept, reject, .. } => vec![accept, reject],
        Statement::Switch { cases, .. } => cases.iter().map(|case| &case.body).collect(),
        Statement::Loop { body, continuing, .. } => vec![body, continuing],
        _ => Vec::new(),
    }
}

fn blocks_mut(statement: &mut Statement) -> Vec<&mut Block> {
    match statement {
        Statement::Block(block) => vec![block],
        Statement::If { accept, reject, .. } => vec![accept, reject],
        Statement::Switch { cases, .. } => cases.iter_mut().map(|case| &mut case.body).collect(),
        Statement::Loop { body, continuing, .. } => vec![body, continuing],
        _ => Vec::new(),
    }
}
