// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ERC721} from "solady/src/tokens/ERC721.sol";
import {Pin} from "../src/Pin.sol";
import {IPinFi} from "../src/interfaces/IPinFi.sol";
import {IMarketToken} from "../src/interfaces/ITokens.sol";
import {Reserves, Stake} from "../src/Types.sol";

/// @title The whole state of a market in one call, for comparison
contract Lens {

    struct CertificateState {
        uint32 pool;
        address owner;
        uint64 gs;
        bool used;
    }

    struct StakeView {
        Stake stake;
        /// What the market keeps at its expiry, and whether it is in the bitmap.
        uint256 boundary;
        bool scheduled;
        /// Who has its tokens; zero where there is none.
        address stakeOwner;
        address hoursOwner;
        address rentalOwner;
    }

    struct State {
        Reserves[] pools;
        CertificateState[] certificates;
        StakeView[] stakes;
        uint64 rentals;
        uint256[] balances;
        uint256 minted;
        uint256 supply;
        uint256 held;
    }

    function state(IPinFi market, address[] calldata accounts, uint64[] calldata buckets)
        external
        view
        returns (State memory all)
    {
        (uint32 pools, uint64 certificates, uint64 stakes, uint64 rentals) = market.totals();
        all.rentals = rentals;
        all.pools = new Reserves[](pools);
        for (uint32 i; i < pools; ++i) {
            all.pools[i] = market.reservesOf(i);
        }
        all.certificates = new CertificateState[](certificates);
        for (uint64 i; i < certificates; ++i) {
            CertificateState memory paper = all.certificates[i];
            (paper.pool, paper.owner, paper.gs, paper.used) = market.certificateOf(i);
        }
        all.stakes = new StakeView[](stakes);
        for (uint64 i; i < stakes; ++i) {
            all.stakes[i] = stakeState(market, i, buckets);
        }
        Pin pin = Pin(address(market.pin()));
        all.balances = new uint256[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            all.balances[i] = pin.balanceOf(accounts[i]);
        }
        all.minted = pin.minted();
        all.supply = pin.totalSupply();
        all.held = pin.balanceOf(address(market));
    }

    function stakeState(IPinFi market, uint64 id, uint64[] calldata buckets)
        private
        view
        returns (StakeView memory found)
    {
        Stake memory stake = market.stakeInfo(id);
        found.stake = stake;
        found.boundary = market.boundaryOf(stake.pool, stake.expiry);
        uint256 index = stake.expiry / buckets[stake.pool];
        found.scheduled = market.expiriesOf(stake.pool, index >> 8) >> (index & 255) & 1 == 1;
        found.stakeOwner = ownerOf(market.stakeToken(), id);
        found.hoursOwner = ownerOf(market.hoursToken(), id);
        if (stake.rental.renter != address(0)) {
            found.rentalOwner = ownerOf(market.rentalToken(), stake.rental.id);
        }
    }

    function ownerOf(IMarketToken token, uint256 id) private view returns (address) {
        try ERC721(address(token)).ownerOf(id) returns (address owner) {
            return owner;
        } catch {
            return address(0);
        }
    }
}
