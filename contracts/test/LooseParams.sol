// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFiEvents} from "../src/interfaces/IPinFiEvents.sol";
import {Pool, PoolParams} from "../src/Types.sol";

/// @title `Params` without its bounds
/// @dev For the scenario files of the independent model, whose `minTerm` is tied to no epoch. It is
/// linked in the place of `Params`, and so has its function.
library LooseParams {
    function create(Pool storage pool, uint32 id, PoolParams calldata params) external {
        pool.params = params;
        pool.reserves.decayAndSchedule = block.timestamp << 128;
        emit IPinFiEvents.PoolCreated(id, msg.sender, params);
    }
}
