// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Expand} from "../src/libraries/pocps/Expand.sol";
import {Sample} from "../src/libraries/pocps/Sample.sol";
import {Seed} from "../src/libraries/pocps/Seed.sol";
import {Verify} from "../src/libraries/pocps/Verify.sol";

/// @title The libraries of the proof, to be called from outside
contract PoCPSHarness {
    function seed(address market, uint256 stake, address provider, uint256 epoch, bytes32 randomness)
        external
        view
        returns (bytes32)
    {
        return Seed.seed(market, stake, provider, epoch, randomness);
    }

    function expandBlock(bytes32 seed_, uint256 tag, uint256 index) external pure returns (uint256) {
        return Expand.expandBlock(seed_, tag, index);
    }

    function draw(uint32 n, uint32 rounds, bytes32 root, bytes32 beacon, uint32 s)
        external
        pure
        returns (uint32 k, uint32 i, uint32 j)
    {
        return Sample.draw(n, rounds, root, beacon, s);
    }

    function verifySample(
        Verify.Challenge calldata challenge,
        bytes32 root,
        bytes32 beacon,
        uint32 s,
        Verify.Opening calldata opening
    ) external pure returns (Verify.Fault) {
        return Verify.verifySample(challenge, root, beacon, s, opening);
    }
}
