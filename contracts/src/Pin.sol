// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {ERC20} from "solady/src/tokens/ERC20.sol";
import {IPinFiErrors} from "./interfaces/IPinFiErrors.sol";
import {Emission} from "./libraries/rewards/Emission.sol";

/// @title PIN, the protocol's token
/// @notice ERC-20 with EIP-2612 permits. Only the minter and the block rewards create it, and all that
/// they ever create is capped: what is burned does not come back. Of the cap, what is not emitted yet
/// is set aside for the rewards. 18 decimals.
///
/// Reverts beside those below: `InsufficientBalance()`, `InsufficientAllowance()`, `PermitExpired()`,
/// `InvalidPermit()`; `ZeroAddress` for a transfer to nobody. A transfer of nothing succeeds, as
/// ERC-20 demands; the core's ledger refuses it.
contract Pin is ERC20 {
    /// @notice Only the minter may create PIN.
    error NotMinter(address minter);
    /// @notice More would have been created than the cap less what is set aside, in wei.
    error SupplyCapExceeded(uint256 cap);
    /// @notice Only the rewards may create PIN of the emission.
    error NotRewards();

    /// @notice The largest cap: signed amounts fit 128 bits, and so do sums.
    uint256 public constant MAX_SUPPLY = uint128(type(int128).max);

    /// @notice The only account that may create PIN beside the rewards.
    address public immutable minter;
    /// @notice The only contract that may create PIN of the emission.
    address public immutable rewards;
    /// @notice The most PIN that may ever be created, in wei.
    uint256 public immutable cap;
    /// @notice All PIN ever created, in wei; `minted − totalSupply` was burned.
    uint128 public minted;
    /// @notice The part of it that was created as a reward.
    uint128 public rewarded;

    /// @param rewards_ The rewards, which may not be deployed yet.
    /// @param cap_ In wei, at least the emission; one beyond `MAX_SUPPLY` counts as that.
    constructor(address minter_, address rewards_, uint256 cap_) {
        if (cap_ < Emission.TOTAL) revert IPinFiErrors.BadParameter("supply_cap");
        minter = minter_;
        rewards = rewards_;
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
        uint256 free = cap - (Emission.TOTAL - rewarded);
        if (amount > free - minted) revert SupplyCapExceeded(free);
        minted += uint128(amount);
        _mint(to, amount);
    }

    /// @notice Creates `amount` wei of the emission for `to`; the rewards' alone.
    /// Reverts: `NotRewards`; `SupplyCapExceeded` beyond the whole emission, which no sum of rewards
    /// reaches.
    function mintReward(address to, uint256 amount) external {
        if (msg.sender != rewards) revert NotRewards();
        if (amount > Emission.TOTAL - rewarded) revert SupplyCapExceeded(Emission.TOTAL);
        rewarded += uint128(amount);
        minted += uint128(amount);
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

    /// @notice Takes `amount` wei of `from`'s for the sender, out of its allowance, but burns `burned`
    /// of them instead: a payment with a fee in one call.
    /// Reverts: `InsufficientBalance(needed, balance)`, `InsufficientAllowance`.
    function payFrom(address from, uint256 amount, uint256 burned) external {
        uint256 balance = balanceOf(from);
        if (balance < amount) revert IPinFiErrors.InsufficientBalance(amount, balance);
        _spendAllowance(from, msg.sender, amount);
        if (amount != burned) _transfer(from, msg.sender, amount - burned);
        if (burned != 0) _burn(from, burned);
    }

    /// @notice Gives `amount` wei of the sender's to `to`, and burns `burned` more of them.
    function pay(address to, uint256 amount, uint256 burned) external {
        if (amount != 0) _transfer(msg.sender, to, amount);
        if (burned != 0) _burn(msg.sender, burned);
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
