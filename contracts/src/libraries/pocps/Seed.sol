// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The seed: what binds a challenge to one stake, one provider and one epoch (PROTOCOL 5.1)
library Seed {
    /// @dev Separates these seeds from any other hash of the protocol.
    string private constant DOMAIN = "PinFi.PoCPS.v1";

    /// @notice Hashes the inputs into the seed of a challenge on this chain.
    /// @param market The market that the stake is in.
    function seed(
        address market,
        uint256 stake,
        address provider,
        uint256 epoch,
        bytes32 randomness
    ) internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN, block.chainid, market, stake, provider, epoch, randomness)
        );
    }
}
