// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Math} from "../libraries/Math.sol";
import {Advance} from "../libraries/pool/Advance.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {Certificate, Pool, Reserves, Stake, StakeState} from "../Types.sol";
import {Ledger} from "./Ledger.sol";

/// @title Burn, stake, transfer of hours, settle (PROTOCOL 3.1, 3.2, 3.6)
abstract contract Stakes is Ledger {
    using ReservesLib for Reserves;

    /// @inheritdoc IPinFi
    function burn(uint32 pool, uint64 gs) external nonReentrant returns (uint64 certificate) {
        Pool storage record = poolOf(pool);
        uint64 last = record.reserves.last;
        if (time() < last) revert TimeReversed(last, time());
        if (gs == 0) revert ZeroAmount();
        uint128 amount = Math.saturated(uint256(record.params.burnPerGs) * gs);
        require_(msg.sender, 0, amount);

        certificate = counts.certificates++;
        certificates[certificate] =
            Certificate({owner: msg.sender, gs: gs, poolAndUsed: pool << 1});
        emit Burned(certificate, pool, msg.sender, gs, amount);
        if (amount != 0) pin.burnFrom(msg.sender, amount);
    }

    /// @inheritdoc IPinFi
    function stake(uint64 certificate, uint64 expiry, uint128 maxFee)
        external
        nonReentrant
        returns (uint64 id)
    {
        Certificate storage paper = certificates[certificate];
        address owner = paper.owner;
        if (owner == address(0)) revert UnknownCertificate(certificate);
        uint32 poolId = paper.poolAndUsed >> 1;
        Pool storage pool = pools[poolId];
        Reserves memory reserves = Advance.to(pool, time());
        if (owner != msg.sender) revert NotOwner(owner);
        if (paper.poolAndUsed & 1 == 1) revert CertificateUsed(certificate);
        uint64 hours_ = checkTerm(pool, expiry);
        if (hours_ > paper.gs) revert CertificateTooSmall(paper.gs, hours_);
        uint128 fee = reserves.maintenanceFee(hours_, pool.params.collateralBps);
        checkAtMost(fee, maxFee);
        require_(msg.sender, 0, fee);

        pool.reserves = reserves;
        paper.poolAndUsed |= 1;
        id = counts.stakes++;
        Stake storage record = stakes[id];
        record.provider = msg.sender;
        record.pool = poolId;
        record.expiry = uint48(expiry);
        record.hoursHolder = msg.sender;
        record.created = uint48(time());
        if (fee != 0) record.maintenanceFee = fee;
        emit Staked(id, certificate, poolId, msg.sender, expiry, fee);
        exchange(msg.sender, 0, fee);
        stakeToken.mint(msg.sender, id, 0);
        hoursToken.mint(msg.sender, id, 0);
    }

    /// @dev Returns the term of a new stake, in seconds.
    function checkTerm(Pool storage pool, uint64 expiry) private view returns (uint64 term) {
        uint64 bucket = pool.params.bucket;
        if (expiry <= time() || expiry % bucket != 0) revert UnalignedExpiry(expiry, bucket);
        term = expiry - time();
        if (term < pool.params.minTerm) revert TermTooShort(term, pool.params.minTerm);
        if (term > pool.params.maxTerm) revert TermTooLong(term, pool.params.maxTerm);
    }

    /// @inheritdoc IPinFi
    function transferHours(uint64 id, address to) external nonReentrant {
        passHours(id, msg.sender, to);
        hoursToken.move(msg.sender, to, id);
    }

    /// @inheritdoc IPinFi
    function beforeHoursTransfer(address from, address to, uint64 id) external nonReentrant {
        if (msg.sender != address(hoursToken)) revert NotToken();
        passHours(id, from, to);
    }

    function passHours(uint64 id, address from, address to) private {
        (Stake storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, from, Needs.HoursToken);
        if (to == address(0)) revert ZeroAddress();
        stake_.hoursHolder = to;
        pool.reserves = reserves;
        emit HoursTransferred(id, from, to);
    }

    /// @inheritdoc IPinFi
    function settle(uint64 id) external nonReentrant {
        Stake storage stake_ = stakeOf(id);
        Pool storage pool = pools[stake_.pool];
        Reserves memory reserves = Advance.to(pool, time());
        if (!isActive(stake_)) revert StakeClosed();
        uint64 expiry = stake_.expiry;
        if (time() < expiry) revert NotExpired(expiry);
        uint64 openUntil = game.openUntil(id);
        if (time() <= openUntil) revert VerificationPending(openUntil);

        uint128 pending;
        if (stake_.state == StakeState.Liquidity) {
            pending = ReservesLib.pendingBetween(
                stake_.decay, stake_.accNotedQ96, pool.boundaries[expiry]
            );
            reserves.escrow -= pending;
        }
        uint128 returned = stake_.maintenanceFee;
        uint128 burned;
        // A challenge that was never answered is not a verification passed.
        if (stake_.passed == 0 || openUntil != 0) (returned, burned) = (0, returned);

        pool.reserves = reserves;
        close(id, stake_, StakeState.Settled);
        emit Settled(id, pending, returned, burned);
        exchange(stake_.provider, uint256(pending) + returned, 0);
        burnPin(burned);
    }

    /// @dev Ends a stake and burns its tokens. The records of its owners stay: who asks for more
    /// than may be is told in the same order as before.
    function close(uint64 id, Stake storage stake_, StakeState state) internal {
        stake_.state = state;
        stake_.maintenanceFee = 0;
        stake_.decay = 0;
        stake_.accNotedQ96 = 0;
        stakeToken.burn(id);
        hoursToken.burn(id);
        if (stake_.rental.renter != address(0)) rentalToken.burn(stake_.rental.id);
    }
}
