// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ClientFees, FeeDay, Mark, PoolParams, Reserves, Stake} from "../Types.sol";
import {IGame} from "./IGame.sol";
import {IPinFiErrors} from "./IPinFiErrors.sol";
import {IPinFiEvents} from "./IPinFiEvents.sol";
import {IRewardsSeam} from "./IRewardsSeam.sol";
import {IMarketToken, IPin} from "./ITokens.sol";

/// @title PinFi: a market for compute-hours that dissipate
/// @notice Pools trade GPU-seconds against PIN; providers stake devices; clients rent them. The rules
/// are those of PROTOCOL sections 1 to 4, 5.4 and 6, equal to the Rust core to the wei; weights, locks
/// and claims of section 6 are in `IRewards`.
///
/// Units: PIN in wei; compute in GPU-seconds (`gs`) or GPU-seconds × 1e18 (Wad); times in seconds
/// since the Unix epoch. Amounts round against the caller and in favour of the pool.
///
/// Errors: each function lists its own in the order in which they are checked; the values are in
/// `IPinFiErrors`. Every function but `burn` and `createPool` first brings the pool to the present,
/// at a cost of at most 720 LP expiries; `poke` does a part of it for whoever wants to pay by parts.
///
/// PIN is taken by allowance: give an exact one, by `approve` or by `permit` in the same
/// `multicall`. Without it the call reverts with PIN's own `InsufficientAllowance`.
///
/// Warning: no owner, no pause and no upgrade. What is deployed stays.
interface IPinFi is IPinFiErrors, IPinFiEvents {
    // ---- Pools (PROTOCOL 2)

    /// @notice Creates a pool with parameters fixed for good; anyone may.
    /// Reverts: `BadParameter` with the name of the first one out of bounds.
    /// Warning: the label is not checked for uniqueness or truth.
    function createPool(PoolParams calldata params) external returns (uint32 pool);

    /// @notice Settles time up to `limit` LP expiries and stops exactly on the last of them: many
    /// short calls equal one long one to the bit.
    /// Reverts: `UnknownPool`.
    function poke(uint32 pool, uint32 limit) external returns (uint32 visited);

    // ---- Stakes (PROTOCOL 3)

    /// @notice Burns `burnPerGs · gs` wei of the sender's PIN for a certificate.
    /// Reverts: `UnknownPool`, `ZeroAmount`, `InsufficientBalance`.
    /// Warning: certificates are not transferable and never expire, and nothing is refunded.
    function burn(uint32 pool, uint64 gs) external returns (uint64 certificate);

    /// @notice Stakes a device until `expiry`, a multiple of the pool's bucket. Takes the maintenance
    /// fee, at most `maxFee` wei, and issues the st-token and the hours token to the sender, without
    /// calling it back.
    /// Reverts: `UnknownCertificate`, `NotOwner`, `CertificateUsed`, `UnalignedExpiry`,
    /// `TermTooShort`, `TermTooLong`, `CertificateTooSmall`, `Slippage`, `InsufficientBalance`.
    /// Warning: ids count up. In a `multicall` with `burn` the certificate's id must be guessed; where
    /// somebody else burns first, the whole call reverts and nothing is lost.
    function stake(uint64 certificate, uint64 expiry, uint128 maxFee) external returns (uint64 id);

    /// @notice Joins a pool without shares and sets its price by pairing `tokens` wei with the hours
    /// left. Gives the maintenance fee back.
    /// Reverts: `UnknownStake`, `NotOwner`, `StakeClosed`, `WrongMode`, `Expired`, `TermTooShort`,
    /// `PoolOpen`, `PriceTooLow`, `ShareOutOfRange`, `InsufficientBalance`.
    /// Warning: a price that is not the market's is traded against at once.
    function openLiquidity(uint64 stake, uint128 tokens) external;

    /// @notice Joins an open pool at its price with between `minTokens` and `maxTokens` wei (rounded
    /// up). Gives the maintenance fee back. Returns the wei paired.
    /// Reverts: `UnknownStake`, `NotOwner`, `StakeClosed`, `WrongMode`, `Expired`, `TermTooShort`,
    /// `PoolDormant`, `Slippage`, `ShareOutOfRange`, `InsufficientBalance`.
    /// Warning: the spot price can be moved by whoever pays for it; the two limits are what protects.
    function addLiquidity(uint64 stake, uint128 minTokens, uint128 maxTokens)
        external
        returns (uint128 tokens);

    /// @notice Pays out what the pool has released to an LP, rounded down.
    /// Reverts: `UnknownStake`, `NotOwner`, `StakeClosed`, `WrongMode`, `Expired` (then `settle`).
    function collect(uint64 stake) external returns (uint128 amount);

    /// @notice Sells a held stake's hours to the pool for at least `minOut` wei, after the fee. The
    /// caller, who holds the hours token, tops the maintenance fee up before the proceeds arrive.
    /// Reverts: `UnknownStake`, `NotOwner`, `StakeClosed`, `WrongMode`, `Expired`, `BeyondDuration`,
    /// `ZeroAmount`, `PoolDormant`, `Slippage`, `InsufficientBalance`.
    /// Warning: the maintenance fee always belongs to the st-token's owner, whoever topped it up.
    function sell(uint64 stake, uint128 minOut) external returns (uint128 net);

    /// @notice Leaves a pool before expiry. Pays what is pending; the device leaves with all its
    /// time, and what its share of compute falls short of that is bought from the pool out of the
    /// share's PIN. `minTokens` bounds the net in wei, which may be negative, without the pending
    /// part and the new maintenance fee, which `maxFee` bounds.
    /// Reverts: `UnknownStake`, `NotOwner`, `StakeClosed`, `WrongMode`, `Expired`, `DeviceRented`,
    /// `PoolDormant`, `InsufficientLiquidity`, `Slippage`, `InsufficientBalance`.
    function removeLiquidity(uint64 stake, int128 minTokens, uint128 maxFee)
        external
        returns (int128 net);

    /// @notice Ends an expired stake; anyone may. The provider gets what is pending, and the
    /// maintenance fee and its block reward if it passed a verification and left no challenge
    /// unanswered; else the fee is burned. Burns both tokens.
    /// Reverts: `UnknownStake`, `StakeClosed`, `NotExpired`, `VerificationPending`.
    function settle(uint64 stake) external;

    /// @notice Passes a held, unexpired stake's hours token on; so does a transfer of the token.
    /// Reverts: `UnknownStake`, `NotOwner`, `StakeClosed`, `WrongMode`, `Expired`, `ZeroAddress`.
    /// Warning: the receiver is not asked whether it can handle the token.
    function transferHours(uint64 stake, address to) external;

    // ---- Rentals (PROTOCOL 4)

    /// @notice Rents devices until `until`, a multiple of the pool's bucket, for at most `maxCost`
    /// wei in all, fee included (rounded up). Issues a rental token for each, without calling back.
    /// Returns the wei paid.
    /// Reverts: `UnknownPool`, `UnalignedExpiry`, `WindowTooShort`, `BadDevices`; for each device in
    /// turn `UnknownStake`, `NotInPool`, `DeviceRented`, `Expired`; then `PoolDormant`,
    /// `InsufficientLiquidity`, `Slippage`, `InsufficientBalance`.
    function rent(uint32 pool, uint64[] calldata stakes, uint64 until, uint128 maxCost)
        external
        returns (uint128 gross);

    /// @notice Buys more time of a device that the sender rents. Returns the wei paid.
    /// Reverts: `UnknownStake`, `StakeClosed`, `NotRenter`, `UnalignedExpiry`, `Expired`,
    /// `PoolDormant`, `InsufficientLiquidity`, `Slippage`, `InsufficientBalance`.
    function extend(uint64 stake, uint64 until, uint128 maxCost) external returns (uint128 gross);

    /// @notice Sells a rental's unused time back for at least `minOut` wei. A dormant pool pays
    /// nothing rather than trap the client.
    /// Reverts: `UnknownStake`, `StakeClosed`, `NotRenter`, `Slippage`.
    function endRental(uint64 stake, uint128 minOut) external returns (uint128 net);

    /// @notice Passes a running rental's token on; so does a transfer of the token.
    /// Reverts: `UnknownStake`, `StakeClosed`, `NotRenter`, `ZeroAddress`.
    /// Warning: the receiver is not asked whether it can handle the token.
    function transferRental(uint64 stake, address to) external;

    // ---- Verification (PROTOCOL 5.4). The game's alone.

    /// @notice Notes what a device of the stake's pool has accrued now, when its provider commits to
    /// the work of a challenge: a proof verifies the time up to its commitment.
    /// Reverts: `NotGame`, `UnknownStake`.
    function noteCommitment(uint64 stake) external;

    /// @notice Counts a verification as passed, and with it the time up to its commitment, if one was
    /// noted; or slashes the stake: what it has at stake is burned, after the refund of a running
    /// rental and the share of an accuser who is not the renter, and what it has earned is void. `epoch`
    /// is that of the challenge, `spent` the seconds from there to the commitment, `accuser` zero where
    /// nobody accused. Returns the accuser's share, in wei.
    /// Reverts: `NotGame`, `UnknownStake`, `StakeClosed`, `Expired`.
    function verdict(uint64 stake, bool passed, uint64 epoch, uint64 spent, address accuser)
        external
        returns (uint128 share);

    // ---- For the rewards and the game

    /// @notice Brings a pool to the present. The rewards' and the game's alone.
    /// Reverts: `NotGame`, `UnknownPool`.
    function advance(uint32 pool) external;

    /// @notice Gives a pool its weight in block rewards, in Bps. The rewards' alone.
    /// Reverts: `NotRewards`, `UnknownPool`.
    function setWeight(uint32 pool, uint16 weight) external;

    /// @notice Returns a pool's fees of a reward day and a client's part of them, and forgets that
    /// part. The rewards' alone.
    /// Reverts: `NotRewards`, `UnknownPool`.
    function takeFees(uint32 pool, uint32 day, address client)
        external
        returns (FeeDay memory all, ClientFees memory own);

    // ---- For the tokens

    /// @notice Checks a transfer of an hours token that its contract is about to make, and notes it.
    /// Reverts: `NotToken`, else as `transferHours` sent by `from`.
    function beforeHoursTransfer(address from, address to, uint64 stake) external;

    /// @notice Checks a transfer of the rental token of `stake`, and notes it.
    /// Reverts: `NotToken`, else as `transferRental` sent by `from`.
    function beforeRentalTransfer(address from, address to, uint64 stake) external;

    // ---- One transaction for several actions

    /// @notice Makes several calls in turn as the sender; all of them or none.
    function multicall(bytes[] calldata calls) external payable returns (bytes[] memory results);

    /// @notice Allows this contract to take `value` wei of the sender's PIN, by its EIP-2612
    /// signature. A permit that was already used, by anybody, does no harm: what matters is the
    /// allowance that the next call finds.
    function permit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    // ---- What is there. As of the last change: nothing here is brought to the present.

    /// @notice Returns PIN.
    function pin() external view returns (IPin);
    /// @notice Returns the soulbound st-tokens; a token's id is its stake's.
    function stakeToken() external view returns (IMarketToken);
    /// @notice Returns the hours tokens; a token's id is its stake's.
    function hoursToken() external view returns (IMarketToken);
    /// @notice Returns the rental tokens, numbered over all pools.
    function rentalToken() external view returns (IMarketToken);
    /// @notice Returns the only contract that may give verdicts.
    function game() external view returns (IGame);
    /// @notice Returns the only contract that may set weights and take fees' records.
    function rewards() external view returns (IRewardsSeam);
    /// @notice Returns how many records there are of each kind; ids count from zero.
    function totals()
        external
        view
        returns (uint32 pools, uint64 certificates, uint64 stakes, uint64 rentals);
    /// @notice Returns what was fixed at a pool's creation. Reverts: `UnknownPool`.
    function poolParams(uint32 pool) external view returns (PoolParams memory);
    /// @notice Returns a pool's reserves as of their `last`. Reverts: `UnknownPool`.
    /// Warning: whoever pays for it can move their price. Nothing outside a pool may take it for an
    /// oracle.
    function reservesOf(uint32 pool) external view returns (Reserves memory);
    /// @notice Returns word `word` of the bitmap of a pool's LP expiries to come: bit `i` stands for
    /// the time `(256 · word + i) · bucket`. Reverts: `UnknownPool`.
    function expiriesOf(uint32 pool, uint256 word) external view returns (uint256 bits);
    /// @notice Returns, for an LP expiry to come, by how much the decay rate falls there (Wad per
    /// second), and above 2^128 how many devices end; for one passed, `acc` (Q96) there. Reverts:
    /// `UnknownPool`.
    function boundaryOf(uint32 pool, uint64 expiry) external view returns (uint256 endingThenAccQ96);
    /// @notice Returns a certificate. Reverts: `UnknownCertificate`.
    function certificateOf(uint64 certificate)
        external
        view
        returns (uint32 pool, address owner, uint64 gs, bool used);
    /// @notice Returns a stake, ended ones too. Reverts: `UnknownStake`.
    function stakeInfo(uint64 stake) external view returns (Stake memory);
    /// @notice Returns what was noted at a commitment that awaits its verdict; zeros where none does.
    function markOf(uint64 stake) external view returns (Mark memory);
    /// @notice Returns a pool's fees of a reward day, and a client's that are not claimed for.
    function feesOf(uint32 pool, uint32 day, address client)
        external
        view
        returns (FeeDay memory all, ClientFees memory own);
}
