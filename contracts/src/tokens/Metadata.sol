// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Base64} from "solady/src/utils/Base64.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibString} from "solady/src/utils/LibString.sol";
import {IPinFi} from "../interfaces/IPinFi.sol";
import {Stake, StakeState} from "../Types.sol";

/// @title What a token says of itself, made on chain
/// @notice A JSON data URI with the device's kind and what is left of its time at this block.
library Metadata {
    using LibString for *;

    /// @notice Returns the data URI of a token.
    /// @param title What the token is, in words.
    /// @param id The token.
    /// @param stake The stake that it is of.
    /// @param until When what it stands for ends.
    function uri(IPinFi market, string memory title, uint256 id, uint64 stake, uint256 until)
        internal
        view
        returns (string memory)
    {
        Stake memory record = market.stakeInfo(stake);
        string memory kind = market.poolParams(record.pool).kind.escapeJSON();
        uint256 left = FixedPointMathLib.zeroFloorSub(until, block.timestamp);
        bytes memory json = abi.encodePacked(
            '{"name":"',
            title,
            " #",
            id.toString(),
            " (",
            kind,
            ')","description":"',
            title,
            " of a device in PinFi pool ",
            uint256(record.pool).toString(),
            ", ",
            left.toString(),
            ' GPU-seconds left at this block","attributes":['
        );
        json = abi.encodePacked(
            json,
            text("Kind", kind),
            ",",
            number("Pool", record.pool),
            ",",
            number("Stake", stake),
            ",",
            text("State", state(record.state)),
            ",",
            number("Ends", until),
            ",",
            number("GPU-seconds left", left),
            "]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    function text(string memory trait, string memory value) private pure returns (bytes memory) {
        return abi.encodePacked('{"trait_type":"', trait, '","value":"', value, '"}');
    }

    function number(string memory trait, uint256 value) private pure returns (bytes memory) {
        return abi.encodePacked('{"trait_type":"', trait, '","value":', value.toString(), "}");
    }

    function state(StakeState value) private pure returns (string memory) {
        if (value == StakeState.Held) return "held";
        if (value == StakeState.Liquidity) return "liquidity";
        if (value == StakeState.Sold) return "sold";
        return value == StakeState.Settled ? "settled" : "slashed";
    }
}
