// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Expand} from "./Expand.sol";

/// @title Which places of the chain a beacon asks for (PROTOCOL 5.2)
library Sample {
    /// @notice Draws sample `s`: entry (i, j) of X_{k+1}, from row j of X_k and column i of W.
    function draw(uint32 n, uint32 rounds, bytes32 root, bytes32 beacon, uint32 s)
        internal
        pure
        returns (uint32 k, uint32 i, uint32 j)
    {
        uint256 lanes = Expand.toLanes(uint256(keccak256(abi.encodePacked(root, beacon, s))));
        k = Expand.lane(lanes, 0) % rounds;
        i = Expand.lane(lanes, 1) % n;
        j = Expand.lane(lanes, 2) % n;
    }
}
