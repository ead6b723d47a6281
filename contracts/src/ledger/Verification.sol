// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {Math} from "../libraries/Math.sol";
import {Advance} from "../libraries/pool/Advance.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {Pool, Rental, Reserves, Stake, StakeState} from "../Types.sol";
import {Stakes} from "./Stakes.sol";

/// @title The verdict (PROTOCOL 5.4)
abstract contract Verification is Stakes {
    using ReservesLib for Reserves;

    /// @inheritdoc IPinFi
    function verdict(uint64 id, bool passed) external nonReentrant {
        if (msg.sender != address(game)) revert NotGame();
        Stake storage stake_ = stakeOf(id);
        Pool storage pool = pools[stake_.pool];
        Reserves memory reserves = Advance.to(pool, time());
        if (!isActive(stake_)) revert StakeClosed();
        if (time() >= stake_.expiry) revert Expired(stake_.expiry);
        if (passed) {
            uint32 count = stake_.passed;
            if (count != type(uint32).max) stake_.passed = ++count;
            pool.reserves = reserves;
            emit Passed(id, count);
            return;
        }
        slash(id, stake_, pool, reserves);
    }

    function slash(uint64 id, Stake storage stake_, Pool storage pool, Reserves memory reserves)
        private
    {
        uint128 pending;
        uint128 forfeit = stake_.maintenanceFee;
        if (stake_.state == StakeState.Liquidity) {
            uint128 decay = stake_.decay;
            pending = reserves.pending(decay, stake_.accNotedQ96);
            forfeit = forfeitShare(reserves, pending, decay, remaining(stake_));
            Advance.unschedule(pool, stake_.expiry, decay);
        }
        address renter = isRented(stake_) ? stake_.rental.renter : address(0);
        uint128 refund = renter == address(0) ? 0 : rentalRefund(stake_, forfeit);
        uint128 burned = pending + (forfeit - refund);

        pool.reserves = reserves;
        close(id, stake_, StakeState.Slashed);
        delete stake_.rental;
        emit Slashed(id, stake_.pool, refund, burned);
        exchange(renter, refund, 0);
        burnPin(burned);
    }

    /// @dev Takes a failed LP's share out, price unchanged: PIN rounded down, compute up. Its
    /// pending PIN leaves the escrow. Returns the PIN of its share.
    function forfeitShare(Reserves memory reserves, uint128 pending, uint128 decay, uint256 hours_)
        private
        pure
        returns (uint128 tokens)
    {
        uint256 share = decay * hours_;
        tokens = uint128(Math.mulDivFloor(reserves.pin, share, reserves.shares));
        uint256 compute = Math.mulDivCeil(reserves.compute, share, reserves.shares);
        reserves.escrow -= pending;
        reserves.pin -= tokens;
        reserves.compute -= uint128(compute);
        reserves.shares -= uint128(share);
        reserves.decay -= decay;
    }

    /// @dev What the renter of a failed device gets back: the unused part of what was paid, but no
    /// more than the part of the forfeit that covers those hours. Otherwise renting one's own device
    /// dear would turn a forfeit into a refund.
    function rentalRefund(Stake storage stake_, uint128 forfeit) private view returns (uint128) {
        Rental storage rental = stake_.rental;
        uint256 unused = rental.until - time();
        uint256 bought = rental.until - rental.start;
        uint256 paidBack = Math.mulDivFloor(rental.paid, unused, bought);
        uint256 covered = Math.mulDivFloor(forfeit, unused, remaining(stake_));
        return uint128(FixedPointMathLib.min(paidBack, covered));
    }
}
