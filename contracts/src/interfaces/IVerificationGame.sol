// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Accusation, Epoch, Operator, Trial} from "../GameTypes.sol";
import {Verify} from "../libraries/pocps/Verify.sol";
import {IGame} from "./IGame.sol";

/// @title The verification game of many parties (PROTOCOL 5.3)
/// @notice Devices prove in each epoch of their pool that they are there; whoever doubts it accuses.
/// The game holds the bonds, which it takes by an allowance of PIN; the market does what its verdicts
/// say. Errors are reported in the order of the rules in `docs/protocol.md`; every move begins with
/// `UnknownPool` or `UnknownStake`. An epoch from 2^63 on is the complaint in the rental of the rest.
interface IVerificationGame is IGame {
    /// @notice An epoch was opened: it binds the pool's stakes.
    event EpochOpened(uint32 indexed pool, uint64 epoch, bytes32 randomness, uint64 commitBy);
    /// @notice A client challenged the device that it rents.
    event Complained(
        uint64 indexed stake, uint64 epoch, address indexed renter, bytes32 randomness, uint64 commitBy
    );
    /// @notice A provider let another key answer for a stake.
    event Appointed(uint64 indexed stake, address indexed operator, uint64 until);
    /// @notice A provider said where its device is reached; a key of zeros: nowhere any more.
    event Announced(uint64 indexed stake, bytes32 key, string relay);
    /// @notice A provider committed to its work.
    event EpochCommitted(uint64 indexed stake, uint64 epoch, bytes32 root);
    /// @notice A beacon was recorded. `due`: the sample must be proved now.
    event BeaconRecorded(
        uint64 indexed stake, uint64 epoch, uint32 sample, bytes32 beacon, bool due
    );
    /// @notice A commitment was accused.
    event Accused(
        uint64 indexed stake, uint64 epoch, uint32 sample, address indexed accuser, uint128 bond
    );
    /// @notice A provider proved a sample and has the accuser's bond; nothing where nobody had accused.
    event Proved(uint64 indexed stake, uint64 epoch, uint32 sample, uint128 bond);
    /// @notice A stake failed for want of a commitment.
    event CommitmentMissed(uint64 indexed stake, uint64 epoch);
    /// @notice A stake failed by a sample. Told is the earliest open accusation, whichever sample it
    /// failed by: its accuser has its bond back and its share; the zero address where nobody had accused.
    event Convicted(
        uint64 indexed stake,
        uint64 epoch,
        uint32 sample,
        address indexed accuser,
        uint128 bond,
        uint128 share
    );
    /// @notice The stake had ended before its accusation did, and the accuser has its bond back.
    event BondReturned(
        uint64 indexed stake, uint64 epoch, uint32 sample, address indexed accuser, uint128 bond
    );
    /// @notice A trial is over: counted as a verification passed, or without effect.
    event Concluded(uint64 indexed stake, uint64 epoch, bool counted);

    /// @notice The pool's epoch was opened already.
    error EpochOpen(uint64 epoch);
    /// @notice This epoch could be opened until then; the next can be.
    error EpochTooLate(uint64 until);
    /// @notice The randomness is that of the epoch before: its source is constant.
    error ConstantRandomness();
    /// @notice The epoch does not bind this stake.
    error NotBound(uint64 epoch);
    /// @notice No challenge of this stake is open.
    error NoChallenge();
    /// @notice The stake committed already, and a commitment cannot change.
    error AlreadyCommitted();
    /// @notice The stake has not committed yet.
    error NotCommitted();
    /// @notice The deadline is over.
    error DeadlinePassed(uint64 deadline);
    /// @notice The provider still has time.
    error DeadlineNotPassed(uint64 deadline);
    /// @notice The stake's time ends before a challenge could.
    error ExpiresTooSoon(uint64 expiry);
    /// @notice The beacon is of the second block after what it is drawn for, and not known yet.
    error BeaconNotYet(uint64 after_);
    /// @notice The beacon was recorded already.
    error BeaconKnown();
    /// @notice The beacon has not been recorded yet.
    error BeaconUnknown();
    /// @notice Nobody recorded the beacon within 256 blocks, or 8 191 where the chain keeps its history
    /// (EIP-2935). No error of the core's, which knows no blocks.
    error BeaconLost();
    /// @notice The sample was accused already.
    error AlreadyAccused(uint32 sample);
    /// @notice The sample is not to be proved.
    error NoAccusation(uint32 sample);
    /// @notice An accusation stands: its sample is not proved.
    error AccusationOpen();
    /// @notice The device was complained of in this rental, or less than an epoch's length ago.
    error AlreadyComplained();
    /// @notice The opening does not say what it proves: `Verify.Fault`'s number, or zero where its place
    /// is not the beacon's.
    error MalformedResponse(uint8 fault);
    /// @notice There is no bond to return.
    error NothingToClaim();

    /// @notice The entry (i, j) of X_{k+1} that an opening is of.
    struct Place {
        uint32 k;
        uint32 i;
        uint32 j;
    }

    /// @notice Opens the pool's epoch and fixes its randomness; anyone may, once an epoch.
    /// Reverts: `EpochOpen`, `EpochTooLate`, `ConstantRandomness`.
    function openEpoch(uint32 pool) external;

    /// @notice Challenges a rented device at once, with twice the window; its renter's alone, once a
    /// rental and once in an epoch's length. It can fail the stake and counts for nothing else.
    /// Reverts: `StakeClosed`, `Expired`, `NotRenter`, `AlreadyComplained`, `VerificationPending`,
    /// `ExpiresTooSoon`.
    function complain(uint64 stake) external;

    /// @notice Lets another key `commit` and `prove` for a stake, and nothing else, until a moment; the
    /// provider's alone. It takes the place of the one before; a moment that has come takes it back.
    /// Bonds that it wins are the provider's. Reverts: `NotOwner`, `StakeClosed`, `Expired`.
    function appoint(uint64 stake, address operator, uint64 until) external;

    /// @notice Says by which key (an ed25519 public key) a stake's device is dialled, and at which relay it
    /// waits; the provider's alone. It takes the place of the one before; a key of zeros with an empty
    /// relay takes it back. The relay is a URL of at most 128 bytes of ASCII that is seen, `https://`, or
    /// `http://` on `localhost` or `127.0.0.1`, without a user. Reverts: `NotOwner`, `StakeClosed`,
    /// `Expired`, `BadParameter`.
    /// Warning: nobody checks that the key is one, nor that somebody answers.
    function announce(uint64 stake, bytes32 key, string calldata relay) external;

    /// @notice Commits to the root of the work; its provider's or operator's alone. Reverts: `NotOwner`,
    /// `StakeClosed`, `Expired`, `AlreadyCommitted`, `NoChallenge`, `NotBound`, `DeadlinePassed`,
    /// `VerificationPending` where the epoch before is to be concluded first.
    /// Warning: a commitment whose beacon nobody records counts for nothing.
    function commit(uint64 stake, uint64 epoch, bytes32 root) external;

    /// @notice Fails a stake that did not commit in time; anyone may, until the pool's next epoch opens.
    /// Reverts: `StakeClosed`, `Expired`, `AlreadyCommitted`, `NoChallenge`, `NotBound`,
    /// `DeadlineNotPassed`.
    function missed(uint64 stake, uint64 epoch) external;

    /// @notice Records the hash of the second block after a commitment (`sample` is the pool's number of
    /// samples) or an accusation, within 256 blocks, or 8 191 where the chain has EIP-2935; anyone may.
    /// A commitment's also asks one of 64 to prove that sample unprompted. Reverts: `StakeClosed`,
    /// `Expired`, `NoChallenge`, `NotCommitted`, `NoAccusation`, `BeaconKnown`, `BeaconNotYet`,
    /// `DeadlinePassed`, `BeaconLost`.
    function recordBeacon(uint64 stake, uint64 epoch, uint32 sample) external;

    /// @notice Accuses a commitment in the first half of its dispute period, and stakes the pool's bond;
    /// anyone may, once a sample. Reverts: `StakeClosed`, `Expired`, `NoChallenge`, `NotCommitted`,
    /// `BadParameter`, `DeadlinePassed`, `AlreadyAccused`, PIN's `InsufficientAllowance`,
    /// `InsufficientBalance`.
    function accuse(uint64 stake, uint64 epoch, uint32 sample) external;

    /// @notice Opens the place that a sample's beacon draws; its provider's or operator's alone. If it is
    /// right, the accuser's bond is the provider's; if it is wrong, the stake fails at once. Reverts:
    /// `NotOwner`, `StakeClosed`, `Expired`, `NoChallenge`, `NotCommitted`, `NoAccusation`,
    /// `DeadlinePassed`, `BeaconUnknown`, `MalformedResponse`.
    function prove(
        uint64 stake,
        uint64 epoch,
        uint32 sample,
        Place calldata place,
        Verify.Opening calldata opening
    ) external;

    /// @notice Fails a stake that did not prove a sample in time; anyone may. Paid is the earliest open
    /// accusation of the stake by somebody who does not rent it. Where the stake has ended
    /// or expired, the accuser has its bond back. Reverts: `NoChallenge`, `NotCommitted`,
    /// `NoAccusation`, `DeadlineNotPassed`, `NothingToClaim`.
    function convict(uint64 stake, uint64 epoch, uint32 sample) external;

    /// @notice Ends a trial whose dispute period is over without an open accusation; anyone may.
    /// Reverts: `StakeClosed`, `Expired`, `NoChallenge`, `NotCommitted`, `DeadlineNotPassed`,
    /// `AccusationOpen`.
    function conclude(uint64 stake, uint64 epoch) external;

    /// @notice Returns the latest epoch of a pool; zeros where none was opened.
    function epochOf(uint32 pool) external view returns (Epoch memory);
    /// @notice Returns a stake's latest trial by its pool's epochs, or by complaint; zeros where none is.
    function trialOf(uint64 stake, bool complaint) external view returns (Trial memory);
    /// @notice Returns who was appointed last to answer for a stake; zeros where nobody was.
    function operatorOf(uint64 stake) external view returns (Operator memory);
    /// @notice Returns where a stake's device is reached, as its provider said last: the st-token's metadata.
    /// Zeros and an empty text where it said nothing or took it back, and once the stake is settled or
    /// slashed. Reverts: `UnknownStake`.
    function endpointOf(uint64 stake) external view returns (bytes32 key, string memory relay);
    /// @notice Returns an accusation; zeros where none was made.
    function accusationOf(uint64 stake, uint64 epoch, uint32 sample)
        external
        view
        returns (Accusation memory);
}
