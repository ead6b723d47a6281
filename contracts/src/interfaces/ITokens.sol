// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @notice What the market asks of PIN, beside ERC-20 and EIP-2612.
interface IPin {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    /// @notice Burns `amount` wei of the sender's.
    function burn(uint256 amount) external;
    /// @notice Burns `amount` wei of `from`, out of the sender's allowance.
    function burnFrom(address from, uint256 amount) external;
}

/// @notice What the market asks of its ERC-721 tokens. All of it is the market's alone.
interface IMarketToken {
    /// @notice Returns the only contract that mints, moves and burns these tokens.
    function market() external view returns (address);
    /// @notice Issues token `id`; `note` is kept with it. Calls nobody back.
    function mint(address to, uint256 id, uint96 note) external;
    /// @notice Burns token `id`.
    function burn(uint256 id) external;
    /// @notice Passes token `id` on without asking the market again. Calls nobody back.
    function move(address from, address to, uint256 id) external;
}
