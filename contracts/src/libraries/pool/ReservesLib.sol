// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {PackedReserves, Reserves} from "../../Types.sol";
import {Math} from "../Math.sol";

/// @title The numbers of a pool that trades and time change, and what they imply
library ReservesLib {
    /// @dev `accQ96` has this many bits in the slot that is written whenever time passes.
    uint256 private constant ACC_BITS = 232;
    /// @dev Seconds for which `noted` serves: far longer than a term, so that what passes no expiry keeps it.
    uint256 private constant NOTED_SECS = 1 << 24;

    /// @notice Reads the reserves as they are kept: four slots, and a fifth for a pool with a weight.
    function load(PackedReserves storage kept) internal view returns (Reserves memory self) {
        unchecked {
            uint256 word = kept.pinAndCompute;
            self.pin = uint128(word);
            self.compute = uint128(word >> 128);
            word = kept.sharesAndEscrow;
            self.shares = uint128(word);
            self.escrow = uint128(word >> 128);
            word = kept.decayAndSchedule;
            uint256 noted = uint40(word >> 128);
            self.decay = uint128(word);
            self.next = uint64(noted + uint24(word >> 168));
            self.live = uint32(word >> 192);
            uint256 acc = kept.accAndElapsed;
            self.last = uint64(noted + (acc >> ACC_BITS));
            self.accQ96 = uint232(acc) | uint256(uint24(word >> 224)) << ACC_BITS;
            if (word >> 248 == 0) return self;
            word = kept.accrual;
            self.perDeviceE12 = uint128(word);
            self.weightDay = uint32(word >> 128);
            self.weightBefore = uint16(word >> 160);
            self.weightPlusOne = uint16(word >> 176);
        }
    }

    /// @notice Keeps the reserves. A slot that is as it was costs next to nothing.
    function store(PackedReserves storage kept, Reserves memory self) internal {
        unchecked {
            kept.pinAndCompute = self.pin | uint256(self.compute) << 128;
            kept.sharesAndEscrow = self.shares | uint256(self.escrow) << 128;
            uint256 before = kept.decayAndSchedule;
            uint256 noted = uint40(before >> 128);
            uint256 last = self.last;
            if (
                (last - noted | self.next - noted) >= NOTED_SECS
                    || schedule(self, noted) != before
            ) {
                noted = last;
                kept.decayAndSchedule = schedule(self, noted);
            }
            kept.accAndElapsed = uint232(self.accQ96) | (last - noted) << ACC_BITS;
            if (self.weightPlusOne == 0) return;
            kept.accrual = self.perDeviceE12 | uint256(self.weightDay) << 128
                | uint256(self.weightBefore) << 160 | uint256(self.weightPlusOne) << 176;
        }
    }

    /// @dev Packs what time alone leaves as it is. Where shares live, `next` is at most a term and a bucket
    /// after `last`; without them it means nothing and is not kept.
    function schedule(Reserves memory self, uint256 noted) private pure returns (uint256 word) {
        unchecked {
            word = self.decay | noted << 128 | uint256(self.live) << 192
                | self.accQ96 >> ACC_BITS << 224;
            if (self.decay != 0) word |= (self.next - noted) << 168;
            if (self.weightPlusOne != 0) word |= 1 << 248;
        }
    }

    /// @notice Tells whether the pool trades: both reserves are above zero.
    function isOpen(Reserves memory self) internal pure returns (bool) {
        return self.pin != 0 && self.compute != 0;
    }

    /// @notice Returns D, the seconds for which the pool's LPs will be there; zero without LPs.
    function duration(Reserves memory self) internal pure returns (uint256) {
        return self.decay == 0 ? 0 : self.shares / self.decay;
    }

    /// @notice Returns the maintenance fee C(h), in wei, for `gs` GPU-seconds at the spot price,
    /// rounded up twice; zero where there is no compute to price it by.
    function maintenanceFee(Reserves memory self, uint256 gs, uint256 collateralBps)
        internal
        pure
        returns (uint128)
    {
        if (self.compute == 0) return 0;
        uint128 value = Math.saturated(Math.mulDivCeil(self.pin, gs * Math.WAD, self.compute));
        return Math.saturated(Math.mulDivCeil(value, collateralBps, Math.BPS));
    }

    /// @notice Returns the wei of PIN that joining an open pool with `gs` takes, rounded up.
    function tokensToJoin(Reserves memory self, uint256 gs) internal pure returns (uint128) {
        return Math.saturated(Math.mulDivCeil(self.pin, gs * Math.WAD, self.compute));
    }

    /// @notice Returns what an LP of rate `decay` has earned since `accNotedQ96`, rounded down.
    function pending(Reserves memory self, uint128 decay, uint256 accNotedQ96)
        internal
        pure
        returns (uint128)
    {
        return pendingBetween(decay, accNotedQ96, self.accQ96);
    }

    /// @notice Returns what a share of rate `decay` earns while `acc` goes `from` → `to`, rounded
    /// down. At most the escrow, so it fits.
    function pendingBetween(uint128 decay, uint256 fromQ96, uint256 toQ96)
        internal
        pure
        returns (uint128)
    {
        unchecked {
            return Math.saturated(Math.mulShr96Floor(decay, toQ96 - fromQ96));
        }
    }
}
