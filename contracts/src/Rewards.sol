// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {IPinFi} from "./interfaces/IPinFi.sol";
import {IRewards} from "./interfaces/IRewards.sol";
import {IRewardsSeam} from "./interfaces/IRewardsSeam.sol";
import {IPin} from "./interfaces/ITokens.sol";
import {Emission} from "./libraries/rewards/Emission.sol";
import {Multipliers} from "./libraries/rewards/Multipliers.sol";
import {Math} from "./libraries/Math.sol";
import {Locks} from "./rewards/Locks.sol";
import {Weights} from "./rewards/Weights.sol";
import {ClientFees, FeeDay} from "./Types.sol";
import {Allocation, Provider, RewardsConfig} from "./RewardTypes.sol";

/// @title Rewards
/// @notice Payouts and claims; the manual is `IRewards`. What a pool's devices accrue and what clients
/// pay is counted by the market, where it happens.
contract Rewards is Locks {
    address private immutable ecosystemAccount;
    address private immutable teamAccount;
    uint16 private immutable ecosystemBps;
    uint16 private immutable teamBps;
    uint64 private immutable ecosystemLock;
    uint64 private immutable teamLock;

    uint128 private ecosystemClaimed;
    uint128 private teamClaimed;

    /// @param market_ The market, which may not be deployed yet.
    constructor(IPinFi market_, IPin pin_, RewardsConfig memory config_)
        Weights(market_, config_)
        Locks(pin_)
    {
        (ecosystemAccount, ecosystemBps, ecosystemLock) =
            (config_.ecosystem.account, config_.ecosystem.shareBps, config_.ecosystem.lock);
        (teamAccount, teamBps, teamLock) =
            (config_.team.account, config_.team.shareBps, config_.team.lock);
    }

    /// @inheritdoc IRewardsSeam
    function pay(
        uint64 stake,
        address account,
        uint256 earned,
        uint32 proofs,
        uint64 spent,
        uint64 window
    ) external onlyMarket {
        Provider storage provider = providers[account];
        uint256 amount = times(earned, Multipliers.time(provider.age));
        amount = times(amount, Multipliers.loyalty(heldOn(provider, today()), provider.minted));
        amount = times(amount, Multipliers.work(proofs, spent, window));
        provider.minted += uint128(amount);
        emit Rewarded(stake, account, uint128(earned), uint128(amount));
        pin.mintReward(account, amount);
    }

    function times(uint256 amount, uint256 wad) private pure returns (uint256) {
        return Math.mulDivFloor(amount, wad, Math.WAD);
    }

    /// @inheritdoc IRewards
    function claimRebate(uint32 pool, uint32 day) external returns (uint256 amount) {
        (FeeDay memory all, ClientFees memory own) = pinfi.takeFees(pool, day, msg.sender);
        uint256 begin = genesis_ + day * Emission.DAY;
        uint256 end = begin + Emission.DAY;
        if (block.timestamp < end) revert DayNotOver(uint64(end));
        if (own.paid == 0) revert NothingToClaim();
        uint256 part = uint256(poolsBps) * all.weight * (Math.BPS - providersBps);
        uint256 emitted = Emission.between(genesis_, begin, end) * part / 1e12;
        amount = Math.min(Math.mulDivFloor(emitted, own.paid, all.fees), own.burned / 2);
        if (amount == 0) revert NothingToClaim();
        emit RebateClaimed(pool, day, msg.sender, uint128(amount));
        pin.mintReward(msg.sender, amount);
    }

    /// @inheritdoc IRewards
    function claimAllocation() external returns (uint256 amount) {
        (uint256 ecosystem, uint256 team) = claimable(msg.sender);
        amount = ecosystem + team;
        if (amount == 0) revert NothingToClaim();
        ecosystemClaimed += uint128(ecosystem);
        teamClaimed += uint128(team);
        emit AllocationClaimed(msg.sender, uint128(amount));
        pin.mintReward(msg.sender, amount);
    }

    /// @inheritdoc IRewards
    function claimable(address account) public view returns (uint256 ecosystem, uint256 team) {
        if (account == ecosystemAccount) {
            ecosystem = due(ecosystemBps, ecosystemLock) - ecosystemClaimed;
        }
        if (account == teamAccount) team = due(teamBps, teamLock) - teamClaimed;
    }

    /// @dev All that a part of the emission comes to by now.
    function due(uint16 shareBps, uint64 lock_) private view returns (uint256) {
        uint256 freeTo = Math.saturatingSub(block.timestamp, lock_);
        uint256 emitted = Emission.between(genesis_, genesis_, freeTo);
        return Math.mulDivFloor(emitted, shareBps, Math.BPS);
    }

    /// @inheritdoc IRewards
    function claimed() external view returns (uint128 ecosystem, uint128 team) {
        return (ecosystemClaimed, teamClaimed);
    }

    /// @inheritdoc IRewards
    function config() external view returns (RewardsConfig memory) {
        (address who, uint64 wait) = governance();
        return RewardsConfig({
            genesis: genesis_,
            governor: who,
            timelock: wait,
            ecosystem: Allocation(ecosystemAccount, ecosystemBps, ecosystemLock),
            team: Allocation(teamAccount, teamBps, teamLock),
            providersBps: providersBps
        });
    }

    /// @inheritdoc IRewardsSeam
    function market() external view returns (address) {
        return address(pinfi);
    }

    /// @inheritdoc IRewardsSeam
    function genesis() external view returns (uint64) {
        return genesis_;
    }

    /// @inheritdoc IRewardsSeam
    function providersPartE8() external view returns (uint64) {
        return uint64(poolsBps) * providersBps;
    }
}
