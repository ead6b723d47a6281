// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Endpoint} from "../GameTypes.sol";
import {IPinFiErrors} from "../interfaces/IPinFiErrors.sol";
import {IVerificationGame} from "../interfaces/IVerificationGame.sol";
import {Relay} from "../libraries/Relay.sol";
import {StakeState} from "../Types.sol";
import {Table} from "./Table.sol";

/// @title Where devices are reached
abstract contract Endpoints is Table {
    /// @dev What was said of a stake that has ended stays here; no view shows it.
    mapping(uint64 stake => Endpoint) private endpoints;

    /// @inheritdoc IVerificationGame
    function announce(uint64 id, bytes32 key, string calldata relay) external {
        uint32 pool = owned(id).pool;
        bytes calldata text = bytes(relay);
        if (key == 0 ? text.length != 0 : !Relay.isRelay(text)) {
            revert IPinFiErrors.BadParameter("relay");
        }
        endpoints[id] = Endpoint(key, relay);
        emit Announced(id, key, relay);
        market.advance(pool);
    }

    /// @inheritdoc IVerificationGame
    function endpointOf(uint64 stake) external view returns (bytes32 key, string memory relay) {
        if (market.stakeInfo(stake).state < StakeState.Settled) {
            Endpoint storage endpoint = endpoints[stake];
            (key, relay) = (endpoint.key, endpoint.relay);
        }
    }
}
