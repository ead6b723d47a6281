// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {IPinFiErrors} from "../../interfaces/IPinFiErrors.sol";
import {Pool, Reserves} from "../../Types.sol";
import {Math} from "../Math.sol";
import {Emission} from "../rewards/Emission.sol";
import {ReservesLib} from "./ReservesLib.sol";

/// @title What time does to a pool
/// @notice Both reserves shrink with the shares, so time alone never moves the price. The cost is
/// that of the LP expiries passed, at most 720, and of four words of the bitmap: never that of the
/// seconds, the empty buckets or the stakes.
library Advance {
    using ReservesLib for *;

    /// @notice The part of the emission that flows to the providers of a pool with the whole weight.
    struct Stream {
        uint64 genesis;
        /// In parts of 10^8 for each basis point of weight: the pools' Bps times the providers'.
        uint64 partE8;
    }

    /// @notice Brings a pool to `now_` and returns its reserves there, not yet kept; the expiries
    /// passed are written.
    function to(Pool storage pool, uint64 now_, Stream memory stream)
        internal
        returns (Reserves memory reserves)
    {
        (reserves,) = toBoundary(pool, now_, type(uint256).max, stream);
        stepTo(reserves, now_, stream);
    }

    /// @notice Passes at most `limit` LP expiries up to `now_` and stops exactly on the last of them,
    /// so that many short advances equal one long one to the bit.
    function toBoundary(Pool storage pool, uint64 now_, uint256 limit, Stream memory stream)
        internal
        returns (Reserves memory reserves, uint32 visited)
    {
        reserves = pool.reserves.load();
        if (now_ < reserves.last) revert IPinFiErrors.TimeReversed(reserves.last, now_);
        if (now_ < reserves.next || reserves.decay == 0) return (reserves, 0);
        uint256 bucket = pool.params.bucket;
        uint256 end = now_ / bucket;
        // If nothing is found, nothing lies before the next boundary.
        uint256 next = end + 1;
        // With live shares an expiry lies ahead, at most 720 buckets from `next`: the search ends.
        for (uint256 word = (reserves.next / bucket) >> 8; word <= end >> 8; ++word) {
            uint256 found = pool.expiries[word];
            uint256 left = found;
            while (left != 0 && visited < limit) {
                uint256 index = word << 8 | LibBit.ffs(left);
                if (index > end) break;
                uint64 expiry = uint64(index * bucket);
                stepTo(reserves, expiry, stream);
                uint256 ending = pool.boundaries[expiry];
                reserves.decay -= uint128(ending);
                reserves.live -= uint32(ending >> 128);
                pool.boundaries[expiry] = reserves.accQ96;
                // Clears the lowest bit.
                left &= left - 1;
                ++visited;
            }
            if (left != found) pool.expiries[word] = left;
            if (left != 0) {
                // Beyond the limit or beyond `now_`.
                next = word << 8 | LibBit.ffs(left);
                break;
            }
            if (reserves.decay == 0) break;
        }
        reserves.next = uint64(next * bucket);
    }

    /// @notice Enters a joining LP's expiry; its rate is not among the reserves yet.
    function schedule(Pool storage pool, Reserves memory reserves, uint64 expiry, uint128 decay)
        internal
    {
        if (reserves.decay == 0 || expiry < reserves.next) reserves.next = expiry;
        ++reserves.live;
        uint256 known = pool.boundaries[expiry];
        pool.boundaries[expiry] = known + (1 << 128 | decay);
        if (known == 0) flip(pool, expiry);
    }

    /// @notice Takes back the expiry of an LP that leaves early. A boundary without devices is not
    /// visited any more: visiting it would round once more than a pool that never had it.
    function unschedule(Pool storage pool, Reserves memory reserves, uint64 expiry, uint128 decay)
        internal
    {
        --reserves.live;
        uint256 left = pool.boundaries[expiry] - (1 << 128 | decay);
        pool.boundaries[expiry] = left;
        if (left == 0) flip(pool, expiry);
    }

    function flip(Pool storage pool, uint64 expiry) private {
        uint256 index = expiry / pool.params.bucket;
        pool.expiries[index >> 8] ^= 1 << (index & 255);
    }

    /// @notice Dissipates from `last` to `until`; no LP may expire in between.
    function stepTo(Reserves memory reserves, uint64 until, Stream memory stream) private pure {
        unchecked {
            uint256 dt = until - reserves.last;
            if (dt == 0) return;
            // Neither never nor no longer weighted.
            if (reserves.weightPlusOne > 1 && reserves.live != 0) accrue(reserves, until, stream);
            reserves.last = until;
            uint256 shares = reserves.shares;
            if (shares == 0) return;
            // Every share is κ·(time to its expiry) and none expires before `until`, so K·dt ≤ Z and
            // the quotients below are at most T and R.
            uint256 gone = Math.min(reserves.decay * dt, shares);
            uint128 released = uint128(Math.mulDivCeil(reserves.pin, gone, shares));
            uint128 spoiled = uint128(Math.mulDivCeil(reserves.compute, gone, shares));
            reserves.accQ96 += Math.shl96DivFloor(reserves.pin, shares) * dt;
            reserves.pin -= released;
            reserves.escrow += released;
            reserves.compute -= spoiled;
            reserves.shares = uint128(shares - gone);
        }
    }

    /// @dev What the emission brings to each live device; in all below 2^126.
    function accrue(Reserves memory reserves, uint64 until, Stream memory stream) private pure {
        unchecked {
            uint256 part = uint256(stream.partE8) * (reserves.weightPlusOne - 1);
            uint256 emitted = Emission.between(stream.genesis, reserves.last, until);
            reserves.perDeviceE12 += uint128(emitted * part / reserves.live);
        }
    }
}
