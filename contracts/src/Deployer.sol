// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {LibRLP} from "solady/src/utils/LibRLP.sol";

/// @title Puts the contracts at addresses that their code alone decides
/// @notice The market must know its tokens and they the market, so that none of them can have an
/// address made of its own code and arguments. This contract can: its arguments are the hashes of
/// the others' creation codes. It deploys them in their order, by nonce, and makes their arguments
/// itself. Whoever deploys it by CREATE2 gets the same addresses on every chain, and nobody can put
/// other code there. Anyone may call `deploy`; nothing else can come of it.
contract Deployer {
    /// @notice All contracts are deployed.
    error Done();
    /// @notice Another contract comes next.
    error WrongCode(uint256 number, bytes32 expected);
    /// @notice The contract's own constructor refused.
    error Failed(uint256 number);

    /// @dev PIN, the game, the three tokens, the rewards, the market.
    uint256 private constant COUNT = 7;
    uint256 private constant GAME = 1;
    uint256 private constant REWARDS = 5;
    uint256 private constant MARKET = 6;

    /// @notice The number of the contract that comes next.
    uint256 public next;
    /// @notice The hashes of the creation codes, without arguments, in order.
    bytes32[COUNT] public codes;
    /// @notice The block in which this was deployed: the market has no log from before.
    uint256 public immutable born = block.number;
    address private immutable minter;
    uint256 private immutable cap;
    address private immutable source;
    bytes private config;

    /// @param minter_ Who may create PIN.
    /// @param cap_ The most PIN that may ever be created, in wei.
    /// @param source_ Where the game's randomness comes from; zero: `prevrandao`.
    /// @param config_ The rewards' configuration, ABI-encoded.
    constructor(
        bytes32[COUNT] memory codes_,
        address minter_,
        uint256 cap_,
        address source_,
        bytes memory config_
    ) {
        config = config_;
        codes = codes_;
        minter = minter_;
        cap = cap_;
        source = source_;
    }

    /// @notice Returns where contract `number` is or will be.
    function addressOf(uint256 number) public view returns (address) {
        // A contract's own nonces begin with one.
        return LibRLP.computeAddress(address(this), number + 1);
    }

    /// @notice Deploys the contract that comes next from its creation code.
    function deploy(bytes calldata code) external returns (address deployed) {
        uint256 number = next;
        if (number == COUNT) revert Done();
        if (keccak256(code) != codes[number]) revert WrongCode(number, codes[number]);
        next = number + 1;
        bytes memory init = bytes.concat(code, arguments(number));
        assembly ("memory-safe") {
            deployed := create(0, add(init, 32), mload(init))
        }
        if (deployed == address(0)) revert Failed(number);
    }

    function arguments(uint256 number) private view returns (bytes memory) {
        if (number == 0) return abi.encode(minter, addressOf(REWARDS), cap);
        if (number == GAME) return abi.encode(addressOf(MARKET), addressOf(0), source);
        if (number < REWARDS) return abi.encode(addressOf(MARKET));
        // The configuration has a fixed size, so it stands in line with the other arguments.
        if (number == REWARDS) {
            return bytes.concat(abi.encode(addressOf(MARKET), addressOf(0)), config);
        }
        return abi.encode(
            addressOf(0), addressOf(2), addressOf(3), addressOf(4), addressOf(GAME), addressOf(REWARDS)
        );
    }
}
