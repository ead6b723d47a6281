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
    /// @notice Creates `amount` wei of the emission for `to`; the rewards' alone.
    function mintReward(address to, uint256 amount) external;
    /// @notice Takes `amount` wei of `from`'s, out of the sender's allowance, but burns `burned` of
    /// them instead.
    function payFrom(address from, uint256 amount, uint256 burned) external;
    /// @notice Gives `amount` wei of the sender's to `to`, and burns `burned` more of them.
    function pay(address to, uint256 amount, uint256 burned) external;
}

/// @notice What the market tells its ERC-721 tokens, whose owners its records name. All of it is the
/// market's alone, and calls nobody back.
interface IMarketToken {
    /// @notice Returns the only contract that issues, moves and ends these tokens.
    function market() external view returns (address);
    /// @notice Token `id` was issued.
    function minted(address to, uint256 id) external;
    /// @notice Token `id` is no more.
    function burned(address from, uint256 id) external;
    /// @notice Token `id` was passed on.
    function moved(address from, address to, uint256 id) external;
}
