// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {MarketToken} from "./MarketToken.sol";

/// @title A market's token that holders pass on by themselves, where the market lets them
/// @dev Nobody is called back but by `safeTransferFrom`, after everything is written, with the
/// market's guard free and its state whole.
abstract contract TransferableToken is MarketToken {
    /// @notice Transfers a token, as ERC-721 says. The market's refusals come first, in its words.
    function transferFrom(address from, address to, uint256 id) public override {
        // It notes the new owner; without the permission below all that is undone.
        beforeTransfer(IPinFi(market), from, to, id);
        _checkAuthorized(from, msg.sender, id);
        move(from, to, id);
    }

    /// @dev Has the market refuse a holder's own transfer, or note it.
    function beforeTransfer(IPinFi market_, address from, address to, uint256 id) internal virtual;
}
