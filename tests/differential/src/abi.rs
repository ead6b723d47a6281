//! The contracts' interfaces, from the compiler's own output.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used, reason = "generated code")]

use alloy_sol_types::sol;

sol!(
    #[derive(Debug, PartialEq, Eq)]
    PinFi,
    "../../contracts/out/abi/PinFi.json"
);
sol!(Pin, "../../contracts/out/abi/Pin.json");
sol!(StakeToken, "../../contracts/out/abi/StakeToken.json");
sol!(RentalToken, "../../contracts/out/abi/RentalToken.json");
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
