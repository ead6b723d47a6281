// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What may be dialled as a relay
library Relay {
    uint256 private constant MAX_BYTES = 128;
    bytes32 private constant LOCALHOST = keccak256("localhost");
    bytes32 private constant LOOPBACK = keccak256("127.0.0.1");

    /// @notice Tells whether a text is a relay's address: a URL of ASCII that is seen, of at most 128 bytes,
    /// that names a host and no user; `https://`, or `http://` on this machine.
    function isRelay(bytes calldata text) internal pure returns (bool) {
        uint256 length = text.length;
        // Both schemes are ASCII that is seen.
        uint256 from = 8;
        bool isEncrypted = length > 8 && bytes8(text[:8]) == "https://";
        if (!isEncrypted) {
            if (length < 8 || bytes7(text[:7]) != "http://") return false;
            from = 7;
        }
        if (length > MAX_BYTES) return false;
        uint256 end = length;
        for (uint256 i = from; i < length; ++i) {
            bytes1 char = text[i];
            if (char < 0x21 || char > 0x7e || char == "@") return false;
            bool isAfterHost = char == "/" || char == ":" || char == "?" || char == "#";
            if (isAfterHost && end == length) end = i;
        }
        if (isEncrypted) return end != from;
        bytes32 host = keccak256(text[from:end]);
        return host == LOCALHOST || host == LOOPBACK;
    }
}
