//! The rented device's worker that dials and listens: the same server with a transport.

#[cfg(target_arch = "wasm32")]
#[path = "../rented/scope.rs"]
mod scope;

#[cfg(target_arch = "wasm32")]
fn main() {
    scope::start(Some(std::rc::Rc::new(pinfi_session::dial::Iroh::default())));
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("pinfi-remote runs in a browser: build it for wasm32, as `cargo xtask dev` does");
}
