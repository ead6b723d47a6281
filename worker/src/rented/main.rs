//! The rented device's worker: the server in a dedicated worker of a browser.

#[cfg(target_arch = "wasm32")]
mod scope;

#[cfg(target_arch = "wasm32")]
fn main() {
    scope::start(None);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("pinfi-rented runs in a browser: build it for wasm32, as `cargo xtask dev` does");
}
