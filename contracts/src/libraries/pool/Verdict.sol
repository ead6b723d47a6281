// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFiEvents} from "../../interfaces/IPinFiEvents.sol";
import {Mark, Pool, RentalRecord, Reserves, StakeRecord, StakeState} from "../../Types.sol";
import {Math} from "../Math.sol";
import {Advance} from "./Advance.sol";
import {ReservesLib} from "./ReservesLib.sol";

/// @title What a verdict does to a stake: its earning, or its forfeit (PROTOCOL 5.4 and 6)
/// @dev An external library: its code is seldom needed, and the market has no room for it.
library Verdict {
    using ReservesLib for *;

    /// @notice A passed proof, as far as rewards go by it.
    struct Proof {
        /// What a device had accrued at the commitment.
        Mark mark;
        /// The epoch of its challenge.
        uint64 epoch;
        /// The seconds from its challenge to its commitment.
        uint64 spent;
        /// The pool's length of an epoch.
        uint64 epochLength;
    }

    /// @notice Counts a verification as passed, and the time that it verifies. Returns the seconds
    /// that were verified and brought something.
    function pass(uint64 id, StakeRecord storage stake_, Proof memory proof)
        external
        returns (uint64 counted)
    {
        uint32 passed = stake_.passed;
        if (passed != type(uint32).max) stake_.passed = ++passed;
        emit IPinFiEvents.Passed(id, passed);
        return verify(stake_, proof);
    }

    /// @dev A proof verifies the time since the one before, or since joining. If an epoch lies between
    /// the two without a proof, only one epoch of that time is verified, and of what accrued in it
    /// that part counts.
    function verify(StakeRecord storage stake_, Proof memory proof) private returns (uint64) {
        uint256 before = stake_.verifiedTo;
        uint256 time = proof.mark.time;
        if (before == 0 || before >= time) return 0;
        uint256 span = time - before;
        bool isGap = Math.saturatingSub(proof.epoch, stake_.epoch) > 1;
        uint256 counted = isGap ? Math.min(span, proof.epochLength) : span;
        uint256 accrued = Math.saturatingSub(proof.mark.perDeviceE12, stake_.perDeviceNotedE12);
        uint256 part = Math.mulDivFloor(accrued, counted, span);
        stake_.verifiedTo = uint40(time);
        stake_.epoch = uint40(proof.epoch);
        if (stake_.proofs != type(uint24).max) ++stake_.proofs;
        stake_.spent = uint24(Math.min(uint256(stake_.spent) + proof.spent, type(uint24).max));
        stake_.earnedE12 += uint128(part);
        stake_.perDeviceNotedE12 = proof.mark.perDeviceE12;
        return part == 0 ? 0 : uint64(counted);
    }

    /// @notice Takes from a failed stake what it has at stake. Returns the refund of its renter, if it
    /// is rented, what is to be burned, and the accuser's share; moves no PIN.
    function slash(
        uint64 id,
        StakeRecord storage stake_,
        Pool storage pool,
        Reserves memory reserves,
        bool rented,
        uint256 accuserBps
    ) external returns (uint128 refund, uint128 burned, uint128 share) {
        uint128 forfeit = stake_.feeOrDecay;
        if (stake_.state == StakeState.Liquidity) {
            uint128 decay = forfeit;
            burned = reserves.pending(decay, stake_.accNotedQ96);
            forfeit = forfeitShare(reserves, burned, decay, stake_.expiry - block.timestamp);
            Advance.unschedule(pool, reserves, stake_.expiry, decay);
        }
        if (rented) refund = rentalRefund(stake_, forfeit);
        share = uint128(Math.mulDivFloor(forfeit - refund, accuserBps, Math.BPS));
        burned += forfeit - refund - share;
        pool.reserves.store(reserves);
        emit IPinFiEvents.Slashed(id, stake_.pool, refund, burned);
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
    function rentalRefund(StakeRecord storage stake_, uint128 forfeit) private view returns (uint128) {
        RentalRecord storage rental = stake_.rental;
        uint256 unused = rental.until - block.timestamp;
        uint256 bought = rental.until - rental.start;
        uint256 paidBack = Math.mulDivFloor(rental.paid, unused, bought);
        uint256 covered = Math.mulDivFloor(forfeit, unused, stake_.expiry - block.timestamp);
        return uint128(Math.min(paidBack, covered));
    }
}
