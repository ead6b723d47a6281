// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Provider, RewardsConfig, Weight} from "../RewardTypes.sol";
import {IRewardsSeam} from "./IRewardsSeam.sol";

/// @title The block rewards of PinFi (PROTOCOL 6)
/// @notice Who gets the PIN that is emitted: providers for the time that their proofs verified, when a
/// stake settles; clients for the fees of a day; the ecosystem and the team by the configuration.
/// Equal to the Rust core to the wei.
///
/// The governor can queue the weights of pools behind a timelock, and nothing else: no pause, no
/// upgrade, no key to what users have locked. Weights are shares in Bps of what pools get; all together
/// are at most 10 000.
interface IRewards is IRewardsSeam {
    // ---- Errors, beside `UnknownPool`, `BadParameter`, `ZeroAmount` and `InsufficientBalance` of
    // `IPinFiErrors`

    /// @notice Only the governor may queue a weight.
    error NotGovernor(address governor);
    /// @notice No weight is queued for this pool.
    error NoWeightQueued();
    /// @notice The queued weight can be executed from `until` on.
    error TimelockRunning(uint64 until);
    /// @notice The weight is more than other pools leave, in Bps.
    error WeightsExceeded(uint32 weight, uint32 left);
    /// @notice The account has less locked, in wei.
    error InsufficientLock(uint256 needed, uint256 locked);
    /// @notice The reward day is over at `until`.
    error DayNotOver(uint64 until);
    /// @notice There is nothing for the sender to claim.
    error NothingToClaim();
    /// @notice Only the market may do this. Not in the core, which has no other contract.
    error NotMarket();

    // ---- Events, the same facts as the core's

    /// @notice A pool's weight waits for the timelock.
    event WeightQueued(uint32 indexed pool, uint32 weight, uint64 executableAt);
    /// @notice A pool has a new weight.
    event WeightSet(uint32 indexed pool, uint32 weight);
    /// @notice PIN was locked.
    event Locked(address indexed account, uint128 amount);
    /// @notice PIN was taken out of the lock.
    event Unlocked(address indexed account, uint128 amount);
    /// @notice A settled stake was paid its block reward: `amount` is what the multipliers left of
    /// `earned`.
    event Rewarded(
        uint64 indexed stake, address indexed provider, uint128 earned, uint128 amount
    );
    /// @notice A client was paid for the fees of a day.
    event RebateClaimed(
        uint32 indexed pool, uint32 indexed day, address indexed client, uint128 amount
    );
    /// @notice The ecosystem or the team was paid.
    event AllocationClaimed(address indexed account, uint128 amount);

    // ---- Actions

    /// @notice Queues a pool's weight behind the timelock; the governor's alone. A weight queued
    /// before for the same pool is dropped.
    /// Reverts: `UnknownPool`, `NotGovernor`, `BadParameter`.
    function queueWeight(uint32 pool, uint32 weight) external;

    /// @notice Gives a pool the weight that was queued for it; anyone may.
    /// Reverts: `UnknownPool`, `NoWeightQueued`, `TimelockRunning`, `WeightsExceeded`.
    function executeWeight(uint32 pool) external;

    /// @notice Locks PIN, for the loyalty that rewards are multiplied by. What is locked today counts
    /// from tomorrow on. Takes it by allowance.
    /// Reverts: `ZeroAmount`, `InsufficientBalance`.
    function lock(uint128 amount) external;

    /// @notice Takes PIN out of the lock, at any time.
    /// Reverts: `ZeroAmount`, `InsufficientLock`.
    function unlock(uint128 amount) external;

    /// @notice Pays the sender for the fees that it paid to a pool on a reward day that is over: by its
    /// part of them, and at most half of what was burned of them. Returns the wei paid.
    /// Reverts: `UnknownPool`, `DayNotOver`, `NothingToClaim`.
    function claimRebate(uint32 pool, uint32 day) external returns (uint256 amount);

    /// @notice Pays the ecosystem or the team what it may claim by now. Returns the wei paid.
    /// Reverts: `NothingToClaim`.
    function claimAllocation() external returns (uint256 amount);

    // ---- What is there

    /// @notice Returns what was fixed at deployment.
    function config() external view returns (RewardsConfig memory);
    /// @notice Returns a pool's weight, and what waits for it.
    function weightOf(uint32 pool) external view returns (Weight memory);
    /// @notice Returns the sum of all weights, in Bps.
    function totalWeight() external view returns (uint32);
    /// @notice Returns what is known of a provider.
    function providerOf(address account) external view returns (Provider memory);
    /// @notice Returns what the ecosystem and the team have claimed, in wei.
    function claimed() external view returns (uint128 ecosystem, uint128 team);
    /// @notice Returns what an account may claim now for the ecosystem and for the team, in wei.
    function claimable(address account) external view returns (uint256 ecosystem, uint256 team);
}
