//! The buffers that a job declares are those that its module binds.

use std::collections::BTreeSet;

use naga::{AddressSpace, Handle, ScalarKind, StorageAccess, Type, TypeInner};

use crate::limits::{Limits, Quantity, bound};
use crate::program::{Access, Slot};
use crate::refusal::Refusal;
use crate::spec::{Buffer, Element, Role};

/// The binding where a module tells that its iterations were used up: a job's own are below it.
pub const RESERVED_BINDING: u32 = 64;
/// What WebGPU lets every device bind as a uniform.
const UNIFORM_BYTES: u64 = 64 << 10;

/// Sees that what is declared is within the limits and filled as it says.
pub(super) fn check_declared(buffers: &[Buffer], limits: &Limits) -> Result<(), Refusal> {
    bound(Quantity::Buffers, buffers.len() as u64, 1..=u64::from(limits.buffers))?;
    let mut seen = BTreeSet::new();
    for buffer in buffers {
        let Buffer { binding, role, .. } = *buffer;
        if binding >= RESERVED_BINDING {
            return Err(Refusal::BindingNotAllowed { group: 0, binding, end: RESERVED_BINDING });
        }
        if !seen.insert(binding) {
            return Err(Refusal::DeclaredTwice { binding });
        }
        bound(Quantity::BufferBytes, buffer.bytes(), 4..=limits.buffer_bytes)?;
        if role == Role::Uniform {
            bound(Quantity::UniformBytes, buffer.bytes(), 4..=UNIFORM_BYTES)?;
        }
        let needed = if role.is_filled() { buffer.bytes() } else { 0 };
        let bytes = buffer.contents.len() as u64;
        if bytes != needed {
            return Err(Refusal::Contents { binding, bytes, needed });
        }
    }
    Ok(())
}

/// Sees that the module binds what is declared, as it is declared.
pub(super) fn check_bound(module: &naga::Module, buffers: &[Buffer]) -> Result<(), Refusal> {
    let mut bound = BTreeSet::new();
    for (_, variable) in module.global_variables.iter() {
        let found = match variable.space {
            AddressSpace::Private | AddressSpace::WorkGroup => continue,
            AddressSpace::Storage { access } if access.contains(StorageAccess::STORE) => {
                "storage, read_write"
            }
            AddressSpace::Storage { .. } => "storage, read",
            AddressSpace::Uniform => "uniform",
            AddressSpace::Handle => {
                return Err(Refusal::Unsupported { what: "textures and samplers" });
            }
            _ => return Err(Refusal::Unsupported { what: "variables of this kind" }),
        };
        let Some(place) = &variable.binding else {
            return Err(Refusal::Unsupported { what: "variables without a binding" });
        };
        let (group, binding) = (place.group, place.binding);
        if group != 0 || binding >= RESERVED_BINDING {
            return Err(Refusal::BindingNotAllowed { group, binding, end: RESERVED_BINDING });
        }
        let Some(buffer) = buffers.iter().find(|buffer| buffer.binding == binding) else {
            return Err(Refusal::NotDeclared { binding });
        };
        let needed = match buffer.role {
            Role::Input => "storage, read",
            Role::Output | Role::Scratch => "storage, read_write",
            Role::Uniform => "uniform",
        };
        if found != needed {
            return Err(Refusal::Access { binding, role: buffer.role, found });
        }
        if !is_made_of(module, variable.ty, buffer.element) {
            return Err(Refusal::Element { binding, element: buffer.element });
        }
        // An array of any length counts with one element.
        let needed = u64::from(module.types[variable.ty].inner.size(module.to_ctx()));
        if buffer.bytes() < needed {
            return Err(Refusal::TooSmall { binding, bytes: buffer.bytes(), needed });
        }
        bound.insert(binding);
    }
    match buffers.iter().find(|buffer| !bound.contains(&buffer.binding)) {
        Some(buffer) => Err(Refusal::NotBound { binding: buffer.binding }),
        None => Ok(()),
    }
}

/// Gives what the executor makes of a declared buffer.
pub(super) fn slot(buffer: &Buffer) -> Slot<'_> {
    let slot = |access| Slot { access, ..Slot::filled(buffer.binding, &buffer.contents[..]) };
    match buffer.role {
        Role::Input => slot(Access::Read),
        Role::Uniform => slot(Access::Uniform),
        Role::Output => Slot::empty(buffer.binding, buffer.bytes(), true),
        Role::Scratch => Slot::empty(buffer.binding, buffer.bytes(), false),
    }
}

/// Tells whether all words of a type are of one kind.
fn is_made_of(module: &naga::Module, ty: Handle<Type>, element: Element) -> bool {
    let kind = match element {
        Element::U32 => ScalarKind::Uint,
        Element::I32 => ScalarKind::Sint,
        Element::F32 => ScalarKind::Float,
        Element::Mixed => return true,
    };
    match &module.types[ty].inner {
        TypeInner::Scalar(scalar)
        | TypeInner::Atomic(scalar)
        | TypeInner::Vector { scalar, .. }
        | TypeInner::Matrix { scalar, .. } => scalar.kind == kind,
        TypeInner::Array { base, .. } => is_made_of(module, *base, element),
        TypeInner::Struct { members, .. } => {
            members.iter().all(|member| is_made_of(module, member.ty, element))
        }
        _ => false,
    }
}
