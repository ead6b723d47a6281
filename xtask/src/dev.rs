//! `cargo xtask dev`: from a clone to the page in a browser.

use std::time::{Instant, SystemTime};

use crate::{build, cmd::Cmd, setup, watch, workspace::Workspace};

/// The port when none is named.
pub(crate) const PORT: u16 = 8080;

/// Sets up, builds, serves until stopped, and rebuilds when a source changes.
pub(crate) fn run(workspace: &Workspace, port: u16) -> Result<(), String> {
    let start = Instant::now();
    setup::for_page(workspace)?;
    println!("   set up after {:.1} s; building the page", start.elapsed().as_secs_f64());
    let mut built = SystemTime::now();
    build::page(workspace)?;
    println!("   built after {:.1} s", start.elapsed().as_secs_f64());

    let mut server = Cmd::new(workspace, "node")
        .words("xtask/web/serve.mjs dist")
        .arg(port.to_string())
        .spawn()?;
    loop {
        watch::wait_for_change(workspace, built);
        if let Ok(Some(status)) = server.try_wait() {
            return Err(format!("the server stopped ({status}); is port {port} taken? Try --port"));
        }
        built = SystemTime::now();
        println!("   a source changed; rebuilding");
        match build::page(workspace) {
            Ok(()) => println!("   rebuilt; reload the page"),
            Err(error) => println!("   {error}"),
        }
    }
}
