//! The contracts' interfaces, from the compiler's own output.
//!
//! A copy of it is in `abi/`, so that what uses this crate builds without the compiler; a test of
//! `tests/differential` compares the two, and accepts a change with `--bless`.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::unwrap_used,
    clippy::too_many_arguments,
    reason = "generated code"
)]

use alloy_sol_types::sol;

sol!(
    #[derive(Debug, PartialEq, Eq)]
    PinFi,
    "abi/PinFi.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    Pin,
    "abi/Pin.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    Rewards,
    "abi/Rewards.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    IGame,
    "abi/IGame.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    Game,
    "abi/Game.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    StakeToken,
    "abi/StakeToken.json"
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    RentalToken,
    "abi/RentalToken.json"
);
