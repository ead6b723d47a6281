// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {IPinFi} from "../interfaces/IPinFi.sol";
import {Stake} from "../Types.sol";
import {MarketToken} from "./MarketToken.sol";
import {Metadata} from "./Metadata.sol";

/// @title The st-token: the proof of a stake, bound to its provider
/// @notice ERC-721 that never changes hands, locked in the sense of ERC-5192. A token's id is its
/// stake's; it is burned when the stake ends.
contract StakeToken is MarketToken {
    /// @notice ERC-5192: the token can never be transferred.
    event Locked(uint256 tokenId);

    /// @notice The token stays with its provider.
    error Soulbound();

    /// @dev `type(IERC5192).interfaceId`: the selector of its only function.
    bytes4 private constant IERC5192_ID = 0xb45a3c0e;

    constructor(address market_) MarketToken(market_) {}

    function name() public pure override returns (string memory) {
        return "PinFi stake";
    }

    function symbol() public pure override returns (string memory) {
        return "stPIN";
    }

    /// @notice ERC-5192: tells whether the token is locked, which all are.
    function locked(uint256 id) external view returns (bool) {
        ownerOf(id);
        return true;
    }

    function supportsInterface(bytes4 id) public view override returns (bool) {
        return id == IERC5192_ID || super.supportsInterface(id);
    }

    function tokenURI(uint256 id) public view override returns (string memory) {
        ownerOf(id);
        IPinFi pinfi = IPinFi(market);
        return Metadata.uri(pinfi, "Stake", id, uint64(id), pinfi.stakeInfo(uint64(id)).expiry);
    }

    function minted(address to, uint256 id) public override {
        super.minted(to, id);
        emit Locked(id);
    }

    function _ownerOf(uint256 id) internal view override returns (address) {
        if (id > type(uint64).max) return address(0);
        (Stake memory record, bool isActive) = recordOf(uint64(id));
        return isActive ? record.provider : address(0);
    }

    function transferFrom(address, address, uint256) public pure override {
        revert Soulbound();
    }
}
