// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {Expand} from "./Expand.sol";
import {Merkle} from "./Merkle.sol";
import {Sample} from "./Sample.sol";

/// @title The check of one sample (PROTOCOL 5.2)
/// @notice One entry of one round: two rows under the committed root, and the one product that they
/// must agree in. Costs n/8 hashes for the column of W, those of two rows, and two paths.
library Verify {
    /// @notice One challenge: a seed, from which both matrices follow, and the size of the work.
    struct Challenge {
        bytes32 seed;
        /// The matrix side, a power of two from 8 on (a pool's is from 64 on).
        uint32 n;
        /// The number of products, a power of two.
        uint32 rounds;
    }

    /// @notice The opening of one sample. Rows are n words little-endian, 4 bytes each.
    struct Opening {
        /// Row j of X_k; empty where k = 0, as X_0 follows from the seed.
        bytes state;
        /// Its siblings from the leaf up.
        bytes32[] statePath;
        /// Row i of X_{k+1}.
        bytes next;
        /// Its siblings from the leaf up.
        bytes32[] nextPath;
    }

    /// @notice Why an opening does not pass: the first thing found wrong, in the core's words.
    enum Fault {
        None,
        /// The row of X_k is not there though k > 0.
        MissingState,
        /// A row of X_0 is carried: nothing else may stand for what the seed gives.
        UnexpectedState,
        /// A row has not n words.
        RowLength,
        /// A path has not the height of the tree.
        PathLength,
        /// A row with its path does not lead to the root.
        NotCommitted,
        /// The committed entry is not what the work gives.
        WrongEntry
    }

    /// @notice Checks the opening of sample `s` of a commitment to `root`, drawn by `beacon`.
    /// Warning: the root must have been fixed before the beacon was known.
    function verifySample(
        Challenge memory challenge,
        bytes32 root,
        bytes32 beacon,
        uint32 s,
        Opening calldata opening
    ) internal pure returns (Fault fault) {
        (uint32 k, uint32 i, uint32 j) =
            Sample.draw(challenge.n, challenge.rounds, root, beacon, s);
        if (k == 0) {
            if (opening.state.length != 0) return Fault.UnexpectedState;
        } else {
            if (opening.state.length == 0) return Fault.MissingState;
            fault = committed(challenge, root, k, j, opening.state, opening.statePath);
            if (fault != Fault.None) return fault;
        }
        fault = committed(challenge, root, k + 1, i, opening.next, opening.nextPath);
        if (fault != Fault.None) return fault;

        unchecked {
            uint256 sum = product(challenge, opening.state, i, j);
            sum += Expand.roundTerm(Expand.x0Entry(challenge.seed, challenge.n, i, j), k);
            if (entry(opening.next, j) != Expand.mix(sum)) return Fault.WrongEntry;
        }
    }

    /// @notice Checks that `row` is row `place` of X_`state` under the root.
    function committed(
        Challenge memory challenge,
        bytes32 root,
        uint32 state,
        uint32 place,
        bytes calldata row,
        bytes32[] calldata path
    ) private pure returns (Fault) {
        if (row.length != uint256(challenge.n) * 4) return Fault.RowLength;
        // Leaves are a power of two: the height is the place of its only bit.
        uint256 height = LibBit.ffs(uint256(challenge.n) * challenge.rounds);
        if (path.length != height) return Fault.PathLength;
        uint256 index = Merkle.leafIndex(challenge.n, state, place);
        if (Merkle.foldPath(Merkle.leaf(row), index, path) != root) return Fault.NotCommitted;
        return Fault.None;
    }

    /// @notice Multiplies row j of X_k, which `row` carries or the seed gives where it is empty, with
    /// column i of W. The sum is exact; its low 32 bits count.
    function product(Challenge memory challenge, bytes calldata row, uint256 i, uint256 j)
        private
        pure
        returns (uint256 sum)
    {
        unchecked {
            bytes32 seed = challenge.seed;
            uint256 blocks = challenge.n / 8;
            bool derived = row.length == 0;
            for (uint256 b; b < blocks; ++b) {
                uint256 x = derived
                    ? Expand.expandBlock(seed, Expand.TAG_X0, j * blocks + b)
                    : Expand.toLanes(word(row, b));
                sum += dot(x, Expand.expandBlock(seed, Expand.TAG_W, i * blocks + b));
            }
        }
    }

    /// @dev Multiplies two blocks lane by lane and adds up: eight products of 64 bits.
    function dot(uint256 a, uint256 b) private pure returns (uint256 sum) {
        unchecked {
            sum = (a >> 224) * (b >> 224);
            sum += (a >> 192 & 0xffffffff) * (b >> 192 & 0xffffffff);
            sum += (a >> 160 & 0xffffffff) * (b >> 160 & 0xffffffff);
            sum += (a >> 128 & 0xffffffff) * (b >> 128 & 0xffffffff);
            sum += (a >> 96 & 0xffffffff) * (b >> 96 & 0xffffffff);
            sum += (a >> 64 & 0xffffffff) * (b >> 64 & 0xffffffff);
            sum += (a >> 32 & 0xffffffff) * (b >> 32 & 0xffffffff);
            sum += (a & 0xffffffff) * (b & 0xffffffff);
        }
    }

    /// @dev Reads block `b` of a row, whose length was checked.
    function word(bytes calldata row, uint256 b) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(add(row.offset, shl(5, b)))
        }
    }

    /// @dev Reads word `j` of a row, whose length was checked.
    function entry(bytes calldata row, uint256 j) private pure returns (uint32) {
        return Expand.lane(Expand.toLanes(word(row, j / 8)), j % 8);
    }
}
