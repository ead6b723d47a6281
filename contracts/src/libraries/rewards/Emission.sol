// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Math} from "../Math.sol";

/// @title How much PIN is emitted, and when (PROTOCOL 6)
library Emission {
    /// @notice Seconds in a reward day.
    uint256 internal constant DAY = 1 days;
    /// @notice Seconds in a year of the schedule.
    uint256 internal constant YEAR = 365 days;
    /// @notice All PIN that the schedule ever emits, in wei: each year's rate times its seconds.
    uint256 internal constant TOTAL = 72_999_999_999_999_998_902_080_000;
    /// @dev Wei emitted per second in the first year, rounded down; it halves each year.
    uint256 private constant FIRST_RATE = 1_157_407_407_407_407_407;
    /// @dev The years in which at least one wei a second is emitted.
    uint256 private constant YEARS = 61;

    /// @notice Returns the wei that the schedule emits between two times; exact, so that parts of a
    /// span sum to the whole. Costs a step for each year touched, 61 at most.
    function between(uint256 genesis, uint256 from, uint256 to) internal pure returns (uint256 sum) {
        unchecked {
            uint256 from_ = Math.saturatingSub(from, genesis);
            uint256 end = Math.saturatingSub(to, genesis);
            while (from_ < end) {
                uint256 year = from_ / YEAR;
                if (year >= YEARS) break;
                uint256 stop = Math.min(end, (year + 1) * YEAR);
                sum += (FIRST_RATE >> year) * (stop - from_);
                from_ = stop;
            }
        }
    }
}
