//! The worker itself: the server in a dedicated worker of a browser.

#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(target_arch = "wasm32")]
fn main() {
    web::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("pinfi-worker runs in a browser: build it for wasm32, as `cargo xtask dev` does");
}
