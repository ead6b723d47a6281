// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {IMarketToken} from "../interfaces/ITokens.sol";

/// @title An ERC-721 token that one market issues and ends
/// @dev `mint` and `move` call nobody back: a receiver that reenters gets control only from
/// `safeTransferFrom`, after everything is written, with the market's guard free and its state whole.
abstract contract MarketToken is ERC721, IMarketToken {
    /// @notice Only the market may do this.
    error NotMarket();

    /// @inheritdoc IMarketToken
    address public immutable market;

    /// @param market_ The market, which may not be deployed yet.
    constructor(address market_) {
        market = market_;
    }

    modifier onlyMarket() {
        if (msg.sender != market) revert NotMarket();
        _;
    }

    /// @inheritdoc IMarketToken
    function mint(address to, uint256 id, uint96 note) external onlyMarket {
        _mint(to, id);
        if (note != 0) _setExtraData(id, note);
    }

    /// @inheritdoc IMarketToken
    function burn(uint256 id) external onlyMarket {
        _burn(id);
    }

    /// @inheritdoc IMarketToken
    function move(address from, address to, uint256 id) external onlyMarket {
        _transfer(from, to, id);
    }

    /// @dev Asks the market before a holder's own transfer; the market knows of what it does itself.
    function _beforeTokenTransfer(address from, address to, uint256 id) internal override {
        if (msg.sender != market) beforeTransfer(IPinFi(market), from, to, id);
    }

    function beforeTransfer(IPinFi market_, address from, address to, uint256 id) internal virtual;
}
