// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The expansion of a seed into the two matrices, and the mixing function (PROTOCOL 5.1)
/// @notice Eight words of 32 bits make a block. A block is handled as one 256-bit number, the first
/// word in its highest bits: `lanes`.
library Expand {
    /// @notice The tag of the initial state.
    uint256 internal constant TAG_X0 = 0;
    /// @notice The tag of the matrix that multiplies it, by columns.
    uint256 internal constant TAG_W = 1;

    uint256 private constant EVEN_BYTES =
        0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant EVEN_PAIRS =
        0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;

    /// @notice Scrambles a word so that equal sums leave no linear trace. Bits above 32 are dropped.
    function mix(uint256 z) internal pure returns (uint32) {
        unchecked {
            z &= 0xffffffff;
            z = (z ^ (z >> 16)) * 0x7feb352d & 0xffffffff;
            z = (z ^ (z >> 15)) * 0x846ca68b & 0xffffffff;
            return uint32(z ^ (z >> 16));
        }
    }

    /// @notice Gives what round `k` adds to an entry before mixing: `mix(x0 + k·0x9e3779b9)`.
    function roundTerm(uint32 x0, uint32 k) internal pure returns (uint32) {
        unchecked {
            return mix(uint256(x0) + uint256(k) * 0x9e3779b9);
        }
    }

    /// @notice Turns eight little-endian words into lanes: each group of four bytes is reversed.
    function toLanes(uint256 bytes_) internal pure returns (uint256 lanes) {
        lanes = (bytes_ & EVEN_BYTES) << 8 | (bytes_ >> 8) & EVEN_BYTES;
        lanes = (lanes & EVEN_PAIRS) << 16 | (lanes >> 16) & EVEN_PAIRS;
    }

    /// @notice Computes block `index` of the expansion of `seed`.
    function expandBlock(bytes32 seed, uint256 tag, uint256 index)
        internal
        pure
        returns (uint256 lanes)
    {
        uint256 digest;
        // keccak256(seed ‖ be32(tag) ‖ be32(index)), in the scratch space: 40 bytes.
        assembly ("memory-safe") {
            mstore(0x00, seed)
            mstore(0x20, or(shl(224, tag), shl(192, index)))
            digest := keccak256(0x00, 0x28)
        }
        return toLanes(digest);
    }

    /// @notice Derives entry (row, column) of X_0.
    function x0Entry(bytes32 seed, uint256 n, uint256 row, uint256 column)
        internal
        pure
        returns (uint32)
    {
        uint256 place = row * n + column;
        return lane(expandBlock(seed, TAG_X0, place / 8), place % 8);
    }

    /// @notice Returns word `i` of a block.
    function lane(uint256 lanes, uint256 i) internal pure returns (uint32) {
        return uint32(lanes >> (224 - 32 * i));
    }
}
