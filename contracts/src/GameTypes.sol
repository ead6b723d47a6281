// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The records of the verification game
/// @notice Named and shaped as in the Rust core. Times in seconds since the Unix epoch have 40 bits.

/// @notice The latest epoch that was opened in a pool.
struct Epoch {
    /// What nobody knew before it opened.
    bytes32 randomness;
    /// Its number: its time divided by the pool's length of an epoch.
    uint64 id;
    /// When it was opened; zero: there is none.
    uint40 opened;
}

/// @notice A stake under a challenge, by its pool's epoch or by its client's complaint.
struct Trial {
    /// The epoch that it answers.
    uint64 epoch;
    /// When the challenge came; zero: there is no trial.
    uint40 opened;
    /// The last second for a commitment.
    uint40 commitBy;
    /// When the provider committed; zero: it has not.
    uint40 committedAt;
    /// The pool's work and number of samples, each at most 2^15.
    uint16 n;
    uint16 rounds;
    uint16 samples;
    /// Whether it is over; the record then only tells that the epoch was answered.
    bool over;
    /// The last second for an accusation.
    uint40 accuseBy;
    /// The last second for a proof.
    uint40 proveBy;
    /// The block of the commitment.
    uint40 number;
    /// The samples that are still to be proved.
    uint16 open;
    /// The earliest and the latest of the open accusations, as their sample plus 1; zero: there is none.
    uint16 first;
    uint16 last;
    /// The seed of the work.
    bytes32 seed;
    /// The root that was committed.
    bytes32 root;
    /// What the published samples are drawn from; zero until it is recorded.
    bytes32 beacon;
}

/// @notice A key that may commit and prove for a stake, and nothing else.
struct Operator {
    /// The account.
    address account;
    /// From when on it no longer may.
    uint64 until;
}

/// @notice Where a stake's device is reached, as its owner says.
struct Endpoint {
    /// The key that it is dialled by: an ed25519 public key; zero: nobody said.
    bytes32 key;
    /// The relay that it waits at, as a URL.
    string relay;
}

/// @notice Where an accusation is in its life.
enum AccusationState {
    None,
    /// The sample is to be proved.
    Open,
    /// It was.
    Proved
}

/// @notice A sample that the provider must prove on chain.
struct Accusation {
    /// Who accused; zero where the beacon asks.
    address accuser;
    /// When it came.
    uint40 made;
    /// Its block.
    uint40 number;
    AccusationState state;
    /// What the accuser has staked and not had back, in wei.
    uint128 bond;
    /// The open accusations made just before it and just after it, as their sample plus 1; zero: there
    /// is none.
    uint16 before;
    uint16 next;
    /// What its place is drawn from; zero until it is recorded.
    bytes32 beacon;
}
