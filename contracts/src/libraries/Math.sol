// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title Integer arithmetic whose rounding is in its name
/// @notice Operands are below 2^128, so products are exact in 256 bits and nothing here can
/// overflow. Where the core's quotient does not fit 128 bits, it takes the largest such number,
/// which nobody can pay; `saturated` does the same.
library Math {
    /// @notice One whole unit in 18-decimal fixed point.
    uint256 internal constant WAD = 1e18;
    /// @notice Basis points in one.
    uint256 internal constant BPS = 10_000;

    /// @notice Returns `floor(a · b / d)` in full. `d` must not be zero.
    function mulDivFloor(uint256 a, uint256 b, uint256 d) internal pure returns (uint256) {
        unchecked {
            return a * b / d;
        }
    }

    /// @notice Returns `ceil(a · b / d)` in full. `d` must not be zero.
    function mulDivCeil(uint256 a, uint256 b, uint256 d) internal pure returns (uint256) {
        unchecked {
            return FixedPointMathLib.divUp(a * b, d);
        }
    }

    /// @notice Returns `floor(a · 2^96 / d)` in full. `d` must not be zero.
    function shl96DivFloor(uint256 a, uint256 d) internal pure returns (uint256) {
        unchecked {
            return (a << 96) / d;
        }
    }

    /// @notice Returns `floor(a · b / 2^96)` of a full-width `b`.
    function mulShr96Floor(uint256 a, uint256 b) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDivN(a, b, 96);
    }

    /// @notice Returns `a`, or the largest 128-bit number if `a` is beyond it.
    function saturated(uint256 a) internal pure returns (uint128) {
        return uint128(FixedPointMathLib.min(a, type(uint128).max));
    }

    /// @notice Returns `a` as a signed number, or the largest one if `a` is beyond it.
    function saturatedSigned(uint256 a) internal pure returns (int128) {
        return int128(int256(FixedPointMathLib.min(a, uint128(type(int128).max))));
    }

    /// @notice Returns the smaller of the two.
    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return FixedPointMathLib.min(a, b);
    }

    /// @notice Returns `a − b`, or zero if that is negative.
    function saturatingSub(uint256 a, uint256 b) internal pure returns (uint256) {
        return FixedPointMathLib.zeroFloorSub(a, b);
    }
}
