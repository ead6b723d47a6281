// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {Multicallable} from "solady/src/utils/Multicallable.sol";
import {IGame} from "./interfaces/IGame.sol";
import {IPinFi} from "./interfaces/IPinFi.sol";
import {IRewardsSeam} from "./interfaces/IRewardsSeam.sol";
import {IMarketToken, IPin} from "./interfaces/ITokens.sol";
import {Ledger} from "./ledger/Ledger.sol";
import {Liquidity} from "./ledger/Liquidity.sol";
import {Rentals} from "./ledger/Rentals.sol";
import {Seam} from "./ledger/Seam.sol";
import {Verification} from "./ledger/Verification.sol";
import {Advance} from "./libraries/pool/Advance.sol";
import {Params} from "./libraries/pool/Params.sol";
import {ReservesLib} from "./libraries/pool/ReservesLib.sol";
import {
    Certificate,
    ClientFees,
    FeeDay,
    Mark,
    Pool,
    PoolParams,
    Rental,
    Reserves,
    Stake,
    StakeRecord,
    StakeState
} from "./Types.sol";

/// @title PinFi
/// @notice The whole market in one contract: pools, one call for several actions, and what is there.
/// The operations are in `ledger/`, the arithmetic in `libraries/`, the manual in `IPinFi`.
contract PinFi is Verification, Liquidity, Rentals, Seam, Multicallable {
    using ReservesLib for *;

    constructor(
        IPin pin_,
        IMarketToken stakeToken_,
        IMarketToken hoursToken_,
        IMarketToken rentalToken_,
        IGame game_,
        IRewardsSeam rewards_
    ) Ledger(pin_, stakeToken_, hoursToken_, rentalToken_, game_, rewards_) {}

    /// @inheritdoc IPinFi
    function createPool(PoolParams calldata params) external nonReentrant returns (uint32 pool) {
        // Certificates hold 31 bits of it: more pools than gas could ever be paid for.
        pool = counts.pools++;
        Params.create(pools[pool], pool, params);
    }

    /// @inheritdoc IPinFi
    function poke(uint32 pool, uint32 limit) external nonReentrant returns (uint32 visited) {
        Pool storage record = poolOf(pool);
        Reserves memory reserves;
        (reserves, visited) = Advance.toBoundary(record, time(), limit, stream());
        record.reserves.store(reserves);
        emit Poked(pool, visited, reserves.last);
    }

    /// @inheritdoc IPinFi
    function multicall(bytes[] calldata calls)
        public
        payable
        override(IPinFi, Multicallable)
        returns (bytes[] memory)
    {
        return Multicallable.multicall(calls);
    }

    /// @inheritdoc IPinFi
    function permit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // Whoever sees the signature may use it first; the call that it was meant for must not fail
        // by that.
        try pin.permit(msg.sender, address(this), value, deadline, v, r, s) {} catch {}
    }

    /// @inheritdoc IPinFi
    function totals() external view returns (uint32, uint64, uint64, uint64) {
        Counts memory all = counts;
        return (all.pools, all.certificates, all.stakes, all.rentals);
    }

    /// @inheritdoc IPinFi
    function poolParams(uint32 pool) external view returns (PoolParams memory) {
        return poolOf(pool).params;
    }

    /// @inheritdoc IPinFi
    function reservesOf(uint32 pool) external view returns (Reserves memory) {
        return poolOf(pool).reserves.load();
    }

    /// @inheritdoc IPinFi
    function expiriesOf(uint32 pool, uint256 word) external view returns (uint256) {
        return poolOf(pool).expiries[word];
    }

    /// @inheritdoc IPinFi
    function boundaryOf(uint32 pool, uint64 expiry) external view returns (uint256) {
        return poolOf(pool).boundaries[expiry];
    }

    /// @inheritdoc IPinFi
    function certificateOf(uint64 certificate) external view returns (uint32, address, uint64, bool) {
        Certificate memory paper = certificates[certificate];
        if (paper.owner == address(0)) revert UnknownCertificate(certificate);
        return (paper.poolAndUsed >> 1, paper.owner, paper.gs, paper.poolAndUsed & 1 == 1);
    }

    /// @inheritdoc IPinFi
    function stakeInfo(uint64 id) external view returns (Stake memory info) {
        StakeRecord storage kept = stakeOf(id);
        info.provider = kept.provider;
        info.pool = kept.pool;
        info.expiry = kept.expiry;
        info.state = kept.state;
        info.hoursHolder = holderOf(kept);
        info.created = kept.created;
        info.passed = kept.passed;
        if (info.state == StakeState.Liquidity) info.decay = kept.feeOrDecay;
        else info.maintenanceFee = kept.feeOrDecay;
        info.accNotedQ96 = kept.accNotedQ96;
        info.earnedE12 = kept.earnedE12;
        info.verifiedTo = kept.verifiedTo;
        info.perDeviceNotedE12 = kept.perDeviceNotedE12;
        info.epoch = kept.epoch;
        info.proofs = kept.proofs;
        info.spent = kept.spent;
        info.rental = Rental(
            kept.rental.renter,
            kept.rental.start,
            kept.rental.until,
            kept.rental.paid,
            kept.rental.id
        );
    }

    /// @inheritdoc IPinFi
    function markOf(uint64 id) external view returns (Mark memory) {
        return marks[id];
    }

    /// @inheritdoc IPinFi
    function feesOf(uint32 pool, uint32 day, address client)
        external
        view
        returns (FeeDay memory all, ClientFees memory own)
    {
        return (feeDays[pool][day], clientFees[pool][day][client]);
    }
}
