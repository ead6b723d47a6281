// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IGame} from "../src/interfaces/IGame.sol";
import {IPinFi} from "../src/interfaces/IPinFi.sol";

/// @title A game whose verdicts the test gives
/// @dev It does what the core's ledger does as the only verifier once an action is accepted; the
/// core's refusals are not the contracts'.
contract GameDouble is IGame {
    struct Verification {
        uint64 epoch;
        uint64 challengedAt;
        uint64 committedAt;
        uint64 respondBy;
    }

    mapping(uint64 stake => Verification) private open;

    /// @notice Challenges a stake, as the ledger's `challenge` does.
    function challenge(
        IPinFi market,
        uint64 stake,
        uint64 epoch,
        bytes32 randomness,
        bytes32 seed,
        uint64 commitBy,
        uint64 respondBy
    ) external {
        market.advance(market.stakeInfo(stake).pool);
        open[stake] = Verification(epoch, uint64(block.timestamp), 0, respondBy);
        emit Challenged(stake, epoch, randomness, seed, commitBy, respondBy);
    }

    /// @notice Takes a commitment, as the ledger's `commit` does.
    function commit(IPinFi market, uint64 stake, bytes32 root, bytes32 beacon) external {
        market.noteCommitment(stake);
        open[stake].committedAt = uint64(block.timestamp);
        emit Committed(stake, root, beacon);
    }

    /// @notice Gives a verdict; it closes the challenge.
    function give(IPinFi market, uint64 stake, bool passed) external {
        Verification memory closed = open[stake];
        delete open[stake];
        uint64 spent = closed.committedAt == 0 ? 0 : closed.committedAt - closed.challengedAt;
        market.verdict(stake, passed, closed.epoch, spent, address(0));
    }

    function openUntil(uint64 stake) external view returns (uint64) {
        return open[stake].respondBy;
    }
}
