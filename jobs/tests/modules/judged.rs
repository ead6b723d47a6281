//! What is refused before it comes near a device.

use super::common::{buffer, input, module, once, refusal};
use pinfi_jobs::Refusal;
use pinfi_jobs::limits::{Limits, OutOfBounds, Quantity};
use pinfi_jobs::spec::{Dispatch, Element, Module, Role};
use pinfi_jobs::validate::validate;

use super::{DOUBLE, OUTPUT, double, main_of};

fn out_of_bounds(module: Module, limits: &Limits) -> OutOfBounds {
    match refusal(module, limits) {
        Refusal::OutOfBounds(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn validate_rejects_what_is_no_wgsl() {
    for garbage in ["fn", "\0\u{1}\u{fffd}", "}{", "@", "/*", "🦀", "fn main() -> { let", "0x"] {
        let error = refusal(module(garbage, 1, 1), &Limits::DEFAULT);
        assert!(matches!(error, Refusal::Source { .. }), "{garbage}: {error}");
    }
    let source = format!("{OUTPUT}fn f() {{ b[0] = c; }}");
    let Refusal::Source { line, column, message } =
        refusal(module(&source, 1, 1), &Limits::DEFAULT)
    else {
        panic!("no place")
    };
    assert_eq!((line, column), (2, 17), "{message}");
    assert!(message.contains('c'), "{message}");
}

#[test]
fn validate_rejects_what_would_exhaust_the_validator_itself() {
    let deep = [
        format!("b[0] = {}1u{};", "(".repeat(15_000), ")".repeat(15_000)),
        format!("b[0] = {}1u;", "~".repeat(15_000)),
        format!("{}{}", "{".repeat(15_000), "}".repeat(15_000)),
        format!("{}b[0] = 1u;{}", "if true {".repeat(3_000), "}".repeat(3_000)),
        format!("b[0] = {}0u{};", "b[".repeat(10_000), "]".repeat(10_000)),
    ];
    for body in deep {
        let found = out_of_bounds(module(&main_of(&body), 1, 1), &Limits::DEFAULT);
        assert_eq!(found.quantity, Quantity::Nesting);
    }
    // What is just not too deep goes all the way.
    let deep = [
        format!("b[0] = {}1u{};", "(".repeat(90), ")".repeat(90)),
        format!("b[0] = {}b[0];", "~".repeat(160)),
        format!("b[0] = b[0]{};", " + b[0]".repeat(60)),
        format!("{}b[0] = 1u;{}", "if b[1] == 1u {".repeat(60), "}".repeat(60)),
        format!("{}b[0] = 1u;{}", "loop {".repeat(60), "}".repeat(60)),
        format!("if b[0] == 1u {{ }} {}", "else if b[0] == 1u { } ".repeat(30)),
    ];
    for body in deep {
        let validated = validate(&module(&main_of(&body), 1, 1), &Limits::DEFAULT);
        assert!(
            matches!(validated, Ok(_) | Err(Refusal::Source { .. } | Refusal::Invalid { .. })),
            "{validated:?}"
        );
    }
}

#[test]
fn validate_takes_no_time_or_memory_for_great_constants() {
    let began = std::time::Instant::now();
    for global in [
        "const a = array<u32, 268435455>(); const c = a[3] + 1u;",
        "const a = array<array<u32, 16000>, 16000>(); const c = a[3][3] + 1u;",
        "const c = array<vec4<u32>, 60000000>()[7].x;",
        "const c = array<u32, 4294967295>()[7];",
    ] {
        let source = global.to_owned() + &main_of("b[0] = c;");
        let result = validate(&module(&source, 1, 1), &Limits::DEFAULT);
        println!("{global}: {result:?} {:?}", began.elapsed());
    }
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[test]
fn validate_rejects_what_not_every_device_has() {
    for (body, global) in [
        ("var x: f64 = 1.0lf; b[0] = u32(x);", ""),
        ("b[0] = subgroupAdd(1u);", ""),
        ("b[0] = x;", "override x: u32 = 1u;"),
        ("b[0] = textureDimensions(t).x;", "@group(0) @binding(2) var t: texture_2d<f32>;"),
        ("b[0] = p;", "var<immediate> p: u32;"),
    ] {
        let error = refusal(module(&(global.to_owned() + &main_of(body)), 1, 1), &Limits::DEFAULT);
        let is_told = matches!(
            error,
            Refusal::Source { .. } | Refusal::Invalid { .. } | Refusal::Unsupported { .. }
        );
        assert!(is_told, "{body}: {error}");
    }
}

#[test]
fn validate_rejects_an_entry_that_is_not_there() {
    for entry in ["other", "", "main "] {
        let plan = vec![once(entry, 1)];
        let error = refusal(Module { plan, ..double() }, &Limits::DEFAULT);
        assert_eq!(error, Refusal::UnknownEntry { entry: entry.to_owned() });
    }
    let source = format!(
        "{OUTPUT}@vertex fn main() -> @builtin(position) vec4<f32> {{ return vec4<f32>(f32(b[0])); }}"
    );
    let error = refusal(module(&source, 1, 1), &Limits::DEFAULT);
    assert!(matches!(error, Refusal::UnknownEntry { .. } | Refusal::Invalid { .. }), "{error}");
}

#[test]
fn validate_rejects_buffers_that_are_not_those_of_the_module() {
    let with = |change: &dyn Fn(&mut Module)| {
        let mut module = double();
        change(&mut module);
        refusal(module, &Limits::DEFAULT)
    };
    assert_eq!(
        with(&|it| {
            it.buffers.pop();
        }),
        Refusal::NotDeclared { binding: 0 }
    );
    let surplus = buffer(5, Element::U32, 1, Role::Scratch);
    assert_eq!(with(&|it| it.buffers.push(surplus.clone())), Refusal::NotBound { binding: 5 });
    let twice = buffer(1, Element::U32, 8, Role::Output);
    assert_eq!(with(&|it| it.buffers.push(twice.clone())), Refusal::DeclaredTwice { binding: 1 });
    assert_eq!(
        with(&|it| it.buffers[1].role = Role::Uniform),
        Refusal::Access { binding: 0, role: Role::Uniform, found: "storage, read" }
    );
    assert_eq!(
        with(&|it| it.buffers[0] = input(1, &[0; 8])),
        Refusal::Access { binding: 1, role: Role::Input, found: "storage, read_write" }
    );
    assert_eq!(
        with(&|it| it.buffers[1].element = Element::F32),
        Refusal::Element { binding: 0, element: Element::F32 }
    );
    assert_eq!(
        with(&|it| {
            it.buffers[1].contents.pop();
        }),
        Refusal::Contents { binding: 0, bytes: 31, needed: 32 }
    );
    assert_eq!(
        with(&|it| it.buffers[0].contents = vec![0; 32]),
        Refusal::Contents { binding: 1, bytes: 32, needed: 0 }
    );
    let source = DOUBLE.replace("a: array<u32>", "a: array<u32, 9>");
    assert_eq!(
        with(&|it| it.source = source.clone()),
        Refusal::TooSmall { binding: 0, bytes: 32, needed: 36 }
    );
    assert_eq!(with(&|it| it.plan[0].shows = vec![0]), Refusal::NotShown { binding: 0 });
}

#[test]
fn validate_rejects_bindings_that_are_not_a_jobs() {
    for (group, binding) in [(1, 0), (0, 64), (0, u32::MAX)] {
        let source = DOUBLE
            .replace("@group(0) @binding(0)", &format!("@group({group}) @binding({binding})"));
        let error = refusal(Module { source, ..double() }, &Limits::DEFAULT);
        // What is no number of WGSL is no WGSL.
        let is_told = error == Refusal::BindingNotAllowed { group, binding, end: 64 }
            || matches!(error, Refusal::Source { .. });
        assert!(is_told, "{error}");
    }
    let mut declared = double();
    declared.buffers[0].binding = 64;
    let error = refusal(declared, &Limits::DEFAULT);
    assert_eq!(error, Refusal::BindingNotAllowed { group: 0, binding: 64, end: 64 });
}

#[test]
fn validate_rejects_more_than_the_limits() {
    let limits = Limits::DEFAULT;
    let long = DOUBLE.to_owned() + &" ".repeat(64 << 10);
    let found = out_of_bounds(Module { source: long.clone(), ..double() }, &limits);
    assert_eq!(
        found,
        OutOfBounds {
            quantity: Quantity::SourceBytes,
            value: long.len() as u64,
            least: 1,
            most: 64 << 10
        }
    );
    let found = out_of_bounds(module(DOUBLE, (32 << 20) + 1, 1), &limits);
    assert_eq!((found.quantity, found.value), (Quantity::BufferBytes, (128 << 20) + 4));
    let found = out_of_bounds(module(DOUBLE, 0, 1), &limits);
    assert_eq!((found.quantity, found.value, found.least), (Quantity::BufferBytes, 0, 4));
    let many = Module {
        buffers: (0..8).map(|at| buffer(at, Element::U32, 1, Role::Scratch)).collect(),
        ..double()
    };
    assert_eq!(out_of_bounds(many, &limits).quantity, Quantity::Buffers);
    let plan = vec![Dispatch { groups: [1, 65_536, 1], ..once("main", 1) }];
    let found = out_of_bounds(Module { plan, ..double() }, &limits);
    assert_eq!((found.quantity, found.value), (Quantity::Groups, 65_536));
    let plan = vec![Dispatch { groups: [1, 0, 1], ..once("main", 1) }];
    assert_eq!(out_of_bounds(Module { plan, ..double() }, &limits).quantity, Quantity::Groups);
    for repeat in [0, u32::MAX] {
        let plan = vec![Dispatch { repeat, ..once("main", 1) }];
        assert_eq!(out_of_bounds(Module { plan, ..double() }, &limits).quantity, Quantity::Steps);
    }
    assert_eq!(
        out_of_bounds(Module { plan: vec![], ..double() }, &limits).quantity,
        Quantity::Steps
    );
    let plan = vec![Dispatch { groups: [65_535; 3], ..once("main", 1) }];
    let found = out_of_bounds(Module { plan, ..double() }, &limits);
    assert_eq!(found.quantity, Quantity::DispatchOperations);
    let source = DOUBLE.replace("workgroup_size(4)", "workgroup_size(257)");
    let found = out_of_bounds(Module { source, ..double() }, &limits);
    assert_eq!((found.quantity, found.value), (Quantity::GroupInvocations, 257));
    let shown = Dispatch { repeat: 1 << 15, shows: vec![1], ..once("main", 1) };
    let found = out_of_bounds(
        Module { plan: vec![shown], ..module(&main_of("b[0] = 1u;"), 1 << 11, 1) },
        &limits,
    );
    assert_eq!((found.quantity, found.value), (Quantity::OutputBytes, 256 << 20));
    let scratch = Limits { total_bytes: 67, ..limits };
    // 32 bytes in, 32 out, and 32 to read them.
    let found = out_of_bounds(double(), &scratch);
    assert_eq!((found.quantity, found.value), (Quantity::TotalBytes, 96));
}

#[test]
fn validate_rejects_memory_beside_the_buffers() {
    let with = |global: &str, body: &str| {
        out_of_bounds(module(&(global.to_owned() + &main_of(body)), 1, 1), &Limits::DEFAULT)
    };
    let found = with("var<workgroup> w: array<u32, 5000>;", "b[0] = w[0];");
    assert_eq!((found.quantity, found.value), (Quantity::GroupBytes, 20_000));
    let found = with("var<private> p: array<u32, 100000000>;", "b[0] = p[0];");
    assert_eq!((found.quantity, found.value), (Quantity::PrivateBytes, 400_000_000));
    let found = with("", "var l: array<u32, 5000>; b[0] = l[b[1]];");
    assert_eq!(found.quantity, Quantity::PrivateBytes);
    let calls = "fn f() -> u32 { var l: array<u32, 1500>; return l[b[1]]; }";
    let found = with(calls, "b[0] = f() + f();");
    assert_eq!((found.quantity, found.value), (Quantity::PrivateBytes, 12_000));
    let big = "struct S { words: array<u32, 4096> }
        @group(0) @binding(1) var<storage, read_write> b: S;
        @compute @workgroup_size(1) fn main() { let all = b; b.words[0] = all.words[b.words[1]]; }";
    let found = out_of_bounds(module(big, 4096, 1), &Limits::DEFAULT);
    assert_eq!((found.quantity, found.value), (Quantity::ValueBytes, 16_384));
}

#[test]
fn validate_rejects_calls_that_grow_beyond_what_compiles() {
    let mut source = format!("{OUTPUT}fn f0() -> u32 {{ return b[0]; }}\n");
    for level in 1..60 {
        let below = level - 1;
        source += &format!("fn f{level}() -> u32 {{ return f{below}() + f{below}(); }}\n");
    }
    source += "@compute @workgroup_size(1) fn main() { b[0] = f59(); }";
    assert_eq!(out_of_bounds(module(&source, 1, 1), &Limits::DEFAULT).quantity, Quantity::Weight);
}

#[test]
fn validate_rejects_recursion_and_a_loop_with_a_barrier_in_a_function() {
    let source = format!(
        "{OUTPUT}fn f() -> u32 {{ return f(); }} @compute @workgroup_size(1) fn main() {{ b[0] = f(); }}"
    );
    assert!(matches!(refusal(module(&source, 1, 1), &Limits::DEFAULT), Refusal::Source { .. }));
    let source = format!(
        "{OUTPUT}var<workgroup> w: u32;
        fn f() {{ for (var i = 0u; i < 4u; i++) {{ w = i; workgroupBarrier(); }} }}
        @compute @workgroup_size(2) fn main() {{ f(); b[0] = w; }}"
    );
    let error = refusal(module(&source, 1, 1), &Limits::DEFAULT);
    assert_eq!(error, Refusal::BarrierInLoopOfFunction { function: "f".to_owned() });
}

#[test]
fn validate_gives_fewer_iterations_where_there_are_many_invocations() {
    let source = main_of("for (var i = 0u; i < b[0]; i++) { b[1] = i; }");
    let iterations = |groups| {
        let mut module = module(&source, 2, 1);
        module.plan[0].groups = groups;
        validate(&module, &Limits::DEFAULT).unwrap().iterations
    };
    assert_eq!(iterations([1, 1, 1]), 1 << 20);
    let many = iterations([1 << 15, 1 << 10, 1]);
    assert!(many < 1 << 17 && many > 1 << 8, "{many}");
}
