//! Has the contracts compiled before this crate reads them.

use std::path::Path;
use std::process::Command;

fn main() {
    let root = Path::new("../..");
    for watched in ["contracts/src", "contracts/test", "contracts/build.mjs", "package-lock.json"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    // A folder that was deleted is built again.
    println!("cargo::rerun-if-changed={}", root.join("contracts/out/abi/PinFi.json").display());
    let status = Command::new("node").arg("contracts/build.mjs").current_dir(root).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => println!(
            "cargo::error=contracts/build.mjs failed ({status}); are the packages there? `npm ci`"
        ),
        Err(error) => println!("cargo::error=node does not start: {error}; install Node 20"),
    }
}
