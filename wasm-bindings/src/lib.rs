//! The PinFi core for JavaScript.
