// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {Verdict} from "../libraries/pool/Verdict.sol";
import {Mark, Pool, Reserves, StakeRecord, StakeState} from "../Types.sol";
import {Stakes} from "./Stakes.sol";

/// @title Commitments and the verdict (PROTOCOL 5.4)
abstract contract Verification is Stakes {
    using ReservesLib for *;

    /// @inheritdoc IPinFi
    function noteCommitment(uint64 id) external nonReentrant {
        if (msg.sender != address(game)) revert NotGame();
        Pool storage pool = pools[stakeOf(id).pool];
        Reserves memory reserves = toNow(pool);
        pool.reserves.store(reserves);
        marks[id] = Mark(time(), reserves.perDeviceE12);
    }

    /// @inheritdoc IPinFi
    function verdict(uint64 id, bool passed, uint64 epoch, uint64 spent, address accuser)
        external
        nonReentrant
        returns (uint128 share)
    {
        if (msg.sender != address(game)) revert NotGame();
        StakeRecord storage stake_ = stakeOf(id);
        Pool storage pool = pools[stake_.pool];
        Reserves memory reserves = toNow(pool);
        if (!isActive(stake_)) revert StakeClosed();
        if (time() >= stake_.expiry) revert Expired(stake_.expiry);
        Mark memory mark = marks[id];
        delete marks[id];
        if (passed) {
            pool.reserves.store(reserves);
            uint64 counted = Verdict.pass(
                id, stake_, Verdict.Proof(mark, epoch, spent, pool.params.pocps.epoch)
            );
            if (counted != 0) rewards.grow(stake_.provider, mark.time, counted);
            return 0;
        }
        address renter = isRented(stake_) ? stake_.rental.renter : address(0);
        // Who breaks what it uses would be paid for it.
        uint256 accuserBps =
            accuser == address(0) || accuser == renter ? 0 : pool.params.pocps.accuserBps;
        uint128 refund;
        uint128 burned;
        (refund, burned, share) =
            Verdict.slash(id, stake_, pool, reserves, renter != address(0), accuserBps);
        close(id, stake_, StakeState.Slashed);
        delete stake_.rental;
        exchange(renter, refund, 0, burned);
        if (share != 0) pin.pay(accuser, share, 0);
    }
}
