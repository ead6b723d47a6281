// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "solady/src/utils/ReentrancyGuardTransient.sol";
import {IGame} from "../interfaces/IGame.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {IMarketToken, IPin} from "../interfaces/ITokens.sol";
import {Advance} from "../libraries/pool/Advance.sol";
import {Math} from "../libraries/Math.sol";
import {Certificate, Pool, Reserves, Stake, StakeState} from "../Types.sol";

/// @title Pools, certificates and stakes, and what every operation does with them
/// @notice Every operation keeps one rhythm: checks, advance, compute, write, event, transfer. What
/// fails reverts, so a refused action leaves no trace.
///
/// | file         | operations                             |
/// |--------------|----------------------------------------|
/// | Stakes       | burn, stake, transfer of hours, settle |
/// | Liquidity    | open, add, collect, sell, remove       |
/// | Rentals      | rent, extend, end, transfer of rentals |
/// | Verification | the verdict                            |
abstract contract Ledger is IPinFi, ReentrancyGuardTransient {
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

    Counts internal counts;
    mapping(uint32 id => Pool) internal pools;
    mapping(uint64 id => Certificate) internal certificates;
    mapping(uint64 id => Stake) internal stakes;

    constructor(
        IPin pin_,
        IMarketToken stakeToken_,
        IMarketToken hoursToken_,
        IMarketToken rentalToken_,
        IGame game_
    ) {
        pin = pin_;
        stakeToken = ours(stakeToken_);
        hoursToken = ours(hoursToken_);
        rentalToken = ours(rentalToken_);
        game = game_;
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

    function stakeOf(uint64 id) internal view returns (Stake storage stake_) {
        stake_ = stakes[id];
        if (stake_.provider == address(0)) revert UnknownStake(id);
    }

    function isActive(Stake storage stake_) internal view returns (bool) {
        return stake_.state < StakeState.Settled;
    }

    /// @dev Tells whether a rental runs now; at its `until` it is over.
    function isRented(Stake storage stake_) internal view returns (bool) {
        return time() < stake_.rental.until && stake_.rental.renter != address(0) && isActive(stake_);
    }

    /// @dev The GPU-seconds left of a stake; zero after its expiry.
    function remaining(Stake storage stake_) internal view returns (uint64) {
        return uint64(Math.saturatingSub(stake_.expiry, time()));
    }

    /// @dev Opens a stake for an operation of `sender`: the checks that PROTOCOL 3.3 to 3.5 share,
    /// in their order.
    function openStake(uint64 id, address sender, Needs needs)
        internal
        returns (Stake storage stake_, Pool storage pool, Reserves memory reserves)
    {
        stake_ = stakeOf(id);
        pool = pools[stake_.pool];
        reserves = Advance.to(pool, time());
        address owner = stake_.provider;
        if (needs != Needs.StakeTokenAsLp) {
            address holder = stake_.hoursHolder;
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

    /// @dev Checks that an account can pay `needed` once it has received `first`.
    function require_(address account, uint256 first, uint256 needed) internal view {
        uint256 balance = pin.balanceOf(account) + first;
        if (balance < needed) revert InsufficientBalance(needed, balance);
    }

    /// @dev Gives `received` to an account and takes `paid` from it, as one transfer of the
    /// difference. What is taken must have been checked with `require_`.
    function exchange(address account, uint256 received, uint256 paid) internal {
        if (received > paid) {
            pin.transfer(account, received - paid);
        } else if (paid > received) {
            pin.transferFrom(account, address(this), paid - received);
        }
    }

    /// @dev Burns PIN that the market holds.
    function burnPin(uint256 amount) internal {
        if (amount != 0) pin.burn(amount);
    }

    /// @dev Transient storage on every chain, not on Ethereum's own alone.
    function _useTransientReentrancyGuardOnlyOnMainnet() internal pure override returns (bool) {
        return false;
    }
}
