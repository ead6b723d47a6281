//! What the integration tests share.

pub(crate) mod market;
pub(crate) mod random;
