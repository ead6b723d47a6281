//! The simulator itself: one market in a dedicated worker of a browser.

#[cfg(target_arch = "wasm32")]
mod scope;

#[cfg(target_arch = "wasm32")]
fn main() {
    scope::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("pinfi-simulator runs in a browser; natively there is the example `simulate`");
}
