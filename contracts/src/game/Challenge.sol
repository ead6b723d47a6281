// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Epoch, Operator, Trial} from "../GameTypes.sol";
import {IPinFiErrors} from "../interfaces/IPinFiErrors.sol";
import {IVerificationGame} from "../interfaces/IVerificationGame.sol";
import {Seed} from "../libraries/pocps/Seed.sol";
import {PocpsParams, Rental, Stake} from "../Types.sol";
import {Table} from "./Table.sol";

/// @title Epochs and complaints, and who answers them
abstract contract Challenge is Table {
    /// @inheritdoc IVerificationGame
    function openEpoch(uint32 pool) external {
        PocpsParams memory rules = market.poolParams(pool).pocps;
        uint64 id = uint64(time() / rules.epoch);
        Epoch storage epoch = epochs[pool];
        if (epoch.opened != 0 && epoch.id >= id) revert EpochOpen(id);
        // Its last dispute must end with it.
        uint64 until = id * rules.epoch + (rules.epoch - rules.window - rules.dispute);
        if (time() > until) revert EpochTooLate(until);
        bytes32 randomness = draw();
        if (epoch.opened != 0 && epoch.randomness == randomness) revert ConstantRandomness();

        (epoch.randomness, epoch.id, epoch.opened) = (randomness, id, time());
        emit EpochOpened(pool, id, randomness, time() + rules.window);
        market.advance(pool);
    }

    /// @inheritdoc IVerificationGame
    function complain(uint64 id) external {
        Stake memory stake = live(id);
        Rental memory rental = stake.rental;
        if (rental.renter != msg.sender || time() >= rental.until) revert IPinFiErrors.NotRenter();
        PocpsParams memory rules = market.poolParams(stake.pool).pocps;
        Trial storage trial = trials[id][true];
        // Rentals can be short and many: by complaints a device works no more than by epochs.
        bool isSoon = trial.opened != 0 && time() - trial.opened < rules.epoch;
        if (isSoon || complaints[id] == rental.id + 1) revert AlreadyComplained();
        uint64 open = openUntilOf(trial);
        if (open != 0) revert IPinFiErrors.VerificationPending(open);
        // Twice the window: the pool's epoch may come in the middle of it.
        uint256 commitBy = time() + 2 * uint256(rules.window);
        if (stake.expiry <= commitBy + rules.dispute) revert ExpiresTooSoon(stake.expiry);
        uint64 epoch = COMPLAINT | rental.id;
        bytes32 randomness = draw();

        complaints[id] = rental.id + 1;
        delete trials[id][true];
        (trial.epoch, trial.opened, trial.commitBy) = (epoch, time(), uint40(commitBy));
        trial.seed = Seed.seed(address(market), id, stake.provider, epoch, randomness);
        emit Complained(id, epoch, msg.sender, randomness, uint64(commitBy));
        market.advance(stake.pool);
    }

    /// @inheritdoc IVerificationGame
    function appoint(uint64 id, address operator, uint64 until) external {
        uint32 pool = owned(id).pool;
        operators[id] = Operator(operator, until);
        emit Appointed(id, operator, until);
        market.advance(pool);
    }

    /// @inheritdoc IVerificationGame
    function commit(uint64 id, uint64 epoch, bytes32 root) external {
        Stake memory stake = answered(id);
        PocpsParams memory rules = market.poolParams(stake.pool).pocps;
        (uint40 opened, uint40 commitBy, bytes32 seed) = unanswered(id, stake, rules, epoch);
        if (time() > commitBy) revert DeadlinePassed(commitBy);
        Trial storage trial = trials[id][isComplaint(epoch)];
        // Concluded first: what it verifies would be lost.
        if (trial.committedAt != 0 && !trial.over) {
            revert IPinFiErrors.VerificationPending(trial.proveBy);
        }

        (trial.epoch, trial.opened, trial.commitBy) = (epoch, opened, commitBy);
        (trial.n, trial.rounds) = (uint16(rules.n), uint16(rules.rounds));
        (trial.samples, trial.over, trial.open) = (uint16(rules.samples), false, 0);
        (trial.committedAt, trial.number) = (time(), uint40(block.number));
        // No time is near the end of 40 bits: a stake's expiry is behind all of these.
        trial.accuseBy = time() + uint40(rules.dispute / 2);
        trial.proveBy = time() + uint40(rules.dispute);
        (trial.seed, trial.root, trial.beacon) = (seed, root, 0);
        emit EpochCommitted(id, epoch, root);
        if (isComplaint(epoch)) market.advance(stake.pool);
        else market.noteCommitment(id);
    }

    /// @inheritdoc IVerificationGame
    function missed(uint64 id, uint64 epoch) external {
        Stake memory stake = live(id);
        PocpsParams memory rules = market.poolParams(stake.pool).pocps;
        (, uint40 commitBy,) = unanswered(id, stake, rules, epoch);
        if (time() <= commitBy) revert DeadlineNotPassed(commitBy);
        market.verdict(id, false, epoch, 0, address(0));
        emit CommitmentMissed(id, epoch);
    }

    /// @dev What a stake has to answer that has not committed in this epoch.
    function unanswered(uint64 id, Stake memory stake, PocpsParams memory rules, uint64 epoch)
        private
        view
        returns (uint40 opened, uint40 commitBy, bytes32 seed)
    {
        Trial storage trial = trials[id][isComplaint(epoch)];
        if (trial.opened != 0 && trial.epoch == epoch) {
            if (trial.committedAt != 0) revert AlreadyCommitted();
            return (trial.opened, trial.commitBy, trial.seed);
        }
        Epoch memory latest = epochs[stake.pool];
        if (latest.opened == 0 || latest.id != epoch) revert NoChallenge();
        uint256 end = uint256(latest.opened) + rules.window;
        if (stake.created >= latest.opened || end + rules.dispute >= stake.expiry) revert NotBound(epoch);
        seed = Seed.seed(address(market), id, stake.provider, epoch, latest.randomness);
        return (latest.opened, uint40(end), seed);
    }
}
