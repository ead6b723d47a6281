// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

/// @title The Merkle tree over the rows of all states (PROTOCOL 5.1)
/// @dev Leaves have places, so the usual library, which sorts pairs, does not fit.
library Merkle {
    /// @notice Hashes a row: its words little-endian, 4 bytes each, as it is carried.
    function leaf(bytes calldata row) internal pure returns (bytes32) {
        return EfficientHashLib.hashCalldata(row);
    }

    /// @notice Names the leaf of row `row` of X_`state`, states counted from 1.
    function leafIndex(uint32 n, uint32 state, uint32 row) internal pure returns (uint256) {
        return (uint256(state) - 1) * n + row;
    }

    /// @notice Climbs from a leaf along its path and gives the root that it leads to.
    function foldPath(bytes32 hash, uint256 index, bytes32[] calldata path)
        internal
        pure
        returns (bytes32)
    {
        for (uint256 level; level < path.length; ++level) {
            hash = index & 1 == 0
                ? EfficientHashLib.hash(hash, path[level])
                : EfficientHashLib.hash(path[level], hash);
            index >>= 1;
        }
        return hash;
    }
}
