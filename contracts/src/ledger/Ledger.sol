// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "solady/src/utils/ReentrancyGuardTransient.sol";
import {IGame} from "../interfaces/IGame.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {IRewardsSeam} from "../interfaces/IRewardsSeam.sol";
import {IMarketToken, IPin} from "../interfaces/ITokens.sol";
import {Advance} from "../libraries/pool/Advance.sol";
import {Math} from "../libraries/Math.sol";
import {ReservesLib} from "../libraries/pool/ReservesLib.sol";
import {Emission} from "../libraries/rewards/Emission.sol";
import {
    Certificate,
    ClientFees,
    FeeDay,
    Mark,
    Pool,
    Reserves,
    StakeRecord,
    StakeState
} from "../Types.sol";

/// @title Pools, certificates and stakes, and what every operation does with them
/// @notice Every operation keeps one rhythm: checks, advance, compute, write, event, transfer. What
/// fails reverts, so a refused action leaves no trace.
///
/// | file         | operations                             |
/// |--------------|----------------------------------------|
/// | Stakes       | burn, stake, transfer of hours, settle |
/// | Liquidity    | open, add, collect, sell, remove       |
/// | Rentals      | rent, extend, end, transfer of rentals |
/// | Verification | commitments, the verdict               |
/// | Seam         | what the rewards and the game ask      |
abstract contract Ledger is IPinFi, ReentrancyGuardTransient {
    using ReservesLib for *;

    /// @notice The records so far; ids count from zero. One slot.
    struct Counts {
        uint64 certificates;
        uint64 stakes;
        uint64 rentals;
        uint32 pools;
    }

    /// @dev Which tokens an operation asks for, and with them which state of the stake.
    enum Needs {
        /// The hours token of a held stake.
        HoursToken,
        /// Both tokens of a held stake.
        BothTokens,
        /// The st-token of an LP.
        StakeTokenAsLp
    }

    /// @inheritdoc IPinFi
    IPin public immutable pin;
    /// @inheritdoc IPinFi
    IMarketToken public immutable stakeToken;
    /// @inheritdoc IPinFi
    IMarketToken public immutable hoursToken;
    /// @inheritdoc IPinFi
    IMarketToken public immutable rentalToken;
    /// @inheritdoc IPinFi
    IGame public immutable game;
    /// @inheritdoc IPinFi
    IRewardsSeam public immutable rewards;
    /// @dev When the emission begins, and the part of it that flows to providers.
    uint64 internal immutable genesis;
    uint64 private immutable partE8;

    Counts internal counts;
    mapping(uint32 id => Pool) internal pools;
    mapping(uint64 id => Certificate) internal certificates;
    mapping(uint64 id => StakeRecord) internal stakes;
    /// @dev The commitments that await a verdict.
    mapping(uint64 stake => Mark) internal marks;
    mapping(uint32 pool => mapping(uint32 day => FeeDay)) internal feeDays;
    mapping(uint32 pool => mapping(uint32 day => mapping(address client => ClientFees))) internal
        clientFees;

    constructor(
        IPin pin_,
        IMarketToken stakeToken_,
        IMarketToken hoursToken_,
        IMarketToken rentalToken_,
        IGame game_,
        IRewardsSeam rewards_
    ) {
        pin = pin_;
        stakeToken = ours(stakeToken_);
        hoursToken = ours(hoursToken_);
        rentalToken = ours(rentalToken_);
        game = game_;
        if (rewards_.market() != address(this)) revert WrongMarket(address(rewards_));
        rewards = rewards_;
        genesis = rewards_.genesis();
        partE8 = rewards_.providersPartE8();
    }

    function ours(IMarketToken token) private view returns (IMarketToken) {
        if (token.market() != address(this)) revert WrongMarket(address(token));
        return token;
    }

    function time() internal view returns (uint64) {
        return uint64(block.timestamp);
    }

    function poolOf(uint32 id) internal view returns (Pool storage pool) {
        pool = pools[id];
        if (pool.params.bucket == 0) revert UnknownPool(id);
    }

    function stakeOf(uint64 id) internal view returns (StakeRecord storage stake_) {
        stake_ = stakes[id];
        if (stake_.provider == address(0)) revert UnknownStake(id);
    }

    /// @dev Brings a pool to the present. Returns its reserves there, not yet kept.
    function toNow(Pool storage pool) internal returns (Reserves memory) {
        return Advance.to(pool, time(), stream());
    }

    function stream() internal view returns (Advance.Stream memory) {
        return Advance.Stream(genesis, partE8);
    }

    /// @dev The reward day; the first one before the genesis too.
    function today() internal view returns (uint32) {
        return uint32(Math.saturatingSub(time(), genesis) / Emission.DAY);
    }

    function holderOf(StakeRecord storage stake_) internal view returns (address) {
        address holder = stake_.hoursHolder;
        return holder == address(0) ? stake_.provider : holder;
    }

    /// @dev A rental token's id tells its stake.
    function rentalTokenId(uint64 rental, uint64 stake_) internal pure returns (uint256) {
        return uint256(rental) << 64 | stake_;
    }

    function isActive(StakeRecord storage stake_) internal view returns (bool) {
        return stake_.state < StakeState.Settled;
    }

    /// @dev Tells whether a rental runs now; at its `until` it is over.
    function isRented(StakeRecord storage stake_) internal view returns (bool) {
        return time() < stake_.rental.until && stake_.rental.renter != address(0) && isActive(stake_);
    }

    /// @dev The GPU-seconds left of a stake; zero after its expiry.
    function remaining(StakeRecord storage stake_) internal view returns (uint64) {
        return uint64(Math.saturatingSub(stake_.expiry, time()));
    }

    /// @dev Opens a stake for an operation of `sender`: the checks that PROTOCOL 3.3 to 3.5 share,
    /// in their order.
    function openStake(uint64 id, address sender, Needs needs)
        internal
        returns (StakeRecord storage stake_, Pool storage pool, Reserves memory reserves)
    {
        stake_ = stakeOf(id);
        pool = pools[stake_.pool];
        reserves = toNow(pool);
        address owner = stake_.provider;
        if (needs != Needs.StakeTokenAsLp) {
            address holder = holderOf(stake_);
            if (needs == Needs.HoursToken || holder != sender) owner = holder;
        }
        if (owner != sender) revert NotOwner(owner);
        if (!isActive(stake_)) revert StakeClosed();
        StakeState fitting =
            needs == Needs.StakeTokenAsLp ? StakeState.Liquidity : StakeState.Held;
        if (stake_.state != fitting) revert WrongMode(uint8(stake_.state));
        if (time() >= stake_.expiry) revert Expired(stake_.expiry);
    }

    function checkAtMost(uint256 amount, uint256 limit) internal pure {
        if (amount > limit) revert Slippage(Math.saturatedSigned(amount), Math.saturatedSigned(limit));
    }

    function checkAtLeast(uint256 amount, uint256 limit) internal pure {
        if (amount < limit) revert Slippage(Math.saturatedSigned(amount), Math.saturatedSigned(limit));
    }

    /// @dev Gives `received` to an account and takes `paid` from it, as one transfer of the
    /// difference, and burns `burned` of what is then the market's. The last thing that an operation
    /// does with PIN, and its last check: `InsufficientBalance` of the difference.
    function exchange(address account, uint256 received, uint256 paid, uint256 burned) internal {
        if (paid > received) {
            uint256 due = paid - received;
            uint256 burnedNow = Math.min(burned, due);
            pin.payFrom(account, due, burnedNow);
            if (burned == burnedNow) return;
            burned -= burnedNow;
            received = paid;
        }
        if (received != paid || burned != 0) pin.pay(account, received - paid, burned);
    }

    /// @dev Transient storage on every chain, not on Ethereum's own alone.
    function _useTransientReentrancyGuardOnlyOnMainnet() internal pure override returns (bool) {
        return false;
    }
}
