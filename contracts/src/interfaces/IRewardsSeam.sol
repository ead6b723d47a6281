// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The seam to the block rewards
/// @notice What the market asks of the contract that pays them. Its address is fixed at construction.
interface IRewardsSeam {
    /// @notice Returns the only market whose stakes are paid.
    function market() external view returns (address);
    /// @notice Returns when the emission begins; reward days are counted from here.
    function genesis() external view returns (uint64);
    /// @notice Returns the part of the emission that flows to the providers of a pool with the whole
    /// weight, in parts of 10^8.
    function providersPartE8() external view returns (uint64);
    /// @notice Adds to a provider's age the part of the `counted` seconds up to `to` that no other
    /// device of it has brought yet. The market's alone.
    function grow(address provider, uint64 to, uint64 counted) external;
    /// @notice Pays a settled stake its reward: `earned` wei times the provider's multipliers. The
    /// market's alone.
    function pay(
        uint64 stake,
        address provider,
        uint256 earned,
        uint32 proofs,
        uint64 spent,
        uint64 window
    ) external;
}
