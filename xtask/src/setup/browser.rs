//! Chromium, its driver and a software Vulkan adapter for the tests.

use std::{env, ffi::OsStr, fs, path::PathBuf};

use super::system::{self, on_path};
use crate::workspace::Workspace;

const CHROMIUM: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser: `PINFI_CHROMIUM`, or the first known name on the search path.
///
/// # Errors
/// Says how to install it by hand.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("PINFI_CHROMIUM") {
        return Ok(path.into());
    }
    let mac = Some(PathBuf::from(MAC)).filter(|path| path.is_file());
    CHROMIUM.iter().find_map(|name| on_path(name)).or(mac).ok_or_else(|| {
        "Chromium is missing: run `apt-get install chromium` by hand, or set PINFI_CHROMIUM to one"
            .to_owned()
    })
}

/// The WebDriver server for Chromium.
///
/// # Errors
/// Says how to install it by hand.
pub(crate) fn driver() -> Result<PathBuf, String> {
    on_path("chromedriver").ok_or_else(|| {
        "chromedriver is missing: run `apt-get install chromium-driver` by hand".to_owned()
    })
}

/// Installs what is missing where the user may; else says what to run by hand. The steps that
/// need the missing part fail then; all others can run.
pub(super) fn install(workspace: &Workspace) {
    let mut packages = Vec::new();
    if chromium().is_err() {
        packages.push("chromium");
    }
    if driver().is_err() {
        packages.push("chromium-driver");
    }
    if cfg!(target_os = "linux") && !has_vulkan() {
        packages.push("mesa-vulkan-drivers");
    }
    system::install(workspace, &packages);
}

/// Whether some Vulkan driver is registered.
fn has_vulkan() -> bool {
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].iter().any(|folder| {
        fs::read_dir(folder).is_ok_and(|entries| {
            entries.flatten().any(|entry| entry.path().extension() == Some(OsStr::new("json")))
        })
    })
}
