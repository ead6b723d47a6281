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
        uint256 lanes = words(root, beacon, s);
        k = Expand.lane(lanes, 0) % rounds;
        i = Expand.lane(lanes, 1) % n;
        j = Expand.lane(lanes, 2) % n;
    }

    /// @notice Tells whether the beacon asks for a proof unprompted: of one commitment in 64, of sample
    /// `q`, the one after those that are published.
    function isProofDue(bytes32 root, bytes32 beacon, uint32 q) internal pure returns (bool) {
        return Expand.lane(words(root, beacon, q), 3) % 64 == 0;
    }

    function words(bytes32 root, bytes32 beacon, uint32 s) private pure returns (uint256 lanes) {
        return Expand.toLanes(uint256(keccak256(abi.encodePacked(root, beacon, s))));
    }
}
