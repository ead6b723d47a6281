// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The seam to the verification game
/// @notice What the market asks of the contract that alone may give verdicts. Its address is fixed
/// at construction.
interface IGame {
    /// @notice Returns the last second of the dispute period of a stake's open challenge, or zero if
    /// no challenge of it is open. A challenge stays open until the game has given its verdict.
    /// @dev Called by `settle` as a static call.
    function openUntil(uint64 stake) external view returns (uint64);
}
