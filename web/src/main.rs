//! The Wasm that `index.html` loads.

fn main() {
    console_error_panic_hook::set_once();
    pinfi_web::start();
}
