//! Every kernel is valid WGSL for every backend, without any device.
#![cfg(not(target_arch = "wasm32"))]

use naga::valid::{Capabilities, ValidationFlags, Validator};
use pinfi_compute::{shaders, yardsticks};

fn validator() -> Validator {
    Validator::new(ValidationFlags::all(), Capabilities::empty())
}

#[test]
fn shader_rejected_when_it_needs_wide_integers() {
    let source = "@compute @workgroup_size(1) fn main() { var a: u64 = 1lu; a += a; }";
    let module = naga::front::wgsl::parse_str(source).unwrap();
    assert!(validator().validate(&module).is_err());
}

#[test]
fn shaders_are_valid_without_any_optional_capability() {
    for (name, source) in shaders().into_iter().chain(yardsticks()) {
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&source)));
        let info = validator().validate(&module);
        assert!(info.is_ok(), "{name}: {:?}", info.err());
        let entry = &module.entry_points[0];
        assert_eq!((module.entry_points.len(), entry.name.as_str()), (1, "main"), "{name}");
        let invocations: u32 = entry.workgroup_size.iter().product();
        assert!([64, 256].contains(&invocations), "{name}: what a device is asked for");
    }
}
