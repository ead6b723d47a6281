// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFiErrors} from "../../interfaces/IPinFiErrors.sol";
import {IPinFiEvents} from "../../interfaces/IPinFiEvents.sol";
import {BuyQuote, Pool, PoolParams, Reserves, StakeRecord, StakeState} from "../../Types.sol";
import {Math} from "../Math.sol";
import {Advance} from "./Advance.sol";
import {Quote} from "./Quote.sol";
import {ReservesLib} from "./ReservesLib.sol";

/// @title Leaving a pool before expiry (PROTOCOL 3.5)
/// @dev An external library: its code is seldom needed, and the market has no room for it.
library Leave {
    using Quote for Reserves;
    using ReservesLib for *;

    /// @notice What the provider accepts.
    struct Limits {
        int128 minTokens;
        uint128 maxFee;
    }

    /// @notice What it comes to, in wei.
    struct Outcome {
        uint256 received;
        uint256 paid;
        /// The fee on the purchase, and the part of it that is burned.
        uint256 fee;
        uint256 burned;
        int128 net;
    }

    /// @notice Takes a stake out of its pool, as the market's own code would, after the checks of the
    /// stake; moves no PIN.
    function remove(
        uint64 id,
        StakeRecord storage stake_,
        Pool storage pool,
        Reserves memory reserves,
        Limits memory limits
    ) external returns (Outcome memory outcome) {
        uint128 decay = stake_.feeOrDecay;
        uint128 pending = reserves.pending(decay, stake_.accNotedQ96);
        uint128 fee;
        {
            uint256 hours_ = stake_.expiry - block.timestamp;
            (uint128 tokens, BuyQuote memory bought) =
                takeOut(reserves, pool.params, decay, hours_);
            int128 net = int128(tokens) - int128(uint128(bought.gross));
            if (net < limits.minTokens) revert IPinFiErrors.Slippage(net, limits.minTokens);
            fee = reserves.maintenanceFee(hours_, pool.params.collateralBps);
            outcome = Outcome({
                received: uint256(pending) + tokens,
                paid: bought.gross + fee,
                fee: bought.fee,
                burned: bought.burned,
                net: net
            });
        }
        if (fee > limits.maxFee) {
            revert IPinFiErrors.Slippage(Math.saturatedSigned(fee), Math.saturatedSigned(limits.maxFee));
        }

        reserves.escrow -= pending;
        Advance.unschedule(pool, reserves, stake_.expiry, decay);
        pool.reserves.store(reserves);
        hold(stake_, fee);
        emit IPinFiEvents.LiquidityRemoved(
            id,
            stake_.pool,
            pending,
            outcome.net,
            uint128(outcome.fee),
            uint128(outcome.burned),
            fee
        );
    }

    /// @dev The stake is held again. What no proof has covered by now never will be.
    function hold(StakeRecord storage stake_, uint128 fee) private {
        stake_.state = StakeState.Held;
        stake_.feeOrDecay = fee;
        stake_.accNotedQ96 = 0;
        stake_.verifiedTo = 0;
        stake_.epoch = 0;
        stake_.perDeviceNotedE12 = 0;
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
        uint256 compute = Math.min(Math.mulDivFloor(reserves.compute, share, all), whole);
        reserves.pin -= tokens;
        reserves.compute -= uint128(compute);
        uint256 missing = whole - compute;
        if (missing == 0) return (tokens, bought);
        bought = reserves.buy(params, missing);
        // Beyond what anyone can hold; kept out of the reserves before it could overflow.
        if (bought.gross > uint128(type(int128).max)) {
            revert IPinFiErrors.Slippage(type(int128).max, Math.saturatedSigned(tokens));
        }
        reserves.takeBuy(missing, bought);
    }
}
