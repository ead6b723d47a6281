//! What runs, and what is ended.

use super::common::{buffer, gpu, input, job, module, once, words};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::run::{Cancel, RunError};
use pinfi_jobs::spec::{Dispatch, Element, Module, Role, Work};

use super::{OUTPUT, double, main_of};

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

#[test]
fn run_on_software_tells_of_an_endless_loop_that_its_driver_would_end() {
    let limits = Limits::DEFAULT.on_software();
    let endless = module(&main_of("loop { b[0] += 1u; }"), 1, 1);
    let result = gpu().run(&job(Work::Module(endless)), &limits);
    assert!(limits.iterations < 1 << 16);
    let expected = RunError::OutOfIterations { step: 0, iterations: limits.iterations };
    assert_eq!(result, Err(expected));
}
