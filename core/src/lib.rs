//! The PinFi protocol as pure functions: no I/O, no clock, no randomness.
//!
//! Everything the protocol does goes through one function of state and action; see
//! `docs/protocol.md` of the repository for the normative text it implements.
#![no_std]

extern crate alloc;
