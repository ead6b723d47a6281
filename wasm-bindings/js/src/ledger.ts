/**
 * The whole protocol in memory: state from a scenario or a snapshot, changed by actions.
 *
 * @packageDocumentation
 */

import { written, type Action, type ActionType } from './actions.js';
import { bytesOf } from './bytes.js';
import { eventsFrom, type LedgerEvent } from './events.js';
import { glue, wasm } from './ledger.wasm.js';
import type { WasmSource } from './lazy.js';
import type { Wanted } from './limits.js';
import { camelled } from './names.js';
import { Pool } from './pool.js';
import { rewardsTo, type RewardsConfig } from './rewards.js';
import { seedFrom, type SeedInputs } from './seed.js';
import {
  stakeFrom,
  stateFrom,
  trialFrom,
  type Certificate,
  type Endpoint,
  type Epoch,
  type Operator,
  type Stake,
  type Trial,
  type Verification,
} from './state.js';
import type { Address, CertificateId, Hash, PoolId, Seconds, StakeId, Wei } from './types.js';
import { core } from './wasm.js';
import { u32, u64 } from './whole.js';

export type { EventFields, EventType, LedgerEvent } from './events.js';
export type { WasmSource } from './lazy.js';
export type { Allocation, RewardsConfig } from './rewards.js';
export type { SeedInputs } from './seed.js';
export type {
  Accusation,
  Certificate,
  Endpoint,
  Epoch,
  Operator,
  Position,
  Rental,
  Stake,
  Trial,
  TrialCommitment,
  Verification,
} from './state.js';

/** Loads the Wasm of this entry and that of `@pinfi/sdk`, which its pools need, once. */
export async function load(source?: WasmSource): Promise<void> {
  await Promise.all([wasm.load(source), core.load()]);
}

/**
 * Replays a pool's life from a scenario file, compares every number of it to the last unit, and
 * returns how many steps it had.
 *
 * @throws {PinFiError} `MalformedInput`; `ReplayDifference` for the first thing that differs
 */
export function replay(json: string): number {
  void wasm.exports;
  return glue.replay(json);
}

/** What identifies a ledger, and who may create PIN on it. */
export interface LedgerConfig {
  readonly chainId: bigint;
  readonly address: Address;
  readonly minter: Address;
  readonly supplyCap: Wei;
}

/** What a ledger is made with; without `rewards` it emits none. */
export interface LedgerTerms {
  readonly config: LedgerConfig;
  readonly rewards?: RewardsConfig;
}

/** The moment in which an action is applied. */
export interface Context {
  /** Who acts. Taken on trust: recover it from a signature where that matters. */
  readonly sender: Address;
  readonly now: Seconds;
  /** What nobody knew before; only challenges, epochs, complaints, commitments and beacons need it. */
  readonly randomness?: Hash;
}

/** PIN created, burned, and still to be created by the minter. */
export interface Supply {
  readonly minted: Wei;
  readonly burned: Wei;
  readonly mintable: Wei;
}

const NO_RANDOMNESS = new Uint8Array(32);
const ALL_STEPS = 0xffff_ffff;

/** The whole state of the protocol in memory, changed by actions alone. */
export class Ledger {
  readonly #ledger: glue.Ledger;

  /**
   * Makes an empty ledger.
   *
   * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `BadParameter`
   */
  constructor(terms: LedgerTerms);
  /** @internal */
  constructor(terms: LedgerTerms | glue.Ledger);
  constructor(terms: LedgerTerms | glue.Ledger) {
    void wasm.exports;
    this.#ledger = terms instanceof glue.Ledger ? terms : new glue.Ledger(termsTo(terms));
  }

  /**
   * The ledger of a scenario file after its first `steps` steps, or all.
   *
   * @throws {PinFiError} `MalformedInput`, `ReplayDifference`
   */
  static fromScenario(json: string, steps = ALL_STEPS): Ledger {
    void wasm.exports;
    return new Ledger(glue.Ledger.fromScenario(json, u32(steps)));
  }

  /**
   * Reads what {@link snapshot} wrote. Nothing in it is checked but its form: take it from those
   * only whom you would believe its numbers.
   *
   * @throws {PinFiError} `MalformedInput`
   */
  static fromSnapshot(bytes: Uint8Array): Ledger {
    void wasm.exports;
    return new Ledger(glue.Ledger.fromSnapshot(bytes));
  }

  /** Writes the whole state. */
  snapshot(): Uint8Array {
    return this.#ledger.snapshot();
  }

  /**
   * Applies an action and returns what happened, in order.
   *
   * @throws {PinFiError} the first rule that it breaks; the ledger is then as it was
   */
  apply(
    action: Action<Exclude<ActionType, 'Faucet' | 'SetSpeed'>>,
    { sender, now, randomness }: Context,
  ): LedgerEvent[] {
    const drawn = randomness === undefined ? NO_RANDOMNESS : bytesOf(randomness);
    return eventsFrom(this.#ledger.apply(written(action), sender, u64(now), drawn));
  }

  /** The number of pools; their ids count from 0. */
  get poolCount(): number {
    return this.#ledger.poolCount();
  }

  /** @throws {PinFiError} `UnknownPool` */
  pool(id: PoolId): Pool {
    return new Pool(stateFrom(this.#ledger.pool(u32(id))));
  }

  /** @throws {PinFiError} `UnknownStake` */
  stake(id: StakeId): Stake {
    return stakeFrom(id, this.#ledger.stake(u64(id)));
  }

  /** All stakes, ended ones too, in order of creation. */
  stakes(): Stake[] {
    return (this.#ledger.stakes() as [StakeId, unknown][]).map(([id, stake]) => stakeFrom(id, stake));
  }

  /** @throws {PinFiError} `UnknownCertificate` */
  certificate(id: CertificateId): Certificate {
    return { id, ...(camelled(this.#ledger.certificate(u64(id))) as Omit<Certificate, 'id'>) };
  }

  /**
   * The challenge of a stake that awaits an answer, if there is one.
   *
   * @throws {PinFiError} `UnknownStake`
   */
  verification(stake: StakeId): Verification | undefined {
    return camelled(this.#ledger.verification(u64(stake))) as Verification | undefined;
  }

  /**
   * The latest epoch of the game that was opened in a pool, if there is one.
   *
   * @throws {PinFiError} `UnknownPool`
   */
  epoch(pool: PoolId): Epoch | undefined {
    return this.#ledger.epoch(u32(pool)) as Epoch | undefined;
  }

  /**
   * The trials of a stake in the game: the latest by its pool's epochs, and by complaint. A trial by
   * an epoch begins with the commitment, or with none in time.
   *
   * @throws {PinFiError} `UnknownStake`
   */
  trials(stake: StakeId): Trial[] {
    return (this.#ledger.trials(u64(stake)) as unknown[]).map(trialFrom);
  }

  /**
   * Where a stake's device is reached, as its owner says with `Announce`; nothing where it said nothing or
   * took it back, and once the stake is settled or slashed.
   *
   * @throws {PinFiError} `UnknownStake`
   */
  endpoint(stake: StakeId): Endpoint | undefined {
    return this.#ledger.endpoint(u64(stake)) as Endpoint | undefined;
  }

  /**
   * Whom the owner of a stake has appointed to answer for it (`Appoint`), if anybody; it may also sign the
   * receipts of jobs.
   *
   * @throws {PinFiError} `UnknownStake`
   */
  operator(stake: StakeId): Operator | undefined {
    return this.#ledger.operator(u64(stake)) as Operator | undefined;
  }

  /**
   * What the seed of a challenge is made of: give it to `prove` of `@pinfi/sdk/prove`.
   *
   * @throws {PinFiError} `UnknownStake`, `MalformedInput`
   */
  seedInputs(stake: StakeId, epoch: bigint, randomness: Hash): SeedInputs {
    return seedFrom(this.#ledger.seedInputs(u64(stake), u64(epoch), bytesOf(randomness)));
  }

  /** An account's PIN. */
  balanceOf(account: Address): Wei {
    return this.#ledger.balance(account) as Wei;
  }

  /** All accounts that ever held PIN. */
  balances(): Map<Address, Wei> {
    return new Map(this.#ledger.balances() as [Address, Wei][]);
  }

  supply(): Supply {
    return this.#ledger.supply() as Supply;
  }

  config(): LedgerConfig {
    return camelled(this.#ledger.config()) as LedgerConfig;
  }

  /**
   * Chooses devices for a rental: the best fit, those whose time ends soonest after `until`.
   *
   * @throws {PinFiError} `UnknownPool`, `TooFewDevices`
   */
  selectDevices({ pool, count, until, now }: Wanted): StakeId[] {
    return [...this.#ledger.selectDevices(u32(pool), u32(count), u64(until), u64(now))];
  }

  /** Gives its memory back at once. */
  free(): void {
    this.#ledger.free();
  }
}

function termsTo({ config, rewards }: LedgerTerms): unknown {
  return {
    config: {
      chain_id: config.chainId,
      address: config.address,
      minter: config.minter,
      supply_cap: config.supplyCap,
    },
    rewards: rewards && rewardsTo(rewards),
  };
}
