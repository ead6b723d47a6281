//! Why a job is not run at all.

use crate::limits::OutOfBounds;
use crate::spec::{Element, Role};

/// Why a job is refused before it runs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Something of it is beyond a limit.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// What was sent for a buffer has another length than its parameters say.
    #[error("buffer {binding} needs {needed} bytes, {bytes} were sent")]
    Contents {
        /// The buffer's binding.
        binding: u32,
        /// What was sent.
        bytes: u64,
        /// What is needed.
        needed: u64,
    },
    /// A parameter is no number, or beyond what the task can compute with.
    #[error("{name} is {value}: {needed}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value, as text.
        value: String,
        /// What it should be.
        needed: &'static str,
    },
    /// A task's output has no such unit.
    #[error("there is no unit {unit}: the output has {units}")]
    NoUnit {
        /// The number asked for.
        unit: u32,
        /// How many there are.
        units: u32,
    },
    /// The source is no WGSL.
    #[error("line {line}, column {column}: {message}")]
    Source {
        /// The line, from 1; 0 where the error has no place.
        line: u32,
        /// The column, from 1; 0 where the error has no place.
        column: u32,
        /// What is wrong.
        message: String,
    },
    /// The source is WGSL that is not valid or needs more than every device has.
    #[error("the module is not valid: {message}")]
    Invalid {
        /// What is wrong.
        message: String,
    },
    /// The module uses what a job has no use for.
    #[error("a job has no {what}")]
    Unsupported {
        /// What it is.
        what: &'static str,
    },
    /// The plan names an entry point that the module does not have.
    #[error("the module has no compute entry point {entry:?}")]
    UnknownEntry {
        /// The name.
        entry: String,
    },
    /// Two buffers have one binding.
    #[error("binding {binding} is declared twice")]
    DeclaredTwice {
        /// The binding.
        binding: u32,
    },
    /// A binding is out of what a job may use.
    #[error("group {group}, binding {binding}: a job's are group 0 and bindings below {end}")]
    BindingNotAllowed {
        /// The group.
        group: u32,
        /// The binding.
        binding: u32,
        /// The first binding that is not allowed.
        end: u32,
    },
    /// The module binds a buffer that the job does not declare.
    #[error("the module binds buffer {binding}, which is not declared")]
    NotDeclared {
        /// The binding.
        binding: u32,
    },
    /// The job declares a buffer that the module does not bind.
    #[error("buffer {binding} is declared, and the module does not bind it")]
    NotBound {
        /// The binding.
        binding: u32,
    },
    /// The module accesses a buffer otherwise than its role says.
    #[error("buffer {binding} is declared as {role:?}, and the module's is var<{found}>")]
    Access {
        /// The binding.
        binding: u32,
        /// The role.
        role: Role,
        /// What the module says.
        found: &'static str,
    },
    /// The words of a buffer are others than declared.
    #[error("buffer {binding} is declared as {element:?}, and the module's words are other")]
    Element {
        /// The binding.
        binding: u32,
        /// What is declared.
        element: Element,
    },
    /// The module's type does not fit into the buffer.
    #[error("buffer {binding} has {bytes} bytes, the module's type needs {needed}")]
    TooSmall {
        /// The binding.
        binding: u32,
        /// What is declared.
        bytes: u64,
        /// What is needed.
        needed: u64,
    },
    /// A dispatch shows what is no output.
    #[error("binding {binding} cannot be shown: it is no output")]
    NotShown {
        /// The binding.
        binding: u32,
    },
    /// A loop that waits at a barrier is in a function, where its iterations cannot be counted
    /// by all invocations alike.
    #[error("a loop with a barrier is in function {function:?}: move it to the entry point")]
    BarrierInLoopOfFunction {
        /// The function.
        function: String,
    },
}
