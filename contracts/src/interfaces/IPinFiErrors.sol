// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Why an action was refused
/// @notice One cause an error, with the values that offend; the names are those of the Rust core's
/// `Error`. A refused action changes nothing. Amounts beyond the signed 128 bits of `Slippage` are
/// given as its largest.
interface IPinFiErrors {
    /// @notice There is no such pool.
    error UnknownPool(uint32 pool);
    /// @notice There is no such certificate.
    error UnknownCertificate(uint64 certificate);
    /// @notice There is no such stake.
    error UnknownStake(uint64 stake);
    /// @notice The time is before the pool's. No chain's clock goes back; kept as the core has it.
    error TimeReversed(uint64 last, uint64 now_);
    /// @notice A parameter of a new pool is out of bounds.
    error BadParameter(string name);
    /// @notice The amount must be above zero.
    error ZeroAmount();
    /// @notice The receiver is the zero address.
    error ZeroAddress();
    /// @notice The account has too little PIN.
    error InsufficientBalance(uint256 needed, uint256 balance);
    /// @notice Somebody else owns this.
    error NotOwner(address owner);
    /// @notice The certificate was used already.
    error CertificateUsed(uint64 certificate);
    /// @notice The certificate is for fewer GPU-seconds.
    error CertificateTooSmall(uint64 certified, uint64 needed);
    /// @notice Not a later multiple of the pool's bucket.
    error UnalignedExpiry(uint64 expiry, uint64 bucket);
    /// @notice The term is shorter than the pool's least.
    error TermTooShort(uint64 term, uint64 min);
    /// @notice The term is longer than the pool's most.
    error TermTooLong(uint64 term, uint64 max);
    /// @notice The amount is beyond the limit that the sender set, in wei.
    error Slippage(int128 amount, int128 limit);
    /// @notice The stake is settled or slashed.
    error StakeClosed();
    /// @notice The stake's state does not fit the action.
    error WrongMode(uint8 state);
    /// @notice The stake's time ended or ends too early.
    error Expired(uint64 expiry);
    /// @notice The stake's time has not ended.
    error NotExpired(uint64 expiry);
    /// @notice The pool has live shares already; join it at its price.
    error PoolOpen();
    /// @notice The pool has no liquidity.
    error PoolDormant();
    /// @notice Opening takes at least so many wei.
    error PriceTooLow(uint256 min);
    /// @notice The share would be zero or too large for the pool to count.
    error ShareOutOfRange();
    /// @notice The pool has less compute than is wanted, in Wad.
    error InsufficientLiquidity(uint256 wanted, uint256 available);
    /// @notice More seconds are sold than the pool's LPs stay for.
    error BeyondDuration(uint64 term, uint64 duration);
    /// @notice The device is rented.
    error DeviceRented(uint64 until);
    /// @notice The list of devices is empty or names one twice.
    error BadDevices();
    /// @notice The stake has no hours in this pool.
    error NotInPool(uint64 stake);
    /// @notice The window is shorter than the pool's bucket.
    error WindowTooShort(uint64 window, uint64 bucket);
    /// @notice The sender has no running rental of this device.
    error NotRenter();
    /// @notice A challenge of this stake is open.
    error VerificationPending(uint64 until);

    /// @notice Only the game gives verdicts. Not in the core, where the ledger is the verifier.
    error NotGame();
    /// @notice Only the rewards may do this. Not in the core, which has no other contract.
    error NotRewards();
    /// @notice Only the token may report its transfers. Not in the core, which has no other contract.
    error NotToken();
    /// @notice A token or the PIN was deployed for another market. Only at construction.
    error WrongMarket(address token);
}
