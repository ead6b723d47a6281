// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFiErrors} from "../../interfaces/IPinFiErrors.sol";
import {BuyQuote, PoolParams, Reserves, SellQuote} from "../../Types.sol";
import {Math} from "../Math.sol";
import {ReservesLib} from "./ReservesLib.sol";

/// @title Prices of buying and selling
/// @notice Amounts round in favour of the pool.
library Quote {
    using ReservesLib for Reserves;

    /// @notice Prices the purchase of `wad` GPU-seconds × 1e18. A price beyond 128 bits is given as
    /// the largest amount, which nobody can hold.
    function buy(Reserves memory reserves, PoolParams storage params, uint256 wad)
        internal
        view
        returns (BuyQuote memory quote)
    {
        if (reserves.pin == 0) revert IPinFiErrors.PoolDormant();
        if (wad == 0 || wad >= reserves.compute) {
            revert IPinFiErrors.InsufficientLiquidity(wad, reserves.compute);
        }
        unchecked {
            uint256 cost =
                Math.saturated(Math.mulDivCeil(reserves.pin, wad, reserves.compute - wad));
            uint256 gross =
                Math.saturated(Math.mulDivCeil(cost, Math.BPS, Math.BPS - params.feeBps));
            quote.cost = cost;
            quote.gross = gross;
            quote.fee = gross - cost;
            quote.burned = Math.mulDivFloor(quote.fee, params.burnShareBps, Math.BPS);
        }
    }

    /// @notice Prices the sale of `gs` GPU-seconds. Does not look at the duration limit, which binds
    /// providers and not clients who give time back.
    function sell(Reserves memory reserves, PoolParams storage params, uint256 gs)
        internal
        view
        returns (SellQuote memory quote)
    {
        if (gs == 0) revert IPinFiErrors.ZeroAmount();
        if (!reserves.isOpen()) revert IPinFiErrors.PoolDormant();
        unchecked {
            uint256 sold = gs * Math.WAD;
            quote.out =
                Math.mulDivFloor(reserves.pin, sold, Math.saturated(reserves.compute + sold));
            quote.fee = Math.mulDivCeil(quote.out, params.feeBps, Math.BPS);
            quote.net = quote.out - quote.fee;
            quote.burned = Math.mulDivFloor(quote.fee, params.burnShareBps, Math.BPS);
        }
    }

    /// @notice Takes a purchase into the reserves.
    function takeBuy(Reserves memory reserves, uint256 wad, BuyQuote memory quote) internal pure {
        reserves.compute -= uint128(wad);
        reserves.pin += uint128(quote.gross - quote.burned);
    }

    /// @notice Takes a sale into the reserves.
    function takeSell(Reserves memory reserves, uint256 gs, SellQuote memory quote) internal pure {
        reserves.compute = Math.saturated(reserves.compute + gs * Math.WAD);
        reserves.pin -= uint128(quote.net + quote.burned);
    }
}
