// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {BlockHashLib} from "solady/src/utils/BlockHashLib.sol";
import {Accusation, AccusationState, Trial} from "../GameTypes.sol";
import {IPinFiErrors} from "../interfaces/IPinFiErrors.sol";
import {IPin} from "../interfaces/ITokens.sol";
import {IVerificationGame} from "../interfaces/IVerificationGame.sol";
import {Sample} from "../libraries/pocps/Sample.sol";
import {Verify} from "../libraries/pocps/Verify.sol";
import {Rental, Stake, StakeState} from "../Types.sol";
import {Queue} from "./Queue.sol";

/// @title From the commitment to its end: beacons, accusations, proofs
abstract contract Dispute is Queue {
    /// @notice PIN, in which bonds are staked.
    IPin public immutable pin;

    constructor(IPin pin_) {
        pin = pin_;
    }

    /// @inheritdoc IVerificationGame
    function recordBeacon(uint64 id, uint64 epoch, uint32 sample) external {
        uint32 pool = live(id).pool;
        Trial storage trial = committed(id, epoch);
        Accusation storage accusation = accusations[id][epoch][sample];
        bytes32 beacon;
        bool due = true;
        if (sample == trial.samples) {
            beacon = hashAfter(
                trial.committedAt, trial.number, trial.beacon, trial.accuseBy
            );
            trial.beacon = beacon;
            due = Sample.isProofDue(trial.root, beacon, sample);
            if (due) {
                ++trial.open;
                (accusation.made, accusation.state) = (time(), AccusationState.Open);
            }
        } else {
            if (accusation.state == AccusationState.None) revert NoAccusation(sample);
            beacon = hashAfter(
                accusation.made, accusation.number, accusation.beacon, trial.proveBy
            );
        }
        if (due) accusation.beacon = beacon;
        emit BeaconRecorded(id, epoch, sample, beacon, due);
        market.advance(pool);
    }

    /// @dev The hash of the second block after block `number`, of time `made`.
    function hashAfter(uint40 made, uint40 number, bytes32 known, uint40 deadline)
        private
        view
        returns (bytes32 hash)
    {
        if (known != 0) revert BeaconKnown();
        if (time() <= made) revert BeaconNotYet(made);
        if (time() > deadline) revert DeadlinePassed(deadline);
        if (block.number <= uint256(number) + 2) revert BeaconNotYet(made);
        // Of 256 blocks, or of 8 191 where the chain keeps its history in a contract (EIP-2935).
        hash = BlockHashLib.blockHash(uint256(number) + 2);
        if (hash == 0) revert BeaconLost();
    }

    /// @inheritdoc IVerificationGame
    function accuse(uint64 id, uint64 epoch, uint32 sample) external {
        uint32 pool = live(id).pool;
        Trial storage trial = committed(id, epoch);
        if (sample >= trial.samples) revert IPinFiErrors.BadParameter("sample");
        if (time() > trial.accuseBy) revert DeadlinePassed(trial.accuseBy);
        Accusation storage accusation = accusations[id][epoch][sample];
        if (accusation.state != AccusationState.None) revert AlreadyAccused(sample);
        uint128 bond = market.poolParams(pool).pocps.bond;

        ++trial.open;
        (accusation.accuser, accusation.made) = (msg.sender, time());
        (accusation.number, accusation.state) = (uint40(block.number), AccusationState.Open);
        accusation.bond = bond;
        append(trial, id, epoch, sample);
        emit Accused(id, epoch, sample, msg.sender, bond);
        market.advance(pool);
        // Reverts where it does not return true.
        pin.transferFrom(msg.sender, address(this), bond);
    }

    /// @inheritdoc IVerificationGame
    function prove(
        uint64 id,
        uint64 epoch,
        uint32 sample,
        Place calldata place,
        Verify.Opening calldata opening
    ) external {
        Stake memory stake = answered(id);
        Trial storage trial = committed(id, epoch);
        Accusation storage accusation = openAccusation(id, epoch, sample);
        if (time() > trial.proveBy) revert DeadlinePassed(trial.proveBy);
        bytes32 beacon = accusation.beacon;
        if (beacon == 0) revert BeaconUnknown();
        if (check(trial, beacon, sample, place, opening)) {
            uint128 bond = accusation.bond;
            --trial.open;
            (accusation.state, accusation.bond) = (AccusationState.Proved, 0);
            remove(trial, id, epoch, sample);
            emit Proved(id, epoch, sample, bond);
            market.advance(stake.pool);
            pin.pay(stake.provider, bond, 0);
        } else {
            fail(id, epoch, sample);
        }
    }

    /// @dev Tells whether a proof is right. A false row or entry is a false proof. Anything else does
    /// not even say what it proves, or of which draw: it is refused, and the deadline still runs.
    function check(
        Trial storage trial,
        bytes32 beacon,
        uint32 sample,
        Place calldata place,
        Verify.Opening calldata opening
    ) private view returns (bool) {
        bytes32 root = trial.root;
        Verify.Challenge memory challenge =
            Verify.Challenge(trial.seed, trial.n, trial.rounds);
        (uint32 k, uint32 i, uint32 j) =
            Sample.draw(challenge.n, challenge.rounds, root, beacon, sample);
        if (k != place.k || i != place.i || j != place.j) revert MalformedResponse(0);
        Verify.Fault fault = Verify.verifySample(challenge, root, beacon, sample, opening);
        if (fault == Verify.Fault.None) return true;
        if (fault != Verify.Fault.NotCommitted && fault != Verify.Fault.WrongEntry) {
            revert MalformedResponse(uint8(fault));
        }
        return false;
    }

    /// @inheritdoc IVerificationGame
    function convict(uint64 id, uint64 epoch, uint32 sample) external {
        Stake memory stake = market.stakeInfo(id);
        uint40 proveBy = committed(id, epoch).proveBy;
        Accusation storage accusation = openAccusation(id, epoch, sample);
        if (stake.state < StakeState.Settled && time() < stake.expiry) {
            if (time() <= proveBy) revert DeadlineNotPassed(proveBy);
            fail(id, epoch, sample);
            return;
        }
        (address accuser, uint128 bond) = (accusation.accuser, accusation.bond);
        if (bond == 0) revert NothingToClaim();

        // It stays open: who left it unanswered until the expiry has passed nothing.
        accusation.bond = 0;
        emit BondReturned(id, epoch, sample, accuser, bond);
        market.advance(stake.pool);
        pin.pay(accuser, bond, 0);
    }

    function openAccusation(uint64 id, uint64 epoch, uint32 sample)
        private
        view
        returns (Accusation storage accusation)
    {
        accusation = accusations[id][epoch][sample];
        if (accusation.state != AccusationState.Open) revert NoAccusation(sample);
    }

    /// @dev Fails the stake by a sample and pays the earliest open accusation; where nobody but the
    /// renter had accused, that of the sample.
    function fail(uint64 id, uint64 epoch, uint32 sample) private {
        Rental memory rental = market.stakeInfo(id).rental;
        address renter = time() < rental.until ? rental.renter : address(0);
        (bool isFound, uint64 ofEpoch, uint32 ofSample) = paid(id, renter);
        if (isFound) (epoch, sample) = (ofEpoch, ofSample);
        Accusation storage accusation = accusations[id][epoch][sample];
        (address accuser, uint128 bond) = (accusation.accuser, accusation.bond);
        accusation.bond = 0;
        uint128 share = market.verdict(id, false, epoch, 0, accuser);
        emit Convicted(id, epoch, sample, accuser, bond, share);
        pin.pay(accuser, bond, 0);
    }

    /// @inheritdoc IVerificationGame
    function conclude(uint64 id, uint64 epoch) external {
        uint32 pool = live(id).pool;
        Trial storage trial = committed(id, epoch);
        if (time() <= trial.proveBy) revert DeadlineNotPassed(trial.proveBy);
        if (trial.open != 0) revert AccusationOpen();
        bool counted = trial.beacon != 0 && !isComplaint(epoch);
        trial.over = true;
        if (counted) market.verdict(id, true, epoch, trial.committedAt - trial.opened, address(0));
        else market.advance(pool);
        emit Concluded(id, epoch, counted);
    }
}
