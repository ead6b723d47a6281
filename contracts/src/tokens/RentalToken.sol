// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Stake} from "../Types.sol";
import {MarketToken} from "./MarketToken.sol";
import {Metadata} from "./Metadata.sol";
import {TransferableToken} from "./TransferableToken.sol";

/// @title The rental token: a client's right to a device until a time
/// @notice ERC-721, transferable while the rental runs. It is burned when the rental is given back,
/// when the device is rented anew, or when its stake ends: a device has one at most. A token's id is
/// its rental's number · 2^64 plus its stake's.
contract RentalToken is TransferableToken {
    constructor(address market_) MarketToken(market_) {}

    function name() public pure override returns (string memory) {
        return "PinFi rental";
    }

    function symbol() public pure override returns (string memory) {
        return "rPIN";
    }

    /// @notice Returns the stake whose device is rented.
    function stakeOf(uint256 id) public view returns (uint64) {
        ownerOf(id);
        return uint64(id);
    }

    function tokenURI(uint256 id) public view override returns (string memory) {
        uint64 stake = stakeOf(id);
        IPinFi pinfi = IPinFi(market);
        return Metadata.uri(pinfi, "Rental", id, stake, pinfi.stakeInfo(stake).rental.until);
    }

    function _ownerOf(uint256 id) internal view override returns (address) {
        if (id >> 128 != 0) return address(0);
        (Stake memory record, bool isActive) = recordOf(uint64(id));
        return isActive && record.rental.id == id >> 64 ? record.rental.renter : address(0);
    }

    function beforeTransfer(IPinFi market_, address from, address to, uint256 id) internal override {
        market_.beforeRentalTransfer(from, to, stakeOf(id));
    }
}
