// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {MarketToken} from "./MarketToken.sol";
import {Metadata} from "./Metadata.sol";

/// @title The hours token: the right to a staked device's remaining time
/// @notice ERC-721, transferable while the stake is held; in the pool (liquidity, sold) it stays in
/// the name of who brought it. A token's id is its stake's; it is burned when the stake ends.
contract HoursToken is MarketToken {
    constructor(address market_) MarketToken(market_) {}

    function name() public pure override returns (string memory) {
        return "PinFi hours";
    }

    function symbol() public pure override returns (string memory) {
        return "hPIN";
    }

    function tokenURI(uint256 id) public view override returns (string memory) {
        ownerOf(id);
        IPinFi pinfi = IPinFi(market);
        return Metadata.uri(pinfi, "Hours", id, uint64(id), pinfi.stakeInfo(uint64(id)).expiry);
    }

    function beforeTransfer(IPinFi market_, address from, address to, uint256 id) internal override {
        market_.beforeHoursTransfer(from, to, uint64(id));
    }
}
