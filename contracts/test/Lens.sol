// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Pin} from "../src/Pin.sol";
import {IRewards} from "../src/interfaces/IRewards.sol";
import {IPinFi} from "../src/interfaces/IPinFi.sol";
import {IMarketToken} from "../src/interfaces/ITokens.sol";
import {ClientFees, FeeDay, Mark, Reserves, Stake} from "../src/Types.sol";
import {Provider, Weight} from "../src/RewardTypes.sol";

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
        /// What was noted at a commitment that awaits its verdict.
        Mark mark;
        /// Who has its tokens; zero where there is none.
        address stakeOwner;
        address hoursOwner;
        address rentalOwner;
    }

    /// A client's fees of a pool's day, to be looked up.
    struct FeeKey {
        uint32 pool;
        uint32 day;
        address client;
    }

    struct Fees {
        FeeDay all;
        ClientFees own;
    }

    struct RewardsState {
        /// The pools' weights.
        Weight[] weights;
        uint32 totalWeight;
        /// Of the accounts asked for.
        Provider[] providers;
        /// Of the keys asked for.
        Fees[] fees;
        uint128 ecosystemClaimed;
        uint128 teamClaimed;
        uint128 rewarded;
        /// PIN that it holds.
        uint256 held;
    }

    struct State {
        Reserves[] pools;
        CertificateState[] certificates;
        StakeView[] stakes;
        uint64 rentals;
        uint256[] balances;
        /// How many st-tokens, hours tokens and rental tokens each account has.
        uint256[3][] tokens;
        uint256 minted;
        uint256 supply;
        uint256 held;
        RewardsState rewards;
    }

    function state(
        IPinFi market,
        address[] calldata accounts,
        uint64[] calldata buckets,
        FeeKey[] calldata keys
    ) external view returns (State memory all) {
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
        all.tokens = new uint256[3][](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            all.balances[i] = pin.balanceOf(accounts[i]);
            all.tokens[i] = [
                IERC721(address(market.stakeToken())).balanceOf(accounts[i]),
                IERC721(address(market.hoursToken())).balanceOf(accounts[i]),
                IERC721(address(market.rentalToken())).balanceOf(accounts[i])
            ];
        }
        all.minted = pin.minted();
        all.supply = pin.totalSupply();
        all.held = pin.balanceOf(address(market));
        all.rewards = rewardsState(market, pools, accounts, keys);
    }

    function rewardsState(
        IPinFi market,
        uint32 pools,
        address[] calldata accounts,
        FeeKey[] calldata keys
    ) private view returns (RewardsState memory found) {
        IRewards rewards = IRewards(address(market.rewards()));
        found.weights = new Weight[](pools);
        for (uint32 i; i < pools; ++i) {
            found.weights[i] = rewards.weightOf(i);
        }
        found.totalWeight = rewards.totalWeight();
        found.providers = new Provider[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            found.providers[i] = rewards.providerOf(accounts[i]);
        }
        found.fees = new Fees[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            FeeKey calldata key = keys[i];
            (found.fees[i].all, found.fees[i].own) =
                market.feesOf(key.pool, key.day, key.client);
        }
        (found.ecosystemClaimed, found.teamClaimed) = rewards.claimed();
        Pin pin = Pin(address(market.pin()));
        found.rewarded = pin.rewarded();
        found.held = pin.balanceOf(address(rewards));
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
        found.mark = market.markOf(id);
        found.stakeOwner = ownerOf(market.stakeToken(), id);
        found.hoursOwner = ownerOf(market.hoursToken(), id);
        if (stake.rental.renter != address(0)) {
            found.rentalOwner = ownerOf(market.rentalToken(), uint256(stake.rental.id) << 64 | id);
        }
    }

    function ownerOf(IMarketToken token, uint256 id) private view returns (address) {
        try IERC721(address(token)).ownerOf(id) returns (address owner) {
            return owner;
        } catch {
            return address(0);
        }
    }
}
