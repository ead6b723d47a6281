import { PinFiError } from './error.js';
import { glue, wasm } from './evm.wasm.js';
import { rewardsFrom, rewardsTo, type CoreRewards, type RewardsConfig } from './rewards.js';
import type { Address, Hash, Wei } from './types.js';

/** Something of each contract of one deployment: its address. */
export interface Contracts<Of = Address> {
  readonly pin: Of;
  /** Pools, stakes and rentals. */
  readonly market: Of;
  readonly stakeToken: Of;
  readonly hoursToken: Of;
  readonly rentalToken: Of;
  /** Who gives verdicts. */
  readonly game: Of;
  /** The block rewards. */
  readonly rewards: Of;
}

/** A deployment on a chain. */
export interface AddressBook {
  readonly name: string;
  readonly chainId: bigint;
  /** A block before which none of the contracts has a log. */
  readonly fromBlock: bigint;
  readonly minter: Address;
  readonly supplyCap: Wei;
  /** How the emission is split, and who governs. */
  readonly rewards: RewardsConfig;
  readonly contracts: Contracts;
  /**
   * The hashes of their codes: keccak256 of what `eth_getCode` gives. Ask for it before you send
   * anything; nothing here asks a chain.
   */
  readonly codeHashes?: Contracts<Hash>;
}

/** The file that a deployment writes. */
type BookFile = Omit<AddressBook, 'chainId' | 'fromBlock' | 'supplyCap' | 'rewards'> & {
  readonly chainId: number;
  readonly fromBlock: number;
  readonly supplyCap: string;
  readonly rewards: CoreRewards<number>;
};

/**
 * Reads the address book that a deployment has written (`cargo xtask devnet`, `cargo xtask deploy`).
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `BadParameter`
 */
export function addressBook(json: string): AddressBook {
  void wasm.exports;
  const file = parsed(json);
  // Whether it is a book is the contracts' ledger's to say, which is what it is for.
  new glue.Chain(file).free();
  const { chainId, fromBlock, supplyCap, rewards, ...rest } = file;
  return {
    ...rest,
    chainId: BigInt(chainId),
    fromBlock: BigInt(fromBlock),
    supplyCap: BigInt(supplyCap),
    rewards: rewardsFrom(rewards),
  };
}

export function bookTo({ supplyCap, rewards, ...rest }: AddressBook): unknown {
  return { ...rest, supplyCap: String(supplyCap), rewards: rewardsTo(rewards) };
}

function parsed(json: string): BookFile {
  try {
    // People write addresses with their checksum.
    const lower = (_: string, value: unknown) =>
      typeof value === 'string' && /^0x/.test(value) ? value.toLowerCase() : value;
    return JSON.parse(json, lower) as BookFile;
  } catch (error) {
    throw new PinFiError('MalformedInput', String(error));
  }
}
