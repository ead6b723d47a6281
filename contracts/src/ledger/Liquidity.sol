// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Math} from "../libraries/Math.sol";
import {Advance} from "../libraries/pool/Advance.sol";
import {Leave} from "../libraries/pool/Leave.sol";
import {Quote} from "../libraries/pool/Quote.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {Pool, Reserves, SellQuote, StakeRecord, StakeState} from "../Types.sol";
import {Ledger} from "./Ledger.sol";

/// @title Open, add, collect, sell, remove (PROTOCOL 3.3 to 3.5)
abstract contract Liquidity is Ledger {
    using Quote for Reserves;
    using ReservesLib for *;

    /// @dev The least wei of PIN per GPU-second at which a pool may open.
    uint256 private constant MIN_OPENING_PRICE = 1e9;

    /// @inheritdoc IPinFi
    function openLiquidity(uint64 id, uint128 tokens) external nonReentrant {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.BothTokens);
        uint64 hours_ = joiningHours(stake_, pool);
        if (reserves.shares != 0) revert PoolOpen();
        uint256 min = hours_ * MIN_OPENING_PRICE;
        if (tokens < min) revert PriceTooLow(min);
        join(id, stake_, pool, reserves, hours_, tokens, Math.WAD);
    }

    /// @inheritdoc IPinFi
    function addLiquidity(uint64 id, uint128 minTokens, uint128 maxTokens)
        external
        nonReentrant
        returns (uint128 tokens)
    {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.BothTokens);
        uint64 hours_ = joiningHours(stake_, pool);
        if (!reserves.isOpen()) revert PoolDormant();
        tokens = reserves.tokensToJoin(hours_);
        checkAtLeast(tokens, minTokens);
        checkAtMost(tokens, maxTokens);
        uint256 decay = Math.mulDivFloor(reserves.shares, Math.WAD, reserves.compute);
        join(id, stake_, pool, reserves, hours_, tokens, decay);
    }

    function joiningHours(StakeRecord storage stake_, Pool storage pool) private view returns (uint64 hours_) {
        hours_ = remaining(stake_);
        if (hours_ < pool.params.minTerm) revert TermTooShort(hours_, pool.params.minTerm);
    }

    function join(
        uint64 id,
        StakeRecord storage stake_,
        Pool storage pool,
        Reserves memory reserves,
        uint256 hours_,
        uint128 tokens,
        uint256 decay
    ) private {
        // A rate beyond 128 bits makes a share beyond them, and the product still fits 256.
        uint256 shares = reserves.shares + decay * hours_;
        uint256 compute = reserves.compute + hours_ * Math.WAD;
        if (decay == 0 || (shares | compute) > type(uint128).max) revert ShareOutOfRange();
        reserves.pin += tokens;
        reserves.compute = uint128(compute);
        reserves.shares = uint128(shares);
        enter(id, stake_, pool, reserves, tokens, uint128(decay));
    }

    function enter(
        uint64 id,
        StakeRecord storage stake_,
        Pool storage pool,
        Reserves memory reserves,
        uint128 tokens,
        uint128 decay
    ) private {
        uint128 refunded = stake_.feeOrDecay;
        Advance.schedule(pool, reserves, stake_.expiry, decay);
        // At most Z: the rates add up with the shares.
        reserves.decay += decay;
        pool.reserves.store(reserves);
        stake_.state = StakeState.Liquidity;
        stake_.feeOrDecay = decay;
        stake_.accNotedQ96 = reserves.accQ96;
        // Rewards are earned from here on.
        stake_.verifiedTo = uint40(time());
        stake_.epoch = uint40(time() / pool.params.pocps.epoch);
        if (reserves.weightPlusOne != 0) stake_.perDeviceNotedE12 = reserves.perDeviceE12;
        emit LiquidityAdded(id, stake_.pool, tokens, decay, refunded);
        exchange(msg.sender, refunded, tokens, 0);
    }

    /// @inheritdoc IPinFi
    function collect(uint64 id) external nonReentrant returns (uint128 amount) {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.StakeTokenAsLp);
        amount = reserves.pending(stake_.feeOrDecay, stake_.accNotedQ96);
        reserves.escrow -= amount;
        stake_.accNotedQ96 = reserves.accQ96;
        pool.reserves.store(reserves);
        emit Collected(id, msg.sender, amount);
        exchange(msg.sender, amount, 0, 0);
    }

    /// @inheritdoc IPinFi
    function sell(uint64 id, uint128 minOut) external nonReentrant returns (uint128 net) {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.HoursToken);
        uint64 hours_ = remaining(stake_);
        uint256 duration = reserves.duration();
        if (hours_ > duration) revert BeyondDuration(hours_, uint64(duration));
        SellQuote memory quote = reserves.sell(pool.params, hours_);
        net = uint128(quote.net);
        checkAtLeast(net, minOut);
        uint128 target = reserves.maintenanceFee(hours_, pool.params.collateralBps);
        uint128 added = uint128(Math.saturatingSub(target, stake_.feeOrDecay));
        // Before the proceeds arrive.
        if (added != 0) {
            uint256 balance = pin.balanceOf(msg.sender);
            if (balance < added) revert InsufficientBalance(added, balance);
        }

        reserves.takeSell(hours_, quote);
        stake_.feeOrDecay += added;
        stake_.state = StakeState.Sold;
        pool.reserves.store(reserves);
        emit Sold(
            id,
            stake_.pool,
            msg.sender,
            net,
            uint128(quote.fee),
            uint128(quote.burned),
            added
        );
        exchange(msg.sender, net, added, quote.burned);
    }

    /// @inheritdoc IPinFi
    function removeLiquidity(uint64 id, int128 minTokens, uint128 maxFee)
        external
        nonReentrant
        returns (int128 net)
    {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.StakeTokenAsLp);
        if (isRented(stake_)) revert DeviceRented(stake_.rental.until);
        Leave.Outcome memory outcome =
            Leave.remove(id, stake_, pool, reserves, Leave.Limits(minTokens, maxFee));
        exchange(msg.sender, outcome.received, outcome.paid, outcome.burned);
        return outcome.net;
    }
}
