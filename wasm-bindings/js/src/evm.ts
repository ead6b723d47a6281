/**
 * The contracts on an EVM chain: calldata, logs, reverts, and the ledger that they keep. It sends
 * nothing: use it with viem, ethers or any other client.
 *
 * @packageDocumentation
 */

import { written, type Action } from './actions.js';
import type { PinFiError } from './error.js';
import { eventsFrom, type LedgerEvent } from './events.js';
import { bookTo, type AddressBook, type Contracts } from './book.js';
import { glue, wasm } from './evm.wasm.js';
import type { WasmSource } from './lazy.js';
import type { Address, Hash, Hex, Seconds } from './types.js';

export { addressBook, type AddressBook, type Contracts } from './book.js';
export { PinFiError, type ErrorValues } from './error.js';
export type { EventFields, EventType, LedgerEvent } from './events.js';
export type { WasmSource } from './lazy.js';
export type { Allocation, RewardsConfig } from './rewards.js';

/** Loads the Wasm, once. */
export function load(source?: WasmSource): Promise<void> {
  return wasm.load(source);
}

/** What a transaction calls. */
export interface Call {
  readonly to: Address;
  readonly data: Hex;
}

/** A log, as a chain's clients give it. */
export interface ChainLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** A block with its logs of PIN, the market, the rewards and the game, in order. */
export interface ChainBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly time: Seconds;
  readonly logs: readonly (ChainLog & { readonly transactionHash: Hex })[];
}

/**
 * The call that does an action.
 *
 * @throws {PinFiError} `NotLoaded`, `NotOnChain`, and those of an action
 */
export function call(contracts: Contracts, action: Action): Call {
  void wasm.exports;
  return glue.call(contracts, written(action)) as Call;
}

/**
 * One transaction for several actions of the market, or several moves of the game, all or nothing.
 *
 * @throws {PinFiError} as {@link call}
 */
export function multicall(contracts: Contracts, actions: readonly Action[]): Call {
  void wasm.exports;
  return glue.multicall(contracts, actions.map(written)) as Call;
}

/**
 * What a log of the market, the rewards or the game tells.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `UnreadableLog`
 */
export function decodeLog({ address, topics, data }: ChainLog): LedgerEvent {
  void wasm.exports;
  return eventsFrom(glue.decodeLog({ address, topics, data }))[0] as LedgerEvent;
}

/**
 * What a call reverted with, as the error that the ledger would have thrown, with its numbers.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`
 */
export function decodeRevert(data: Hex): PinFiError {
  void wasm.exports;
  return glue.decodeRevert(data) as PinFiError;
}

/** The ledger that the contracts keep, followed by their logs alone: nothing else is asked. */
export class Chain {
  readonly #chain: glue.Chain;

  /** @throws {PinFiError} `NotLoaded`, `MalformedInput`, `BadParameter` */
  constructor(book: AddressBook) {
    void wasm.exports;
    this.#chain = new glue.Chain(bookTo(book));
  }

  /**
   * Takes blocks that follow those before, and returns what happened in them. Blocks without logs
   * may be left out.
   *
   * @throws {PinFiError} `ChainGap`, where the logs make no history: then nothing is taken
   */
  take(blocks: readonly ChainBlock[]): LedgerEvent[] {
    const plain = blocks.map(({ number, hash, time, logs }) => ({
      block: { number, hash, time },
      logs: logs.map(({ transactionHash, address, topics, data }) => ({
        transaction: transactionHash,
        address,
        topics,
        data,
      })),
    }));
    return (this.#chain.take(plain) as unknown[]).flatMap(eventsFrom);
  }

  /** Notes the present state as one to go back to, should the chain be reorganised. */
  keep(): void {
    this.#chain.keep();
  }

  /** Goes back to the state kept after a block; false where none was. */
  stepBack(block: Hash): boolean {
    return this.#chain.stepBack(block);
  }

  /** The height of the last block taken. */
  get height(): bigint | undefined {
    return this.#chain.height();
  }

  /** The whole ledger, for `Ledger.fromSnapshot` of `@pinfi/sdk/ledger`. */
  snapshot(): Uint8Array {
    return this.#chain.snapshot();
  }

  /** Gives its memory back at once. */
  free(): void {
    this.#chain.free();
  }
}
