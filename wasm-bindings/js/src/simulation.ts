/**
 * A market of agents on the real ledger: deterministic from scenario, seed and number of agents, to
 * the bit and on every machine. Prices are PIN per hour, as `number`.
 *
 * @packageDocumentation
 */

import { breathe } from './breathe.js';
import { glue, wasm } from './simulation.wasm.js';
import type { WasmSource } from './lazy.js';
import { PinFiError } from './error.js';
import { camelled } from './names.js';
import { u32, u64 } from './whole.js';

export { PinFiError, type ErrorValues } from './error.js';
export type { WasmSource } from './lazy.js';

/** Loads the Wasm, once. */
export function load(source?: WasmSource): Promise<void> {
  return wasm.load(source);
}

/** How a market is run. */
export interface Run {
  /** A ready scenario's name, or a scenario file. */
  readonly scenario: string;
  /** All agents of all roles, 100 to 1 000 000. */
  readonly agents: number;
  /** 1 to 3 650. */
  readonly days: number;
  /** All chance follows from it. */
  readonly seed: bigint;
  /** Whether the reward follows the price within the band; else it stays what it was. */
  readonly controlled?: boolean;
}

/** What is noted of an hour, as of its end. */
export interface HourRecord {
  /** From 1. */
  readonly hour: number;
  readonly price: number;
  readonly x: number;
  readonly y: number;
  readonly reward: number;
  /** Empty in a dormant pool. */
  readonly region: string;
  readonly poolPin: number;
  readonly poolHours: number;
  readonly duration: number;
  readonly cover: number;
  readonly lps: number;
  readonly sold: number;
  readonly outside: number;
  readonly gone: number;
  readonly offered: number;
  readonly rented: number;
  readonly utilisation: number;
  readonly asked: number;
  readonly served: number;
  readonly lpIncome: number;
  readonly rewardsEarned: number;
  readonly rewardsMinted: number;
  readonly burned: number;
  readonly slashed: number;
}

/** A run after its first three days, in a few numbers. */
export interface RunSummary {
  readonly hours: number;
  readonly meanX: number;
  readonly leastX: number;
  readonly greatestX: number;
  readonly priceSpread: number;
  /** The part of the hours in each region; "-" is a dormant pool. */
  readonly regions: ReadonlyMap<string, number>;
  readonly lps: number;
  readonly sold: number;
  readonly outside: number;
  readonly utilisation: number;
  readonly served: number;
  readonly lpIncome: number;
  readonly rewards: number;
  readonly rewardsPerServedHour: number;
  readonly leastCover: number;
}

/** The names of the ready scenarios. */
export function scenarioNames(): string[] {
  void wasm.exports;
  return glue.scenarioNames();
}

/**
 * A ready scenario's file, to be changed and run.
 *
 * @throws {PinFiError} `UnknownScenario`
 */
export function scenarioFile(name: string): string {
  void wasm.exports;
  return glue.scenario(name);
}

/** A market under way, stepped by its owner. */
export class Simulation {
  readonly #market: glue.Simulation;

  /**
   * @throws {PinFiError} `NotLoaded`, `UnknownScenario`, `MalformedInput`, `OutOfRange`,
   * `SenselessPrices`, `NothingToControl`
   */
  constructor({ scenario, agents, days, seed, controlled = false }: Run) {
    void wasm.exports;
    const json = scenario.trimStart().startsWith('{') ? scenario : glue.scenario(scenario);
    this.#market = new glue.Simulation(json, u32(agents), u32(days), u64(seed), controlled);
  }

  /** Lets up to `hours` hours pass and returns how many did: none at the end. */
  step(hours = 1): number {
    return this.#market.step(u32(hours));
  }

  /**
   * Steps to the end, a day at a time, and lets the host do other things in between.
   *
   * @throws {PinFiError} `Cancelled` through the signal; what was done stays
   */
  async finish({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    do {
      if (signal?.aborted) throw new PinFiError('Cancelled', 'the run was cancelled');
      await breathe();
    } while (this.step(24) > 0);
  }

  /** Hours done and in all. */
  get progress(): { done: number; total: number } {
    return { done: this.#market.done(), total: this.#market.total() };
  }

  /** What was noted of each hour, from the hour of this index on. */
  records(from = 0): HourRecord[] {
    return camelled(this.#market.records(u32(from))) as HourRecord[];
  }

  /** The run so far in a few numbers; `undefined` for three days or less. */
  summary(): RunSummary | undefined {
    return camelled(this.#market.summary()) as RunSummary | undefined;
  }

  /** The actions that the ledger refused, counted by code. */
  refusals(): ReadonlyMap<string, bigint> {
    return this.#market.refusals() as Map<string, bigint>;
  }

  /** The run so far as comma-separated values. */
  csv(): string {
    return this.#market.csv();
  }

  /** Gives its memory back at once. */
  free(): void {
    this.#market.free();
  }
}
