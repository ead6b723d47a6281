//! What the dApp runs off the main thread: proofs and key derivation.
