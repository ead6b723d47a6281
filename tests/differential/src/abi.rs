//! The interfaces of the contracts that only tests have, from the compiler's own output.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used, reason = "generated code")]

use alloy_sol_types::sol;

pub use pinfi_evm::abi::{Game, Pin, PinFi, RentalToken, Rewards, StakeToken};

sol!(GameDouble, "../../contracts/out/abi/GameDouble.json");
sol!(
    #[derive(Debug, PartialEq, Eq)]
    Lens,
    "../../contracts/out/abi/Lens.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    PoCPSHarness,
    "../../contracts/out/abi/PoCPSHarness.json"
);
sol!(ReentrantReceiver, "../../contracts/out/abi/ReentrantReceiver.json");
sol!(ReentrantGame, "../../contracts/out/abi/ReentrantGame.json");
