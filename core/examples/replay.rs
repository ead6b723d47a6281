//! Replays scenario files: `cargo run -q -p pinfi-core --example replay -- FILE…`
//!
//! Prints a line for each file and the first difference, if there is one; exits with 1 then,
//! and with 2 where no file is named.

use std::process::ExitCode;

use pinfi_core::scenario;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: replay FILE…");
        return ExitCode::from(2);
    }
    for file in files {
        let replayed = std::fs::read_to_string(&file)
            .map_err(|error| error.to_string())
            .and_then(|json| scenario::replay(&json).map_err(|error| error.to_string()));
        match replayed {
            Ok(summary) => println!("{file}: ok, {summary}"),
            Err(difference) => {
                eprintln!("{file}: {difference}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
