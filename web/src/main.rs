//! The PinFi dApp.
fn main() {}
