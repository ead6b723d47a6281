//! Turns `locales/<language>/<namespace>.json` into the `i18n` module.
//!
//! A namespace is a file name; a key that one language has and another has not stops the build.

use std::{collections::BTreeSet, env, error::Error, fs, path::PathBuf};

use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};

fn main() -> Result<(), Box<dyn Error>> {
    // The page's Wasm is split into modules after linking, which takes the linker's notes.
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bin=pinfi-web=--emit-relocs");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let locales = root.join("locales");
    println!("cargo::rerun-if-changed={}", locales.display());

    let mut namespaces = BTreeSet::new();
    for entry in fs::read_dir(locales.join("en"))? {
        let path = entry?.path();
        println!("cargo::rerun-if-changed={}", path.display());
        if let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) {
            namespaces.insert(stem.to_owned());
        }
    }

    let config = Config::new("en")?
        .add_locale("zh")?
        .add_namespaces(namespaces)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(Some(root), config)?;
    for path in parsed.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    for problem in parsed.diag.errors().iter() {
        println!("cargo::error={problem}");
    }
    for problem in parsed.diag.warnings().iter() {
        println!("cargo::error={problem}");
    }
    let code = leptos_i18n_codegen::gen_code(&parsed, None, false, None, false)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("i18n.rs"), code.to_string())?;
    Ok(())
}
