// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Multicallable} from "solady/src/utils/Multicallable.sol";
import {Accusation, Epoch, Operator, Trial} from "../GameTypes.sol";
import {IGame} from "../interfaces/IGame.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {IPinFiErrors} from "../interfaces/IPinFiErrors.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerificationGame} from "../interfaces/IVerificationGame.sol";
import {Stake, StakeState} from "../Types.sol";

/// @title What the game keeps, and what every move begins with
/// @notice The market and PIN are ours and call nobody back; each move writes before it calls them.
///
/// | file      | moves                                             |
/// |-----------|---------------------------------------------------|
/// | Challenge | open an epoch, complain, appoint, commit, missed  |
/// | Dispute   | record a beacon, accuse, prove, convict, conclude |
/// | Endpoints | announce                                          |
/// | Queue     | none: the order of the open accusations           |
abstract contract Table is IVerificationGame, Multicallable {
    uint64 internal constant COMPLAINT = 1 << 63;

    /// @notice The market that the verdicts are for.
    IPinFi public immutable market;
    /// @notice Where the randomness comes from; zero: from the chain itself (`prevrandao`).
    IRandomness public immutable source;

    mapping(uint32 pool => Epoch) internal epochs;
    mapping(uint64 stake => mapping(bool complaint => Trial)) internal trials;
    mapping(uint64 stake => mapping(uint64 epoch => mapping(uint32 sample => Accusation))) internal
        accusations;
    /// @dev The last rental of each stake in which its client complained, plus 1.
    mapping(uint64 stake => uint64 rentalPlusOne) internal complaints;

    mapping(uint64 stake => Operator) internal operators;

    constructor(IPinFi market_, IRandomness source_) {
        market = market_;
        source = source_;
    }

    function time() internal view returns (uint40) {
        return uint40(block.timestamp);
    }

    /// @dev The randomness of this block.
    function draw() internal view returns (bytes32) {
        return address(source) == address(0) ? bytes32(block.prevrandao) : source.randomness();
    }

    function isComplaint(uint64 epoch) internal pure returns (bool) {
        return epoch >= COMPLAINT;
    }

    function checkLive(Stake memory stake) internal view {
        if (stake.state >= StakeState.Settled) revert IPinFiErrors.StakeClosed();
        if (time() >= stake.expiry) revert IPinFiErrors.Expired(stake.expiry);
    }

    /// @dev A live stake: what every move that names one begins with.
    function live(uint64 id) internal view returns (Stake memory stake) {
        stake = market.stakeInfo(id);
        checkLive(stake);
    }

    /// @dev A live stake of the sender's.
    function owned(uint64 id) internal view returns (Stake memory stake) {
        stake = market.stakeInfo(id);
        if (stake.provider != msg.sender) revert IPinFiErrors.NotOwner(stake.provider);
        checkLive(stake);
    }

    /// @dev A live stake that the sender may answer for.
    function answered(uint64 id) internal view returns (Stake memory stake) {
        stake = market.stakeInfo(id);
        if (stake.provider != msg.sender) {
            Operator memory operator = operators[id];
            bool may = operator.account == msg.sender && time() < operator.until;
            if (!may) revert IPinFiErrors.NotOwner(stake.provider);
        }
        checkLive(stake);
    }

    /// @dev A commitment whose trial is not over.
    function committed(uint64 id, uint64 epoch) internal view returns (Trial storage trial) {
        trial = trials[id][isComplaint(epoch)];
        if (trial.opened == 0 || trial.epoch != epoch || trial.over) revert NoChallenge();
        if (trial.committedAt == 0) revert NotCommitted();
    }

    /// @dev Until when a trial may go on; zero if it is not open.
    function openUntilOf(Trial storage trial) internal view returns (uint64) {
        if (trial.opened == 0 || trial.over) return 0;
        if (trial.committedAt == 0) return trial.commitBy;
        return time() <= trial.proveBy || trial.open != 0 ? trial.proveBy : 0;
    }

    /// @inheritdoc IGame
    function openUntil(uint64 stake) external view returns (uint64) {
        uint64 one = openUntilOf(trials[stake][false]);
        uint64 other = openUntilOf(trials[stake][true]);
        return one > other ? one : other;
    }

    /// @inheritdoc IVerificationGame
    function epochOf(uint32 pool) external view returns (Epoch memory) {
        return epochs[pool];
    }

    /// @inheritdoc IVerificationGame
    function trialOf(uint64 stake, bool complaint) external view returns (Trial memory) {
        return trials[stake][complaint];
    }

    /// @inheritdoc IVerificationGame
    function operatorOf(uint64 stake) external view returns (Operator memory) {
        return operators[stake];
    }

    /// @inheritdoc IVerificationGame
    function accusationOf(uint64 stake, uint64 epoch, uint32 sample)
        external
        view
        returns (Accusation memory)
    {
        return accusations[stake][epoch][sample];
    }
}
