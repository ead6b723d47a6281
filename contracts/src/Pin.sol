// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {ERC20} from "solady/src/tokens/ERC20.sol";
import {IPinFiErrors} from "./interfaces/IPinFiErrors.sol";

/// @title PIN, the protocol's token
/// @notice ERC-20 with EIP-2612 permits. Only the minter creates it, and all that it ever creates is
/// capped: what is burned does not come back. 18 decimals.
///
/// Reverts beside those below: `InsufficientBalance()`, `InsufficientAllowance()`, `PermitExpired()`,
/// `InvalidPermit()`; `ZeroAddress` for a transfer to nobody. A transfer of nothing succeeds, as
/// ERC-20 demands; the core's ledger refuses it.
contract Pin is ERC20 {
    /// @notice Only the minter may create PIN.
    error NotMinter(address minter);
    /// @notice More would have been created than the cap, in wei.
    error SupplyCapExceeded(uint256 cap);

    /// @notice The largest cap: signed amounts fit 128 bits, and so do sums.
    uint256 public constant MAX_SUPPLY = uint128(type(int128).max);

    /// @notice The only account that may create PIN.
    address public immutable minter;
    /// @notice The most PIN that may ever be created, in wei.
    uint256 public immutable cap;
    /// @notice All PIN ever created, in wei; `minted − totalSupply` was burned.
    uint256 public minted;

    /// @param cap_ In wei; one beyond `MAX_SUPPLY` counts as that.
    constructor(address minter_, uint256 cap_) {
        minter = minter_;
        cap = cap_ < MAX_SUPPLY ? cap_ : MAX_SUPPLY;
    }

    function name() public pure override returns (string memory) {
        return "PinFi";
    }

    function symbol() public pure override returns (string memory) {
        return "PIN";
    }

    /// @notice Creates `amount` wei for `to`; the minter's alone.
    /// Reverts: `NotMinter`, `ZeroAddress`, `ZeroAmount`, `SupplyCapExceeded`.
    function mint(address to, uint256 amount) external {
        if (msg.sender != minter) revert NotMinter(minter);
        checkReceiver(to);
        if (amount == 0) revert IPinFiErrors.ZeroAmount();
        uint256 before = minted;
        if (amount > cap - before) revert SupplyCapExceeded(cap);
        minted = before + amount;
        _mint(to, amount);
    }

    /// @notice Burns `amount` wei of the sender's.
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }

    /// @notice Burns `amount` wei of `from`, out of the sender's allowance.
    function burnFrom(address from, uint256 amount) external {
        _spendAllowance(from, msg.sender, amount);
        _burn(from, amount);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        checkReceiver(to);
        return super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        checkReceiver(to);
        return super.transferFrom(from, to, amount);
    }

    /// @dev What is sent to nobody is lost: `burn` says that it is meant.
    function checkReceiver(address to) private pure {
        if (to == address(0)) revert IPinFiErrors.ZeroAddress();
    }

    /// @dev Allowances are given, never presumed.
    function _givePermit2InfiniteAllowance() internal pure override returns (bool) {
        return false;
    }
}
