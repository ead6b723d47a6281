// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {IPinFiErrors} from "../interfaces/IPinFiErrors.sol";
import {IRewards} from "../interfaces/IRewards.sol";
import {Emission} from "../libraries/rewards/Emission.sol";
import {Math} from "../libraries/Math.sol";
import {RewardsConfig, Weight} from "../RewardTypes.sol";

/// @title The configuration, and the pools' weights behind a timelock
abstract contract Weights is IRewards {
    /// @inheritdoc IRewards
    uint32 public totalWeight;
    IPinFi internal immutable pinfi;
    uint64 internal immutable genesis_;
    address private immutable governor;
    uint64 private immutable timelock;
    uint16 internal immutable providersBps;
    /// @dev What the ecosystem and the team leave.
    uint16 internal immutable poolsBps;

    mapping(uint32 pool => Weight) private weights;

    constructor(IPinFi market_, RewardsConfig memory config_) {
        if (config_.timelock == 0) revert IPinFiErrors.BadParameter("timelock");
        uint256 ecosystem = config_.ecosystem.shareBps;
        if (ecosystem > Math.BPS) revert IPinFiErrors.BadParameter("ecosystem_bps");
        if (config_.team.shareBps > Math.BPS - ecosystem) revert IPinFiErrors.BadParameter("team_bps");
        if (config_.providersBps > Math.BPS) revert IPinFiErrors.BadParameter("providers_bps");
        pinfi = market_;
        genesis_ = config_.genesis;
        governor = config_.governor;
        timelock = config_.timelock;
        providersBps = config_.providersBps;
        poolsBps = uint16(Math.BPS - ecosystem - config_.team.shareBps);
    }

    modifier onlyMarket() {
        if (msg.sender != address(pinfi)) revert NotMarket();
        _;
    }

    /// @inheritdoc IRewards
    function queueWeight(uint32 pool, uint32 weight) external {
        pinfi.advance(pool);
        if (msg.sender != governor) revert NotGovernor(governor);
        if (weight > Math.BPS) revert IPinFiErrors.BadParameter("weight_bps");
        Weight storage record = weights[pool];
        uint64 executableAt = uint64(block.timestamp) + timelock;
        (record.isQueued, record.queued, record.executableAt) =
            (true, uint16(weight), executableAt);
        emit WeightQueued(pool, weight, executableAt);
    }

    /// @inheritdoc IRewards
    function executeWeight(uint32 pool) external {
        pinfi.advance(pool);
        Weight storage record = weights[pool];
        if (!record.isQueued) revert NoWeightQueued();
        if (block.timestamp < record.executableAt) revert TimelockRunning(record.executableAt);
        uint32 weight = record.queued;
        uint32 others = totalWeight - record.current;
        uint32 left = uint32(Math.BPS) - others;
        if (weight > left) revert WeightsExceeded(weight, left);
        totalWeight = others + weight;
        weights[pool] =
            Weight({current: uint16(weight), isQueued: false, queued: 0, executableAt: 0});
        emit WeightSet(pool, weight);
        pinfi.setWeight(pool, uint16(weight));
    }

    /// @inheritdoc IRewards
    function weightOf(uint32 pool) external view returns (Weight memory) {
        return weights[pool];
    }

    /// @dev The reward day; the first one before the genesis too.
    function today() internal view returns (uint32) {
        return uint32(Math.saturatingSub(block.timestamp, genesis_) / Emission.DAY);
    }

    function governance() internal view returns (address, uint64) {
        return (governor, timelock);
    }
}
