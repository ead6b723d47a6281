// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {PoolParams} from "../Types.sol";

/// @title What an action did
/// @notice The same facts in the same order as the Rust core's `Event`s; together with the time of
/// their block they are enough to rebuild the whole state.
interface IPinFiEvents {
    /// @notice A pool exists.
    event PoolCreated(uint32 indexed pool, address indexed creator, PoolParams params);
    /// @notice A pool's time was settled up to `last`, past `visited` LP expiries.
    event Poked(uint32 indexed pool, uint32 visited, uint64 last);
    /// @notice PIN was burned for a certificate.
    event Burned(
        uint64 indexed certificate, uint32 indexed pool, address indexed owner, uint64 gs, uint128 amount
    );
    /// @notice A device was staked; `fee` is the maintenance fee taken.
    event Staked(
        uint64 indexed stake,
        uint64 certificate,
        uint32 indexed pool,
        address indexed provider,
        uint64 expiry,
        uint128 fee
    );
    /// @notice A stake joined a pool at decay rate `decay`; its maintenance fee went back.
    event LiquidityAdded(
        uint64 indexed stake, uint32 indexed pool, uint128 tokens, uint128 decay, uint128 refunded
    );
    /// @notice An LP was paid what the pool had released.
    event Collected(uint64 indexed stake, address indexed to, uint128 amount);
    /// @notice A stake's hours were sold to the pool.
    event Sold(
        uint64 indexed stake,
        uint32 indexed pool,
        address indexed seller,
        uint128 net,
        uint128 fee,
        uint128 burned,
        uint128 collateralAdded
    );
    /// @notice An LP left early. `net` is before the new maintenance fee and without `pending`.
    event LiquidityRemoved(
        uint64 indexed stake,
        uint32 indexed pool,
        uint128 pending,
        int128 net,
        uint128 fee,
        uint128 burned,
        uint128 maintenanceFee
    );
    /// @notice Compute was bought from a pool, for all devices of one order or for an extension.
    event Bought(
        uint32 indexed pool, address indexed buyer, uint64 gs, uint128 gross, uint128 fee, uint128 burned
    );
    /// @notice A device was rented.
    event Rented(
        uint64 indexed rental,
        uint64 indexed stake,
        address indexed renter,
        uint64 start,
        uint64 until,
        uint128 paid
    );
    /// @notice A rental was prolonged.
    event Extended(uint64 indexed rental, uint64 indexed stake, uint64 until, uint128 gross);
    /// @notice A rental was given back.
    event RentalEnded(
        uint64 indexed rental,
        uint64 indexed stake,
        address indexed renter,
        uint128 net,
        uint128 fee,
        uint128 burned
    );
    /// @notice An hours token changed hands.
    event HoursTransferred(uint64 indexed stake, address indexed from, address indexed to);
    /// @notice A rental token changed hands.
    event RentalTransferred(
        uint64 indexed rental, uint64 indexed stake, address indexed from, address to
    );
    /// @notice A verification was passed.
    event Passed(uint64 indexed stake, uint32 passed);
    /// @notice A verification failed, and what was at stake is gone. The core's event also has the
    /// fault in words, which is for the game to tell here.
    event Slashed(uint64 indexed stake, uint32 indexed pool, uint128 refund, uint128 burned);
    /// @notice A stake ended in good order.
    event Settled(uint64 indexed stake, uint128 pending, uint128 feeReturned, uint128 feeBurned);
}
