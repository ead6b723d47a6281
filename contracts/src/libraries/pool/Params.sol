// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {IPinFiErrors} from "../../interfaces/IPinFiErrors.sol";
import {IPinFiEvents} from "../../interfaces/IPinFiEvents.sol";
import {PocpsParams, Pool, PoolParams} from "../../Types.sol";

/// @title What `createPool` fixes for good, and its bounds
/// @dev An external library: its code is needed once a pool, and the market has no room for it.
library Params {
    uint256 private constant MAX_KIND_BYTES = 64;
    uint256 private constant MAX_TERM = 30 days;
    /// Bounds the LP expiries that can lie ahead of a pool, and with them the cost of `advance`.
    uint256 private constant MAX_TERM_BUCKETS = 720;
    uint256 private constant MAX_ROUNDS = 1 << 15;
    uint256 private constant MAX_SAMPLES = 1_024;
    /// Five blocks of twelve seconds: three for a beacon, one to see what is asked, one to be included in.
    uint256 private constant MOVE_SECS = 5 * 12;
    uint256 private constant MAX_BOND = 1_000e18;

    /// @notice Creates a pool in `pool`, as the market's own code would.
    function create(Pool storage pool, uint32 id, PoolParams calldata params) external {
        validate(params);
        pool.params = params;
        pool.reserves.decayAndSchedule = block.timestamp << 128;
        emit IPinFiEvents.PoolCreated(id, msg.sender, params);
    }

    /// @notice Reverts with `BadParameter` and the name of the first parameter out of bounds.
    function validate(PoolParams calldata params) internal pure {
        uint256 kind = bytes(params.kind).length;
        if (kind == 0 || kind > MAX_KIND_BYTES) bad("kind");
        uint256 bucket = params.bucket;
        if (bucket < 60 || bucket > 1 days || 1 days % bucket != 0) bad("bucket");
        if (params.feeBps > 1_000) bad("fee_bps");
        if (params.burnShareBps > 10_000) bad("burn_share_bps");
        if (params.collateralBps < 20_000 || params.collateralBps > 1_000_000) bad("collateral_bps");
        uint256 maxTerm = params.maxTerm;
        if (maxTerm % bucket != 0 || maxTerm > MAX_TERM || maxTerm / bucket > MAX_TERM_BUCKETS) {
            bad("max_term");
        }
        validatePocps(params.pocps);
        uint256 minTerm = params.minTerm;
        if (minTerm < uint256(params.pocps.epoch) * 2 || minTerm > maxTerm) bad("min_term");
    }

    function validatePocps(PocpsParams calldata pocps) private pure {
        if (pocps.n < 64 || pocps.n > 4096 || !LibBit.isPo2(pocps.n)) bad("n");
        if (pocps.rounds > MAX_ROUNDS || !LibBit.isPo2(pocps.rounds)) bad("rounds");
        if (pocps.samples < 32 || pocps.samples > MAX_SAMPLES) bad("samples");
        if (pocps.window < MOVE_SECS) bad("window");
        if (pocps.dispute < 2 * MOVE_SECS) bad("dispute");
        if (uint256(pocps.window) + pocps.dispute + MOVE_SECS > pocps.epoch) bad("epoch");
        if (pocps.bond > MAX_BOND || (pocps.bond == 0 && pocps.accuserBps != 0)) bad("bond");
        if (pocps.accuserBps > 5_000) bad("accuser_bps");
    }

    function bad(string memory name) private pure {
        revert IPinFiErrors.BadParameter(name);
    }
}
