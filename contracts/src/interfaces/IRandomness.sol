// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title A source of randomness
/// @notice For chains whose own is not real: a beacon contract.
interface IRandomness {
    /// @notice Returns what nobody could know before this block, and nobody could choose.
    function randomness() external view returns (bytes32);
}
