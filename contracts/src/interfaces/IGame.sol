// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The seam to the verification game
/// @notice What the market asks of the contract that alone may give verdicts. Its address is fixed
/// at construction; and what its logs tell, from which with the market's own the ledger can be rebuilt.
interface IGame {
    /// @notice A stake was challenged.
    event Challenged(
        uint64 indexed stake,
        uint64 epoch,
        bytes32 randomness,
        bytes32 seed,
        uint64 commitBy,
        uint64 respondBy
    );
    /// @notice A provider committed to its work.
    event Committed(uint64 indexed stake, bytes32 root, bytes32 beacon);

    /// @notice Returns the last second of the dispute period of a stake's open challenge, or zero if
    /// no challenge of it is open. A challenge stays open until the game has given its verdict.
    /// @dev Called by `settle` as a static call.
    function openUntil(uint64 stake) external view returns (uint64);
}
