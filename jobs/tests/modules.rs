//! What becomes of a client's own WGSL: refused, run, or ended.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{buffer, gpu, input, job, module, once, refusal, words};
use pinfi_jobs::Refusal;
use pinfi_jobs::limits::{Limits, OutOfBounds, Quantity};
use pinfi_jobs::run::{Cancel, RunError};
use pinfi_jobs::spec::{Dispatch, Element, Module, Role, Work};
use pinfi_jobs::validate::validate;

const DOUBLE: &str = "
@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read_write> b: array<u32>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    b[id.x] = 2u * a[id.x];
}";

/// What all endless modules begin with.
const OUTPUT: &str = "@group(0) @binding(1) var<storage, read_write> b: array<u32>;\n";

fn double() -> Module {
    let mut module = module(DOUBLE, 8, 2);
    module.buffers.push(input(0, &[1, 2, 3, 4, 5, 6, 7, 8]));
    module
}

fn main_of(body: &str) -> String {
    format!("{OUTPUT}@compute @workgroup_size(1) fn main() {{ {body} }}")
}

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
fn run_gives_what_the_module_computes() {
    let outcome = gpu().run(&job(Work::Module(double())), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&outcome.outputs, 1), [2, 4, 6, 8, 10, 12, 14, 16]);
    assert_eq!(outcome.outputs.len(), 1, "an input is given to nobody");
}

#[test]
fn run_follows_the_plan_and_shows_what_it_says() {
    let source = "
        struct Steps { by: u32, scale: f32 }
        @group(0) @binding(0) var<uniform> steps: Steps;
        @group(0) @binding(1) var<storage, read_write> sum: array<atomic<u32>>;
        @group(0) @binding(2) var<storage, read_write> scratch: array<vec2<i32>>;
        @group(0) @binding(3) var<storage, read_write> last: array<f32, 2>;
        @compute @workgroup_size(1) fn add(@builtin(global_invocation_id) id: vec3<u32>) {
            atomicAdd(&sum[id.x], steps.by);
            scratch[0] += vec2<i32>(-1, 1);
        }
        @compute @workgroup_size(1) fn end() { last[1] = f32(scratch[0].x) * steps.scale; }";
    let contents = [5_u32.to_le_bytes(), 0.5_f32.to_le_bytes()].concat();
    let module = Module {
        source: source.to_owned(),
        buffers: vec![
            pinfi_jobs::spec::Buffer { contents, ..buffer(0, Element::Mixed, 2, Role::Uniform) },
            buffer(3, Element::F32, 2, Role::Output),
            buffer(1, Element::U32, 1, Role::Output),
            buffer(2, Element::I32, 2, Role::Scratch),
        ],
        plan: vec![Dispatch { repeat: 3, shows: vec![1], ..once("add", 1) }, once("end", 1)],
    };
    let mut seen = Vec::new();
    let outcome = gpu()
        .watch(&job(Work::Module(module)), &Limits::DEFAULT, &Cancel::default(), |done| {
            assert_eq!(done.steps, 4);
            let pieces = done.partial.pieces.iter();
            seen.push(pieces.map(|it| (it.binding, it.bytes[0])).collect::<Vec<_>>());
        })
        .unwrap();
    assert_eq!(seen[..3], [vec![(1, 5)], vec![(1, 10)], vec![(1, 15)]]);
    assert_eq!(seen[3].len(), 2, "all outputs at the end");
    assert_eq!(words(&outcome.outputs, 1), [15]);
    assert_eq!(words(&outcome.outputs, 3), [0, (-1.5_f32).to_bits()]);
    assert_eq!(outcome.outputs[0].binding, 1, "by binding");
}

#[test]
fn run_ends_every_form_of_an_endless_loop() {
    let cases = [
        ("loop", main_of("loop { b[0] += 1u; }")),
        ("while", main_of("while b[1] == 0u { b[0] += 1u; }")),
        ("for", main_of("for (;;) { b[0] += 1u; }")),
        (
            "for that never meets its end",
            main_of("for (var i = 0u; i != 1u; i += 2u) { b[0] = i; }"),
        ),
        (
            "continuing",
            main_of(
                "var i = 0u; loop { continuing { i += 1u; b[0] = i; break if i == 0u && b[1] == 1u; } }",
            ),
        ),
        ("continue", main_of("loop { b[0] += 1u; if b[1] == 0u { continue; } break; }")),
        ("nested", main_of("loop { loop { b[0] += 1u; } }")),
        (
            "a loop in each turn of one",
            main_of(
                "for (var i = 0u; i < 4000000000u; i++) { for (var k = 0u; k < 4000000000u; k++) { b[0] += 1u; } }",
            ),
        ),
        (
            "switch",
            main_of("loop { switch b[1] { case 0u: { b[0] += 1u; } default: { return; } } }"),
        ),
        (
            "function",
            format!(
                "{OUTPUT}fn f() {{ while true {{ b[0] += 1u; }} }} @compute @workgroup_size(1) fn main() {{ f(); b[2] = 9u; }}"
            ),
        ),
        (
            "function in a loop",
            format!(
                "{OUTPUT}fn f(i: u32) -> u32 {{ var s = i; while s < 4294967295u {{ s += 1u; b[0] = s; }} return s; }} @compute @workgroup_size(1) fn main() {{ loop {{ b[1] = f(0u); }} }}"
            ),
        ),
        (
            "barrier",
            format!(
                "{OUTPUT}var<workgroup> w: u32; @compute @workgroup_size(2) fn main() {{ loop {{ workgroupBarrier(); w += 1u; if b[0] == 4294967295u {{ break; }} }} b[0] = w; }}"
            ),
        ),
        (
            "barrier around a loop",
            format!(
                "{OUTPUT}@compute @workgroup_size(2) fn main() {{ loop {{ storageBarrier(); loop {{ b[0] += 1u; }} }} }}"
            ),
        ),
    ];
    let limits = Limits { iterations: 10_000, ..Limits::DEFAULT };
    let gpu = gpu();
    for (name, source) in cases {
        let mut module = module(&source, 3, 1);
        module.buffers[0].words = 4;
        let result = gpu.run(&job(Work::Module(module)), &limits);
        let expected = RunError::OutOfIterations { step: 0, iterations: 10_000 };
        assert_eq!(result, Err(expected), "{name}");
    }
    let good = gpu.run(&job(Work::Module(double())), &limits);
    assert!(good.is_ok(), "the device is as good as before: {good:?}");
}

#[test]
fn run_gives_the_result_of_loops_that_end() {
    let source = format!(
        "{OUTPUT}
        var<workgroup> shared_sum: array<u32, 4>;
        fn triangle(n: u32) -> u32 {{ var s = 0u; for (var i = 1u; i <= n; i++) {{ s += i; }} return s; }}
        @compute @workgroup_size(4) fn main(@builtin(local_invocation_index) at: u32) {{
            var turns = 0u;
            while turns < at {{ turns++; }}
            shared_sum[at] = triangle(100u) + turns;
            workgroupBarrier();
            for (var half = 2u; half > 0u; half /= 2u) {{
                if at < half {{ shared_sum[at] += shared_sum[at + half]; }}
                workgroupBarrier();
            }}
            b[at] = shared_sum[0];
        }}"
    );
    let outcome = gpu().run(&job(Work::Module(module(&source, 4, 1))), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&outcome.outputs, 1), [20_206; 4]);
}

#[test]
fn run_counts_beside_names_of_the_client() {
    let source = format!(
        "{OUTPUT}var<private> iterations_left: u32 = 3u; const iterations_used_up = 4u;
        @compute @workgroup_size(1) fn main() {{
            var common_iterations_left = 5u;
            for (var i = 0u; i < 6u; i++) {{
                iterations_left += 1u;
                storageBarrier();
                common_iterations_left += 1u;
            }}
            b[0] = iterations_left + common_iterations_left + iterations_used_up;
        }}"
    );
    let outcome = gpu().run(&job(Work::Module(module(&source, 1, 1))), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&outcome.outputs, 1), [24]);
}

#[test]
fn run_counts_iterations_exactly() {
    let source = main_of("for (var i = 0u; i < 99u; i++) { b[0] = i; }");
    let limits = |iterations| Limits { iterations, ..Limits::DEFAULT };
    let gpu = gpu();
    let run = |iterations| gpu.run(&job(Work::Module(module(&source, 1, 1))), &limits(iterations));
    // The hundredth turn is the one that finds the end.
    assert_eq!(run(99), Err(RunError::OutOfIterations { step: 0, iterations: 99 }));
    assert_eq!(words(&run(100).unwrap().outputs, 1), [98]);
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

#[test]
fn run_keeps_what_is_out_of_bounds_from_the_neighbours() {
    let source = "
        @group(0) @binding(1) var<storage, read_write> b: array<u32, 4>;
        @group(0) @binding(2) var<storage, read_write> c: array<u32>;
        @group(0) @binding(3) var<storage, read> far: array<u32>;
        var<workgroup> w: array<u32, 4>;
        @compute @workgroup_size(1) fn main() {
            for (var i = 0u; i < 12u; i++) {
                b[far[i]] = 7u;
                c[far[i]] = 8u;
                w[far[i]] = 9u;
            }
            c[1] = c[far[0]] + b[far[1]] + w[far[2]];
        }";
    let far =
        [1 << 20, u32::MAX, 1 << 30, 4, 5, 64, 256, 1 << 10, 1 << 16, 0x3fff_ffff, 1 << 31, 100];
    let module = Module {
        source: source.to_owned(),
        buffers: vec![
            buffer(0, Element::U32, 4, Role::Output),
            buffer(1, Element::U32, 4, Role::Output),
            buffer(2, Element::U32, 4, Role::Output),
            input(3, &far),
        ],
        plan: vec![once("main", 1)],
    };
    let module = Module {
        source: module.source.replace(
            "@group(0) @binding(1)",
            "@group(0) @binding(0) var<storage, read_write> neighbour: array<u32>;\n@group(0) @binding(1)",
        ),
        ..module
    };
    let gpu = gpu();
    let outcome = gpu.run(&job(Work::Module(module)), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&outcome.outputs, 0), [0; 4], "the buffer beside it");
    // WebGPU lets such a write go to any place of its own buffer, or nowhere.
    for (binding, written) in [(1, 7), (2, 8)] {
        let words = words(&outcome.outputs, binding);
        let own = words
            .iter()
            .enumerate()
            .all(|(at, word)| [0, written].contains(word) || (binding == 2 && at == 1));
        assert!(own, "{binding}: {words:?}");
    }
    let next = gpu.run(&job(Work::Module(double())), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&next.outputs, 1), [2, 4, 6, 8, 10, 12, 14, 16], "and the next job");
}

#[test]
fn run_shows_nothing_of_the_job_before() {
    let gpu = gpu();
    let write =
        module(&main_of("for (var i = 0u; i < 4096u; i++) { b[i] = 0xdeadbeefu; }"), 4096, 1);
    gpu.run(&job(Work::Module(write)), &Limits::DEFAULT).unwrap();
    let source = format!(
        "{OUTPUT}var<workgroup> w: array<u32, 1024>; var<private> p: array<u32, 16>;
        @compute @workgroup_size(1) fn main() {{
            var l: array<u32, 16>;
            for (var i = 0u; i < 1024u; i++) {{ b[1] |= w[i] | p[i % 16u] | l[i % 16u] | b[i + 2u]; }}
        }}"
    );
    let outcome = gpu.run(&job(Work::Module(module(&source, 4096, 1))), &Limits::DEFAULT).unwrap();
    assert_eq!(words(&outcome.outputs, 1), vec![0; 4096]);
}
