// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Math} from "../Math.sol";

/// @title What a provider's accrued reward is multiplied by: PoT, PoL and PoW (PROTOCOL 6)
/// @notice In Wad. PoP is 1: no privacy level is attested anywhere. Each exponent is rounded up, away
/// from zero, so that a multiplier never favours the provider by its rounding.
library Multipliers {
    uint256 private constant TIME_WAD = 2.303e18;
    uint256 private constant STEEP_WAD = 7.324e18;
    uint256 private constant FULL_AGE = 30 days;

    /// @notice Returns PoT for the seconds for which the provider was a verified LP: 0.1 at none, 1
    /// from 30 days on.
    function time(uint256 age) internal pure returns (uint256) {
        return falling(TIME_WAD, Math.saturatingSub(FULL_AGE, age), FULL_AGE);
    }

    /// @notice Returns PoL for the PIN that the provider holds locked, against the rewards minted to
    /// it.
    function loyalty(uint256 held, uint256 minted) internal pure returns (uint256) {
        return falling(STEEP_WAD, Math.saturatingSub(minted, held), minted);
    }

    /// @notice Returns PoW for `proofs` that took `spent` seconds from challenge to commitment
    /// together. The reference device takes half the pool's window for a proof.
    function work(uint256 proofs, uint256 spent, uint256 window) internal pure returns (uint256) {
        return falling(STEEP_WAD, Math.saturatingSub(2 * spent, proofs * window), 2 * spent);
    }

    /// @dev Returns exp(−steepness · missing / whole); 1 where nothing is missing.
    function falling(uint256 steepness, uint256 missing, uint256 whole)
        private
        pure
        returns (uint256)
    {
        if (missing == 0) return Math.WAD;
        int256 exponent = int256(Math.mulDivCeil(steepness, missing, whole));
        return uint256(FixedPointMathLib.expWad(-exponent));
    }
}
