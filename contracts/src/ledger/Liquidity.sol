// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {Math} from "../libraries/Math.sol";
import {Advance} from "../libraries/pool/Advance.sol";
import {Quote} from "../libraries/pool/Quote.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {BuyQuote, Pool, PoolParams, Reserves, SellQuote, Stake, StakeState} from "../Types.sol";
import {Ledger} from "./Ledger.sol";

/// @title Open, add, collect, sell, remove (PROTOCOL 3.3 to 3.5)
abstract contract Liquidity is Ledger {
    using Quote for Reserves;
    using ReservesLib for Reserves;

    /// @dev The least wei of PIN per GPU-second at which a pool may open.
    uint256 private constant MIN_OPENING_PRICE = 1e9;

    /// @inheritdoc IPinFi
    function openLiquidity(uint64 id, uint128 tokens) external nonReentrant {
        (Stake storage stake_, Pool storage pool, Reserves memory reserves) =
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
        (Stake storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.BothTokens);
        uint64 hours_ = joiningHours(stake_, pool);
        if (!reserves.isOpen()) revert PoolDormant();
        tokens = reserves.tokensToJoin(hours_);
        checkAtLeast(tokens, minTokens);
        checkAtMost(tokens, maxTokens);
        uint256 decay = Math.mulDivFloor(reserves.shares, Math.WAD, reserves.compute);
        join(id, stake_, pool, reserves, hours_, tokens, decay);
    }

    function joiningHours(Stake storage stake_, Pool storage pool) private view returns (uint64 hours_) {
        hours_ = remaining(stake_);
        if (hours_ < pool.params.minTerm) revert TermTooShort(hours_, pool.params.minTerm);
    }

    function join(
        uint64 id,
        Stake storage stake_,
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
        uint128 refunded = stake_.maintenanceFee;
        require_(msg.sender, refunded, tokens);

        reserves.pin += tokens;
        reserves.compute = uint128(compute);
        reserves.shares = uint128(shares);
        // At most Z: the rates add up with the shares.
        reserves.decay += uint128(decay);
        pool.reserves = reserves;
        Advance.schedule(pool, stake_.expiry, uint128(decay));
        stake_.state = StakeState.Liquidity;
        stake_.maintenanceFee = 0;
        stake_.decay = uint128(decay);
        stake_.accNotedQ96 = reserves.accQ96;
        emit LiquidityAdded(id, stake_.pool, tokens, uint128(decay), refunded);
        exchange(msg.sender, refunded, tokens);
    }

    /// @inheritdoc IPinFi
    function collect(uint64 id) external nonReentrant returns (uint128 amount) {
        (Stake storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.StakeTokenAsLp);
        amount = reserves.pending(stake_.decay, stake_.accNotedQ96);
        reserves.escrow -= amount;
        stake_.accNotedQ96 = reserves.accQ96;
        pool.reserves = reserves;
        emit Collected(id, msg.sender, amount);
        exchange(msg.sender, amount, 0);
    }

    /// @inheritdoc IPinFi
    function sell(uint64 id, uint128 minOut) external nonReentrant returns (uint128 net) {
        (Stake storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.HoursToken);
        uint64 hours_ = remaining(stake_);
        uint256 duration = reserves.duration();
        if (hours_ > duration) revert BeyondDuration(hours_, uint64(duration));
        SellQuote memory quote = reserves.sell(pool.params, hours_);
        net = uint128(quote.net);
        checkAtLeast(net, minOut);
        uint128 target = reserves.maintenanceFee(hours_, pool.params.collateralBps);
        uint128 added = uint128(Math.saturatingSub(target, stake_.maintenanceFee));
        require_(msg.sender, 0, added);

        reserves.takeSell(hours_, quote);
        stake_.maintenanceFee += added;
        stake_.state = StakeState.Sold;
        pool.reserves = reserves;
        emit Sold(
            id,
            stake_.pool,
            msg.sender,
            net,
            uint128(quote.fee),
            uint128(quote.burned),
            added
        );
        exchange(msg.sender, net, added);
        burnPin(quote.burned);
    }

    /// @inheritdoc IPinFi
    function removeLiquidity(uint64 id, int128 minTokens, uint128 maxFee)
        external
        nonReentrant
        returns (int128 net)
    {
        (Stake storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, msg.sender, Needs.StakeTokenAsLp);
        if (isRented(stake_)) revert DeviceRented(stake_.rental.until);
        uint64 hours_ = remaining(stake_);
        uint128 decay = stake_.decay;
        uint128 pending = reserves.pending(decay, stake_.accNotedQ96);
        (uint128 tokens, BuyQuote memory bought) = takeOut(reserves, pool.params, decay, hours_);
        net = int128(tokens) - int128(uint128(bought.gross));
        if (net < minTokens) revert Slippage(net, minTokens);
        uint128 fee = reserves.maintenanceFee(hours_, pool.params.collateralBps);
        checkAtMost(fee, maxFee);
        uint256 received = uint256(pending) + tokens;
        uint256 paid = bought.gross + fee;
        require_(msg.sender, received, paid);

        reserves.escrow -= pending;
        pool.reserves = reserves;
        Advance.unschedule(pool, stake_.expiry, decay);
        stake_.state = StakeState.Held;
        stake_.maintenanceFee = fee;
        stake_.decay = 0;
        stake_.accNotedQ96 = 0;
        emit LiquidityRemoved(
            id, stake_.pool, pending, net, uint128(bought.fee), uint128(bought.burned), fee
        );
        exchange(msg.sender, received, paid);
        burnPin(bought.burned);
    }

    /// @dev Takes a share with `hours_` left out of the reserves together with its device's whole
    /// time. Returns the PIN that goes with it, and the purchase of what the share of compute falls
    /// short of that time; nothing if it does not.
    function takeOut(Reserves memory reserves, PoolParams storage params, uint128 decay, uint256 hours_)
        private
        view
        returns (uint128 tokens, BuyQuote memory bought)
    {
        uint256 all = reserves.shares;
        uint256 share = decay * hours_;
        reserves.decay -= decay;
        reserves.shares = uint128(all - share);
        if (reserves.shares == 0) {
            tokens = reserves.pin;
            reserves.pin = 0;
            reserves.compute = 0;
            return (tokens, bought);
        }
        uint256 whole = hours_ * Math.WAD;
        tokens = uint128(Math.mulDivFloor(reserves.pin, share, all));
        uint256 compute =
            FixedPointMathLib.min(Math.mulDivFloor(reserves.compute, share, all), whole);
        reserves.pin -= tokens;
        reserves.compute -= uint128(compute);
        uint256 missing = whole - compute;
        if (missing == 0) return (tokens, bought);
        bought = reserves.buy(params, missing);
        // Beyond what anyone can hold; kept out of the reserves before it could overflow.
        if (bought.gross > uint128(type(int128).max)) {
            revert Slippage(type(int128).max, Math.saturatedSigned(tokens));
        }
        reserves.takeBuy(missing, bought);
    }
}
