// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFiErrors} from "../interfaces/IPinFiErrors.sol";
import {IRewards} from "../interfaces/IRewards.sol";
import {IRewardsSeam} from "../interfaces/IRewardsSeam.sol";
import {IPin} from "../interfaces/ITokens.sol";
import {Math} from "../libraries/Math.sol";
import {Weights} from "./Weights.sol";
import {Provider} from "../RewardTypes.sol";

/// @title What is known of a provider: its age, its lock and what it was paid
abstract contract Locks is Weights {
    IPin internal immutable pin;
    mapping(address account => Provider) internal providers;

    constructor(IPin pin_) {
        pin = pin_;
    }

    /// @inheritdoc IRewards
    function lock(uint128 amount) external {
        if (amount == 0) revert IPinFiErrors.ZeroAmount();
        uint256 balance = pin.balanceOf(msg.sender);
        if (balance < amount) revert IPinFiErrors.InsufficientBalance(amount, balance);
        setLocked(providers[msg.sender].locked + amount);
        emit Locked(msg.sender, amount);
        pin.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IRewards
    function unlock(uint128 amount) external {
        if (amount == 0) revert IPinFiErrors.ZeroAmount();
        uint128 locked = providers[msg.sender].locked;
        if (amount > locked) revert InsufficientLock(amount, locked);
        setLocked(locked - amount);
        emit Unlocked(msg.sender, amount);
        pin.transfer(msg.sender, amount);
    }

    /// @dev What is locked today is held from tomorrow on; what is unlocked is taken from that first.
    function setLocked(uint128 locked) private {
        Provider storage provider = providers[msg.sender];
        uint32 day = today();
        provider.held = uint128(Math.min(heldOn(provider, day), locked));
        if (day > provider.day) provider.day = day;
        provider.locked = locked;
    }

    /// @dev The PIN that is locked since `day` began.
    function heldOn(Provider storage provider, uint32 day) internal view returns (uint128) {
        return day > provider.day ? provider.locked : provider.held;
    }

    /// @inheritdoc IRewardsSeam
    function grow(address account, uint64 to, uint64 counted) external onlyMarket {
        Provider storage provider = providers[account];
        uint256 fresh = Math.saturatingSub(to, provider.countedTo);
        provider.age += uint48(Math.min(fresh, counted));
        if (to > provider.countedTo) provider.countedTo = uint48(to);
    }

    /// @inheritdoc IRewards
    function providerOf(address account) external view returns (Provider memory) {
        return providers[account];
    }
}
