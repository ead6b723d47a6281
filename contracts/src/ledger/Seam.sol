// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {ClientFees, FeeDay, Pool, Reserves} from "../Types.sol";
import {Ledger} from "./Ledger.sol";

/// @title What the rewards and the game ask of the market
abstract contract Seam is Ledger {
    using ReservesLib for *;

    /// @inheritdoc IPinFi
    function advance(uint32 id) external nonReentrant {
        if (msg.sender != address(rewards) && msg.sender != address(game)) revert NotGame();
        Pool storage pool = poolOf(id);
        pool.reserves.store(toNow(pool));
    }

    /// @inheritdoc IPinFi
    function setWeight(uint32 id, uint16 weight) external nonReentrant {
        if (msg.sender != address(rewards)) revert NotRewards();
        Pool storage pool = poolOf(id);
        Reserves memory reserves = toNow(pool);
        uint32 day = today();
        if (reserves.weightDay != day) {
            reserves.weightBefore =
                reserves.weightPlusOne == 0 ? 0 : reserves.weightPlusOne - 1;
            reserves.weightDay = day;
        }
        reserves.weightPlusOne = weight + 1;
        pool.reserves.store(reserves);
    }

    /// @inheritdoc IPinFi
    function takeFees(uint32 id, uint32 day, address client)
        external
        nonReentrant
        returns (FeeDay memory all, ClientFees memory own)
    {
        if (msg.sender != address(rewards)) revert NotRewards();
        poolOf(id);
        all = feeDays[id][day];
        own = clientFees[id][day][client];
        delete clientFees[id][day][client];
    }
}
