// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Math} from "../libraries/Math.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {Certificate, Pool, Reserves, StakeRecord, StakeState} from "../Types.sol";
import {Ledger} from "./Ledger.sol";

/// @title Burn, stake, transfer of hours, settle (PROTOCOL 3.1, 3.2, 3.6)
abstract contract Stakes is Ledger {
    using ReservesLib for *;

    /// @inheritdoc IPinFi
    function burn(uint32 pool, uint64 gs) external nonReentrant returns (uint64 certificate) {
        // The core looks at the pool's time too; no block is before it.
        Pool storage record = poolOf(pool);
        if (gs == 0) revert ZeroAmount();
        uint128 amount = Math.saturated(uint256(record.params.burnPerGs) * gs);

        certificate = counts.certificates++;
        certificates[certificate] =
            Certificate({owner: msg.sender, gs: gs, poolAndUsed: pool << 1});
        emit Burned(certificate, pool, msg.sender, gs, amount);
        exchange(msg.sender, 0, amount, amount);
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
        Reserves memory reserves = toNow(pool);
        if (owner != msg.sender) revert NotOwner(owner);
        if (paper.poolAndUsed & 1 == 1) revert CertificateUsed(certificate);
        uint64 hours_ = checkTerm(pool, expiry);
        if (hours_ > paper.gs) revert CertificateTooSmall(paper.gs, hours_);
        uint128 fee = reserves.maintenanceFee(hours_, pool.params.collateralBps);
        checkAtMost(fee, maxFee);

        pool.reserves.store(reserves);
        paper.poolAndUsed |= 1;
        id = counts.stakes++;
        StakeRecord storage record = stakes[id];
        record.provider = msg.sender;
        record.pool = poolId;
        record.expiry = uint40(expiry);
        record.created = uint40(time());
        record.feeOrDecay = fee;
        emit Staked(id, certificate, poolId, msg.sender, expiry, fee);
        exchange(msg.sender, 0, fee, 0);
        stakeToken.minted(msg.sender, id);
        hoursToken.minted(msg.sender, id);
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
        hoursToken.moved(msg.sender, to, id);
    }

    /// @inheritdoc IPinFi
    function beforeHoursTransfer(address from, address to, uint64 id) external nonReentrant {
        if (msg.sender != address(hoursToken)) revert NotToken();
        passHours(id, from, to);
    }

    function passHours(uint64 id, address from, address to) private {
        (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves) =
            openStake(id, from, Needs.HoursToken);
        if (to == address(0)) revert ZeroAddress();
        stake_.hoursHolder = to;
        pool.reserves.store(reserves);
        emit HoursTransferred(id, from, to);
    }

    /// @inheritdoc IPinFi
    function settle(uint64 id) external nonReentrant {
        StakeRecord storage stake_ = stakeOf(id);
        Pool storage pool = pools[stake_.pool];
        Reserves memory reserves = toNow(pool);
        if (!isActive(stake_)) revert StakeClosed();
        uint64 expiry = stake_.expiry;
        if (time() < expiry) revert NotExpired(expiry);
        uint64 openUntil = game.openUntil(id);
        if (time() <= openUntil) revert VerificationPending(openUntil);

        uint128 pending;
        uint128 returned;
        uint128 burned;
        // A challenge that was never answered is not a verification passed.
        bool verified = stake_.passed != 0 && openUntil == 0;
        if (stake_.state == StakeState.Liquidity) {
            pending = ReservesLib.pendingBetween(
                stake_.feeOrDecay, stake_.accNotedQ96, pool.boundaries[expiry]
            );
            reserves.escrow -= pending;
        } else if (verified) {
            returned = stake_.feeOrDecay;
        } else {
            burned = stake_.feeOrDecay;
        }
        uint256 earned = verified ? stake_.earnedE12 / 1e12 : 0;

        pool.reserves.store(reserves);
        close(id, stake_, StakeState.Settled);
        emit Settled(id, pending, returned, burned);
        address provider = stake_.provider;
        exchange(provider, uint256(pending) + returned, 0, burned);
        if (earned != 0) {
            rewards.pay(
                id, provider, earned, stake_.proofs, stake_.spent, pool.params.pocps.window
            );
        }
    }

    /// @dev Ends a stake and burns its tokens. The records of its owners stay: who asks for more
    /// than may be is told in the same order as before.
    function close(uint64 id, StakeRecord storage stake_, StakeState state) internal {
        stake_.state = state;
        stake_.feeOrDecay = 0;
        stake_.accNotedQ96 = 0;
        stake_.earnedE12 = 0;
        stake_.perDeviceNotedE12 = 0;
        stakeToken.burned(stake_.provider, id);
        hoursToken.burned(holderOf(stake_), id);
        address renter = stake_.rental.renter;
        if (renter != address(0)) rentalToken.burned(renter, rentalTokenId(stake_.rental.id, id));
    }
}
