// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The records of the block rewards
/// @notice Named and shaped as in the Rust core.

/// @notice What is fixed for good.
struct RewardsConfig {
    /// When the emission begins; reward days are counted from here.
    uint64 genesis;
    /// The only account that may queue a pool's weight. The zero address: nobody.
    address governor;
    /// The seconds that a queued weight waits; above zero.
    uint64 timelock;
    Allocation ecosystem;
    Allocation team;
    /// The providers' part of what a pool gets; the rest is for its clients.
    uint16 providersBps;
}

/// @notice A part of the emission that an account may claim.
struct Allocation {
    address account;
    /// The part of the whole emission.
    uint16 shareBps;
    /// The seconds for which each second's emission is locked before it can be claimed.
    uint64 lock;
}

/// @notice A pool's weight, in Bps.
struct Weight {
    uint16 current;
    /// Whether a change waits for its time.
    bool isQueued;
    /// The weight to be.
    uint16 queued;
    /// The first second in which it can be executed.
    uint64 executableAt;
}

/// @notice What is known of a provider over all its stakes.
struct Provider {
    /// PIN that it has locked, in wei.
    uint128 locked;
    /// The least that was locked all the day of the last change.
    uint128 held;
    /// Block rewards minted to it as a provider, in wei.
    uint128 minted;
    /// The seconds for which it was a verified LP; time at which several of its devices were
    /// counts once.
    uint48 age;
    /// Up to where its age is counted.
    uint48 countedTo;
    /// The reward day of the last change of the lock.
    uint32 day;
}
