// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IGame} from "../src/interfaces/IGame.sol";
import {IPinFi} from "../src/interfaces/IPinFi.sol";

/// @title A game whose verdicts the test gives
contract GameDouble is IGame {
    mapping(uint64 stake => uint64) public openUntil;

    /// @notice Opens a challenge of a stake, as the ledger's `challenge` does.
    function open(uint64 stake, uint64 until) external {
        openUntil[stake] = until;
    }

    /// @notice Gives a verdict; it closes the challenge.
    function give(IPinFi market, uint64 stake, bool passed) external {
        delete openUntil[stake];
        market.verdict(stake, passed);
    }
}
