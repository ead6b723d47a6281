// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Stake} from "../Types.sol";
import {MarketToken} from "./MarketToken.sol";
import {Metadata} from "./Metadata.sol";
import {TransferableToken} from "./TransferableToken.sol";

/// @title The hours token: the right to a staked device's remaining time
/// @notice ERC-721, transferable while the stake is held; in the pool (liquidity, sold) it stays in
/// the name of who brought it. A token's id is its stake's; it is burned when the stake ends.
contract HoursToken is TransferableToken {
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

    function _ownerOf(uint256 id) internal view override returns (address) {
        if (id > type(uint64).max) return address(0);
        (Stake memory record, bool isActive) = recordOf(uint64(id));
        return isActive ? record.hoursHolder : address(0);
    }

    function beforeTransfer(IPinFi market_, address from, address to, uint256 id) internal override {
        market_.beforeHoursTransfer(from, to, uint64(id));
    }
}
