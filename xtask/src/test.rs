//! `cargo xtask test`: everything that CI checks, in the order in which mistakes are cheapest.

use std::{fs, path::PathBuf, thread};

use crate::{
    build,
    cmd::Cmd,
    contracts, sdk,
    setup::{self, BARE, WASM},
    steps::Steps,
    workspace::Workspace,
};

/// The crates that run in the browser.
const BROWSER_CRATES: [&str; 11] = [
    "pinfi-core",
    "pinfi-evm",
    "pinfi-simulation",
    "pinfi-client",
    "pinfi-compute",
    "pinfi-jobs",
    "pinfi-session",
    "pinfi-worker",
    "pinfi-web",
    "pinfi-wasm",
    "pinfi-packed",
];

/// The crate whose tests need an EVM: vectors, random lives, invariants, gas and sizes.
const DIFFERENTIAL: &str = "package(pinfi-differential)";

type Step = (&'static str, &'static str, fn(&Workspace, &Options) -> Result<(), String>);

/// The steps that the page is built for, and those that the package is.
const WANT_PAGE: [&str; 3] = ["page", "sizes", "e2e"];
const WANT_PACKAGE: [&str; 4] = ["sdk", "smoke", "docs", "e2e"];

const STEPS: [Step; 18] = [
    ("contracts", "the contracts compile without a warning", |w, _| contracts::build(w)),
    ("slither", "no finding in the contracts without a reason", |w, _| contracts::analyse(w)),
    ("format", "rustfmt finds nothing to change", |w, _| {
        Cmd::cargo(w).words("fmt --all --check").run()
    }),
    ("clippy", "no warning in any native target", |w, _| {
        Cmd::cargo(w)
            .words("clippy --quiet --locked --workspace --all-targets -- -D warnings")
            .run()
    }),
    ("clippy-wasm", "no warning in what runs in the browser", |w, _| {
        browser_crates(Cmd::cargo(w).words("clippy --quiet --locked --target").arg(WASM))
            .words("--all-features -- -D warnings")
            .run()
    }),
    ("no-std", "the core compiles for a bare target", |w, _| {
        Cmd::cargo(w).words("check --quiet --locked --package pinfi-core --target").arg(BARE).run()
    }),
    ("tests", "all native tests", |w, _| native_tests(w, false).run()),
    ("differential", "the contracts do what the core does", |w, options| {
        let tests = native_tests(w, true);
        if options.bless { tests.env("PINFI_BLESS", "1") } else { tests }.run()
    }),
    ("doc-tests", "the examples in the documentation run", |w, _| {
        Cmd::cargo(w).words("test --quiet --locked --workspace --doc").run()
    }),
    ("replay", "the scenario files replay to the last unit", |w, _| replay(w)),
    ("findings", "docs/equilibrium.md shows what the quick parts of the study find", |w, _| {
        // The others take minutes: CONTRIBUTING says when to check them.
        example(w, "study")?.words("--check scenarios dissipation").run()
    }),
    ("wasm-tests", "tests in headless Chromium", |w, _| wasm_tests(w)),
    ("sdk", "the JavaScript package and its types", |w, _| sdk::test(w)),
    ("smoke", "the package as published, in runtimes and bundlers", |w, _| sdk::smoke(w)),
    ("docs", "the manual builds without a warning and its links lead somewhere", |w, _| {
        sdk::docs(w)
    }),
    ("page", "the page as it is published", |w, _| build::page(w)),
    ("sizes", "no asset drifted from its snapshot", |w, options| sizes(w, options.bless)),
    ("e2e", "the main job in a real browser", |w, _| {
        // What the page shows is compared with what the core says; a chain is deployed to, and a relay is run.
        sdk::build(w)?;
        contracts::build(w)?;
        // Of the whole workspace, so that all are built with the features of the native tests.
        Cmd::cargo(w)
            .words("build --quiet --locked --workspace --bin pinfi-deploy")
            .words("--example relay --example simulate")
            .run()?;
        // They mostly wait: for blocks, for a software GPU, for the page.
        node_tests(w, "tests/e2e", 2)?.env("PINFI_CHROMIUM", setup::chromium()?).run()
    }),
];

/// What `cargo xtask test` was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    only: Vec<String>,
    bless: bool,
    list: bool,
}

impl Options {
    /// Reads the words after `test`.
    ///
    /// # Errors
    /// Names the word that is not understood.
    pub(crate) fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--bless" => options.bless = true,
                "--list" => options.list = true,
                "--only" => match words.next() {
                    Some(name) if STEPS.iter().any(|step| step.0 == name) => {
                        options.only.push(name.clone());
                    }
                    Some(name) => return Err(format!("no step `{name}`; --list names them")),
                    None => return Err("--only takes the name of a step".to_owned()),
                },
                other => return Err(format!("test does not know `{other}`")),
            }
        }
        Ok(options)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// Sets up and runs the steps asked for; all of them even when one fails.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), String> {
    if options.list {
        STEPS.iter().for_each(|(name, what, _)| println!("{name:<12} {what}"));
        return Ok(());
    }
    let mut steps = Steps::begin();
    steps.run("setup", "what is missing", || setup::for_tests(workspace));
    if steps.passed("setup") {
        // What is optimised as one piece takes one core for minutes: the native steps take the other.
        thread::scope(|scope| {
            let mut ahead = Some(scope.spawn(|| products(workspace, options)));
            for (name, what, step) in STEPS.iter().filter(|step| options.wants(step.0)) {
                // Browsers are given a machine that does nothing else.
                if is_after_products(name)
                    && let Some(ahead) = ahead.take()
                {
                    steps.run("products", "what was built beside these steps", || {
                        ahead.join().unwrap_or_else(|_| Err("building them stopped".to_owned()))
                    });
                }
                steps.run(name, what, || step(workspace, options));
            }
        });
    }
    steps.summary()
}

/// Builds what the later of these steps try: the page and the package.
fn products(workspace: &Workspace, options: &Options) -> Result<(), String> {
    let wants = |steps: &[&str]| steps.iter().any(|name| options.wants(name));
    if wants(&WANT_PAGE) {
        build::page(workspace)?;
    }
    if wants(&WANT_PACKAGE) { sdk::build(workspace) } else { Ok(()) }
}

fn is_after_products(name: &str) -> bool {
    name == "wasm-tests" || WANT_PAGE.contains(&name) || WANT_PACKAGE.contains(&name)
}

fn browser_crates(cmd: Cmd) -> Cmd {
    BROWSER_CRATES.iter().fold(cmd, |cmd, name| cmd.arg("--package").arg(name))
}

/// The native tests of all crates but `pinfi-differential`, or of it alone. Both ways everything is built
/// with the same features, so once.
fn native_tests(workspace: &Workspace, is_differential: bool) -> Cmd {
    let nextest = Cmd::cargo(workspace).words("nextest --version").output().is_some();
    match (nextest, is_differential) {
        // Half of them wait: for a chain's next block, for a relay, for another program.
        (true, _) => Cmd::cargo(workspace)
            .words("nextest run --locked --workspace --no-fail-fast --status-level fail")
            .words(&format!("--test-threads {}", 2 * cores()))
            .arg("-E")
            .arg(if is_differential {
                DIFFERENTIAL.to_owned()
            } else {
                format!("not {DIFFERENTIAL}")
            }),
        (false, true) => Cmd::cargo(workspace)
            .words("test --quiet --locked --no-fail-fast --package pinfi-differential"),
        (false, false) => Cmd::cargo(workspace).words(
            "test --quiet --locked --no-fail-fast --workspace --exclude pinfi-differential \
             --lib --bins --tests --examples",
        ),
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn replay(workspace: &Workspace) -> Result<(), String> {
    let mut files = files(workspace, "tests/vectors/lifecycle", ".json")?;
    files.push("tests/vectors/pocps.json".into());
    files.push("tests/vectors/figure4.json".into());
    example(workspace, "replay")?.args(files).run()
}

/// An example as the native tests built it: of its package alone it would have other features, and be
/// built anew.
fn example(workspace: &Workspace, name: &str) -> Result<Cmd, String> {
    Cmd::cargo(workspace).words("build --quiet --locked --workspace --example").arg(name).run()?;
    Ok(Cmd::new(workspace, workspace.target()?.join("debug/examples").join(name)))
}

/// The files of a folder whose names end so, relative to the root and in order.
fn files(workspace: &Workspace, folder: &str, end: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(workspace.path(folder)).map_err(|e| format!("{folder}: {e}"))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| PathBuf::from(folder).join(entry.file_name()))
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    if files.is_empty() { Err(format!("{folder} holds no *{end}")) } else { Ok(files) }
}

/// Node's own test runner on the tests of a folder, so many files at a time: each may drive a browser.
pub(crate) fn node_tests(workspace: &Workspace, folder: &str, at_once: u32) -> Result<Cmd, String> {
    // By name: versions of Node differ on what a folder means here.
    let tests = files(workspace, folder, ".test.mjs")?;
    Ok(Cmd::new(workspace, "node")
        .words(&format!("--test --test-concurrency={at_once} --test-reporter=spec"))
        .args(tests))
}

/// What a file of tests for the browser holds.
const IN_BROWSER: &str = "wasm_bindgen_test";

/// Runs the browser tests of each crate that says with a `webdriver.json` that it has some: files of
/// their own in its `tests`. All are built together, with the same features, so that what they share is
/// built once; they run one after the other.
fn wasm_tests(workspace: &Workspace) -> Result<(), String> {
    let driver = setup::driver()?;
    setup::chromium()?;
    let mut cmd = Cmd::cargo(workspace).words("test --locked --no-fail-fast --target").arg(WASM);
    for name in BROWSER_CRATES {
        let folder = &name["pinfi-".len()..];
        if !workspace.path(folder).join("webdriver.json").is_file() {
            continue;
        }
        cmd = cmd.arg("--package").arg(name);
        for file in files(workspace, &format!("{folder}/tests"), ".rs")? {
            let text = fs::read_to_string(workspace.path(&file.to_string_lossy()))
                .map_err(|e| format!("cannot read {}: {e}", file.display()))?;
            if text.contains(IN_BROWSER) {
                cmd = cmd.arg("--test").arg(file.file_stem().unwrap_or_default());
            }
        }
    }
    cmd.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", &driver)
        // A software GPU on a busy machine is slow, not stuck.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .run()
}

fn sizes(workspace: &Workspace, bless: bool) -> Result<(), String> {
    if bless {
        return Cmd::new(workspace, "node").words("tests/sizes/measure.mjs --bless").run();
    }
    node_tests(workspace, "tests/sizes", 1)?.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn parse_rejects_what_is_no_step() {
        assert!(parse("--only nonsense").unwrap_err().contains("`nonsense`"));
        assert!(parse("--only").is_err());
        assert!(parse("--fast").unwrap_err().contains("`--fast`"));
    }

    #[test]
    fn products_are_there_before_what_needs_them() {
        let mut names = STEPS.iter().map(|step| step.0).skip_while(|name| !is_after_products(name));
        assert_eq!(names.next(), Some("wasm-tests"));
        assert!(names.all(is_after_products));
        assert!(WANT_PAGE.iter().chain(&WANT_PACKAGE).all(|it| STEPS.iter().any(|s| s.0 == *it)));
    }

    #[test]
    fn parse_collects_steps_and_flags() {
        let options = parse("--only clippy --bless --only sizes").unwrap();
        assert!(options.bless && options.wants("clippy") && options.wants("sizes"));
        assert!(!options.wants("e2e"));
        assert!(parse("").unwrap().wants("e2e"));
    }
}
