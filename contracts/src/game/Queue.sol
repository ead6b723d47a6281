// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Accusation, Trial} from "../GameTypes.sol";
import {Table} from "./Table.sol";

/// @title The open accusations of a trial, in the order in which they were made
/// @notice A doubly linked list through the accusations themselves, each named by its sample plus 1: an
/// accusation is added behind the last, and leaves from anywhere once it is proved. What the beacon asks
/// for unprompted has no accuser and no place in it.
abstract contract Queue is Table {
    function append(Trial storage trial, uint64 id, uint64 epoch, uint32 sample) internal {
        uint16 name = uint16(sample + 1);
        uint16 last = trial.last;
        if (last == 0) trial.first = name;
        else accusations[id][epoch][last - 1].next = name;
        accusations[id][epoch][sample].before = last;
        trial.last = name;
    }

    function remove(Trial storage trial, uint64 id, uint64 epoch, uint32 sample) internal {
        Accusation storage accusation = accusations[id][epoch][sample];
        if (accusation.accuser == address(0)) return;
        (uint16 before, uint16 next) = (accusation.before, accusation.next);
        if (before == 0) trial.first = next;
        else accusations[id][epoch][before - 1].next = next;
        if (next == 0) trial.last = before;
        else accusations[id][epoch][next - 1].before = before;
    }

    /// @dev The accusation that is paid for where a stake fails: the earliest open one, in any trial of
    /// the stake, by somebody other than `renter`. If it were that of the sample by which the stake
    /// fails, a provider that is found out would accuse itself of another, fail by that one first and
    /// take the accuser's share. Of two in one second, that of the pool's epoch comes first.
    function paid(uint64 id, address renter)
        internal
        view
        returns (bool isFound, uint64 epoch, uint32 sample)
    {
        (uint64 epochOf_, uint16 name) = earliest(trials[id][false], id, renter);
        (uint64 complaint, uint16 other) = earliest(trials[id][true], id, renter);
        bool isComplaint_ = other != 0
            && (name == 0
                || accusations[id][complaint][other - 1].made
                    < accusations[id][epochOf_][name - 1].made);
        if (isComplaint_) (epochOf_, name) = (complaint, other);
        if (name != 0) return (true, epochOf_, name - 1);
    }

    /// @dev At most as many steps as the pool has samples, each of them an accusation by the renter.
    function earliest(Trial storage trial, uint64 id, address renter)
        private
        view
        returns (uint64 epoch, uint16 name)
    {
        (epoch, name) = (trial.epoch, trial.first);
        while (name != 0 && accusations[id][epoch][name - 1].accuser == renter) {
            name = accusations[id][epoch][name - 1].next;
        }
    }
}
