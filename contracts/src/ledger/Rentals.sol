// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Math} from "../libraries/Math.sol";
import {Quote} from "../libraries/pool/Quote.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {
    BuyQuote,
    ClientFees,
    FeeDay,
    Pool,
    RentalRecord,
    Reserves,
    SellQuote,
    StakeRecord,
    StakeState
} from "../Types.sol";
import {Ledger} from "./Ledger.sol";

/// @title Rent, extend, end, transfer of rentals (PROTOCOL 4)
abstract contract Rentals is Ledger {
    using Quote for Reserves;
    using ReservesLib for *;

    /// @inheritdoc IPinFi
    function rent(uint32 id, uint64[] calldata devices, uint64 until, uint128 maxCost)
        external
        nonReentrant
        returns (uint128 gross)
    {
        Pool storage pool = poolOf(id);
        Reserves memory reserves = toNow(pool);
        uint64 window = checkWindow(pool, until);
        checkDistinct(devices);
        for (uint256 i; i < devices.length; ++i) {
            checkRentable(id, devices[i], until);
        }
        uint64 hours_ = uint64(Math.min(window * devices.length, type(uint64).max));
        gross = buyHours(id, pool, reserves, hours_, maxCost);
        uint128 paid = gross / uint128(devices.length);
        uint64 rental = counts.rentals;
        counts.rentals = rental + uint64(devices.length);
        for (uint256 i; i < devices.length; ++i) {
            rentOne(rental++, devices[i], until, paid);
        }
    }

    /// @dev Returns the seconds from now to `until`.
    function checkWindow(Pool storage pool, uint64 until) private view returns (uint64 window) {
        uint64 bucket = pool.params.bucket;
        if (until <= time() || until % bucket != 0) revert UnalignedExpiry(until, bucket);
        window = until - time();
        if (window < bucket) revert WindowTooShort(window, bucket);
    }

    /// @dev Compares all pairs: even a hundred devices cost far less here than one rental does.
    function checkDistinct(uint64[] calldata devices) private pure {
        if (devices.length == 0) revert BadDevices();
        for (uint256 i = 1; i < devices.length; ++i) {
            uint64 device = devices[i];
            for (uint256 j; j < i; ++j) {
                if (devices[j] == device) revert BadDevices();
            }
        }
    }

    function checkRentable(uint32 pool, uint64 id, uint64 until) private view {
        StakeRecord storage stake_ = stakeOf(id);
        StakeState state = stake_.state;
        bool offered = state == StakeState.Liquidity || state == StakeState.Sold;
        if (stake_.pool != pool || !offered) revert NotInPool(id);
        if (isRented(stake_)) revert DeviceRented(stake_.rental.until);
        if (stake_.expiry < until) revert Expired(stake_.expiry);
    }

    function rentOne(uint64 rental, uint64 id, uint64 until, uint128 paid) private {
        RentalRecord storage record = stakes[id].rental;
        // At most one rental token a device: the one before is over.
        if (record.renter != address(0)) {
            rentalToken.burned(record.renter, rentalTokenId(record.id, id));
        }
        record.renter = msg.sender;
        record.start = uint40(time());
        record.until = uint40(until);
        record.paid = paid;
        record.id = rental;
        emit Rented(rental, id, msg.sender, time(), until, paid);
        rentalToken.minted(msg.sender, rentalTokenId(rental, id));
    }

    /// @inheritdoc IPinFi
    function extend(uint64 id, uint64 until, uint128 maxCost)
        external
        nonReentrant
        returns (uint128 gross)
    {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openRental(id, msg.sender);
        RentalRecord storage rental = stake_.rental;
        uint64 bucket = pool.params.bucket;
        if (until <= rental.until || until % bucket != 0) revert UnalignedExpiry(until, bucket);
        if (stake_.expiry < until) revert Expired(stake_.expiry);
        gross = buyHours(stake_.pool, pool, reserves, until - rental.until, maxCost);
        rental.until = uint40(until);
        rental.paid += gross;
        emit Extended(rental.id, id, until, gross);
    }

    /// @dev Buys GPU-seconds for the sender. Returns the wei of PIN paid.
    function buyHours(
        uint32 id,
        Pool storage pool,
        Reserves memory reserves,
        uint64 hours_,
        uint128 maxCost
    ) private returns (uint128 gross) {
        uint256 wad = hours_ * Math.WAD;
        BuyQuote memory quote = reserves.buy(pool.params, wad);
        gross = uint128(quote.gross);
        checkAtMost(gross, maxCost);
        reserves.takeBuy(wad, quote);
        pool.reserves.store(reserves);
        countFee(id, reserves, quote.fee, quote.burned);
        emit Bought(id, msg.sender, hours_, gross, uint128(quote.fee), uint128(quote.burned));
        exchange(msg.sender, 0, gross, quote.burned);
    }

    /// @inheritdoc IPinFi
    function endRental(uint64 id, uint128 minOut) external nonReentrant returns (uint128 net) {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openRental(id, msg.sender);
        uint64 rental = stake_.rental.id;
        uint256 hours_ = stake_.rental.until - time();
        SellQuote memory quote;
        // Where there is nothing to pay with the client is let go all the same, and the hours stay
        // with the LPs, if there are any.
        bool open = reserves.isOpen();
        if (open) quote = reserves.sell(pool.params, hours_);
        if (open || reserves.shares != 0) reserves.takeSell(hours_, quote);
        net = uint128(quote.net);
        checkAtLeast(net, minOut);

        pool.reserves.store(reserves);
        delete stake_.rental;
        countFee(stake_.pool, reserves, quote.fee, quote.burned);
        emit RentalEnded(
            rental, id, msg.sender, net, uint128(quote.fee), uint128(quote.burned)
        );
        exchange(msg.sender, net, 0, quote.burned);
        rentalToken.burned(msg.sender, rentalTokenId(rental, id));
    }

    /// @inheritdoc IPinFi
    function transferRental(uint64 id, address to) external nonReentrant {
        uint64 rental = passRental(id, msg.sender, to);
        rentalToken.moved(msg.sender, to, rentalTokenId(rental, id));
    }

    /// @inheritdoc IPinFi
    function beforeRentalTransfer(address from, address to, uint64 id) external nonReentrant {
        if (msg.sender != address(rentalToken)) revert NotToken();
        passRental(id, from, to);
    }

    function passRental(uint64 id, address from, address to) private returns (uint64 rental) {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) = openRental(id, from);
        if (to == address(0)) revert ZeroAddress();
        stake_.rental.renter = to;
        pool.reserves.store(reserves);
        rental = stake_.rental.id;
        emit RentalTransferred(rental, id, from, to);
    }

    /// @dev Counts a fee that the sender paid to a pool, if the pool began the day with a weight.
    function countFee(uint32 id, Reserves memory reserves, uint256 fee, uint256 burned) private {
        if (reserves.weightPlusOne == 0 || fee == 0 || time() < genesis) return;
        uint32 day = today();
        uint16 weight =
            reserves.weightDay == day ? reserves.weightBefore : reserves.weightPlusOne - 1;
        if (weight == 0) return;
        // The same PIN can be paid again and again: no sum of fees is bounded by the supply.
        FeeDay storage all = feeDays[id][day];
        all.fees = Math.saturated(all.fees + fee);
        all.weight = weight;
        ClientFees storage own = clientFees[id][day][msg.sender];
        own.paid = Math.saturated(own.paid + fee);
        own.burned = Math.saturated(own.burned + burned);
    }

    /// @dev Opens a stake for the renter of its running rental.
    function openRental(uint64 id, address renter)
        private
        returns (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves)
    {
        stake_ = stakeOf(id);
        pool = pools[stake_.pool];
        reserves = toNow(pool);
        if (!isActive(stake_)) revert StakeClosed();
        if (!isRented(stake_) || stake_.rental.renter != renter) revert NotRenter();
    }
}
