// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {IMarketToken} from "../interfaces/ITokens.sol";
import {Stake, StakeState} from "../Types.sol";

/// @title An ERC-721 token whose owners are those that one market's records name
/// @notice The market knows who holds what anyway; here are balances, approvals and the events.
/// @dev Of the library's functions, those that keep owners themselves are not used.
abstract contract MarketToken is ERC721, IMarketToken {
    /// @notice Only the market may do this.
    error NotMarket();

    /// @inheritdoc IMarketToken
    address public immutable market;
    mapping(address owner => uint256) private balances;

    /// @param market_ The market, which may not be deployed yet.
    constructor(address market_) ERC721("", "") {
        market = market_;
    }

    modifier onlyMarket() {
        if (msg.sender != market) revert NotMarket();
        _;
    }

    /// @inheritdoc IMarketToken
    function minted(address to, uint256 id) public virtual onlyMarket {
        unchecked {
            ++balances[to];
        }
        emit Transfer(address(0), to, id);
    }

    /// @inheritdoc IMarketToken
    /// @dev An approval may stay behind: no id is used twice.
    function burned(address from, uint256 id) external onlyMarket {
        unchecked {
            --balances[from];
        }
        emit Transfer(from, address(0), id);
    }

    /// @inheritdoc IMarketToken
    function moved(address from, address to, uint256 id) external onlyMarket {
        move(from, to, id);
    }

    function move(address from, address to, uint256 id) internal {
        _approve(address(0), id, address(0), false);
        unchecked {
            --balances[from];
            ++balances[to];
        }
        emit Transfer(from, to, id);
    }

    function balanceOf(address owner) public view override returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(owner);
        return balances[owner];
    }

    /// @dev The record that names the owner; that of a stake which has ended names nobody.
    function recordOf(uint64 stake) internal view returns (Stake memory record, bool isActive) {
        record = IPinFi(market).stakeInfo(stake);
        isActive = record.state < StakeState.Settled;
    }
}
