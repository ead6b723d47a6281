// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {IPinFiErrors} from "../../interfaces/IPinFiErrors.sol";
import {Pool, Reserves} from "../../Types.sol";
import {Math} from "../Math.sol";

/// @title What time does to a pool
/// @notice Both reserves shrink with the shares, so time alone never moves the price. The cost is
/// that of the LP expiries passed, at most 720, and of four words of the bitmap: never that of the
/// seconds, the empty buckets or the stakes.
library Advance {
    /// @notice Brings a pool to `now_` and returns its reserves there, not yet kept; the expiries
    /// passed are written.
    function to(Pool storage pool, uint64 now_) internal returns (Reserves memory reserves) {
        (reserves,) = toBoundary(pool, now_, type(uint256).max);
        stepTo(reserves, now_);
    }

    /// @notice Passes at most `limit` LP expiries up to `now_` and stops exactly on the last of them,
    /// so that many short advances equal one long one to the bit.
    function toBoundary(Pool storage pool, uint64 now_, uint256 limit)
        internal
        returns (Reserves memory reserves, uint32 visited)
    {
        reserves = pool.reserves;
        if (now_ < reserves.last) revert IPinFiErrors.TimeReversed(reserves.last, now_);
        // Without live shares no expiry lies ahead. With them one does, at most 720 buckets after
        // `last`, so the search for it ends.
        if (reserves.decay == 0) return (reserves, 0);
        uint256 bucket = pool.params.bucket;
        uint256 end = now_ / bucket;
        for (uint256 word = (reserves.last / bucket) >> 8; word <= end >> 8; ++word) {
            uint256 found = pool.expiries[word];
            uint256 left = found;
            while (left != 0 && visited < limit) {
                uint256 index = word << 8 | LibBit.ffs(left);
                if (index > end) break;
                uint64 expiry = uint64(index * bucket);
                stepTo(reserves, expiry);
                uint256 decay = pool.boundaries[expiry];
                reserves.decay -= uint128(decay);
                pool.boundaries[expiry] = reserves.accQ96;
                // Clears the lowest bit.
                left &= left - 1;
                ++visited;
            }
            if (left != found) pool.expiries[word] = left;
            // A bit that is left lies beyond the limit or beyond `now_`.
            if (left != 0 || reserves.decay == 0) break;
        }
    }

    /// @notice Enters a joining LP's expiry.
    function schedule(Pool storage pool, uint64 expiry, uint128 decay) internal {
        uint256 known = pool.boundaries[expiry];
        pool.boundaries[expiry] = known + decay;
        if (known == 0) flip(pool, expiry);
    }

    /// @notice Takes back the expiry of an LP that leaves early. A boundary without decay is not
    /// visited any more: visiting it would round once more than a pool that never had it.
    function unschedule(Pool storage pool, uint64 expiry, uint128 decay) internal {
        uint256 left = pool.boundaries[expiry] - decay;
        pool.boundaries[expiry] = left;
        if (left == 0) flip(pool, expiry);
    }

    function flip(Pool storage pool, uint64 expiry) private {
        uint256 index = expiry / pool.params.bucket;
        pool.expiries[index >> 8] ^= 1 << (index & 255);
    }

    /// @notice Dissipates from `last` to `until`; no LP may expire in between.
    function stepTo(Reserves memory reserves, uint64 until) private pure {
        unchecked {
            uint256 dt = until - reserves.last;
            reserves.last = until;
            uint256 shares = reserves.shares;
            if (dt == 0 || shares == 0) return;
            // Every share is κ·(time to its expiry) and none expires before `until`, so K·dt ≤ Z and
            // the quotients below are at most T and R.
            uint256 gone = FixedPointMathLib.min(reserves.decay * dt, shares);
            uint128 released = uint128(Math.mulDivCeil(reserves.pin, gone, shares));
            uint128 spoiled = uint128(Math.mulDivCeil(reserves.compute, gone, shares));
            reserves.accQ96 += Math.shl96DivFloor(reserves.pin, shares) * dt;
            reserves.pin -= released;
            reserves.escrow += released;
            reserves.compute -= spoiled;
            reserves.shares = uint128(shares - gone);
        }
    }
}
