// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Pin} from "../src/Pin.sol";

/// @title A receiver of tokens that calls back before it says that it has them
contract ReentrantReceiver {
    bytes[] private calls;
    address private market;
    /// @notice How many of its calls the market accepted.
    uint256 public accepted;

    function prepare(Pin pin, address market_, bytes[] calldata calls_) external {
        market = market_;
        calls = calls_;
        accepted = 0;
        pin.approve(market_, type(uint256).max);
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        for (uint256 i; i < calls.length; ++i) {
            (bool done,) = market.call(calls[i]);
            if (done) ++accepted;
        }
        return this.onERC721Received.selector;
    }
}

/// @title A game that calls back when it is asked
/// @dev It is asked by a static call, in which nothing can change: what it tries must fail, and what
/// it answers is an ordinary answer.
contract ReentrantGame {
    bytes[] private calls;
    address private market;

    function prepare(address market_, bytes[] calldata calls_) external {
        market = market_;
        calls = calls_;
    }

    /// @dev Answers with a time far ahead if any of its calls went through.
    function openUntil(uint64) external returns (uint64) {
        for (uint256 i; i < calls.length; ++i) {
            (bool done,) = market.call(calls[i]);
            if (done) return type(uint64).max;
        }
        return 0;
    }

    /// @notice Does several calls to the market in turn, among them verdicts, as one transaction.
    function run(bytes[] calldata calls_) external {
        for (uint256 i; i < calls_.length; ++i) {
            (bool done, bytes memory reason) = market.call(calls_[i]);
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(reason, 32), mload(reason))
                }
            }
        }
    }
}
