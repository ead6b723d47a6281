// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {Challenge} from "./game/Challenge.sol";
import {Dispute} from "./game/Dispute.sol";
import {Endpoints} from "./game/Endpoints.sol";
import {Table} from "./game/Table.sol";
import {IPinFi} from "./interfaces/IPinFi.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {IPin} from "./interfaces/ITokens.sol";

/// @title Game
/// @notice The verification game of many parties: the only one to give verdicts to its market. The
/// manual is `IVerificationGame`.
/// Warning: where `prevrandao` is constant or known ahead, name a source of randomness.
contract Game is Challenge, Dispute, Endpoints {
    /// @param market_ The market, which may not be deployed yet.
    /// @param source_ Where randomness comes from; zero: `prevrandao`.
    constructor(IPinFi market_, IPin pin_, IRandomness source_)
        Table(market_, source_)
        Dispute(pin_)
    {}
}
