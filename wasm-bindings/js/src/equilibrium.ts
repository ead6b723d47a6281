/**
 * Is a pool healthy? The game of its roles. Prices and rewards are PIN per hour, as `number`:
 * nothing here settles anything.
 *
 * @packageDocumentation
 */

import { glue, wasm } from './equilibrium.wasm.js';
import type { WasmSource } from './lazy.js';
import { camelled } from './names.js';

export { PinFiError, type ErrorValues } from './error.js';
export type { WasmSource } from './lazy.js';

/** Loads the Wasm, once. */
export function load(source?: WasmSource): Promise<void> {
  return wasm.load(source);
}

/** What the roles reckon with. */
export interface GameParams {
  /** δ: the pool's fee, a fraction. */
  readonly fee: number;
  /** β: the fixed part of the price outside. */
  readonly outsideBase: number;
  /** p: the price outside of a unit of θ. */
  readonly outsideRate: number;
  /** θ: units per hour. */
  readonly outsideQuantity: number;
  /** V: what an hour is worth to a genuine client. */
  readonly valuation: number;
}

/** A region of the phase diagram; G is the balanced one. */
export type Region = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G';

/** The rewards that keep a pool in balance. */
export interface RewardBand {
  readonly floor: number;
  readonly ceiling: number;
}

/** The partial derivatives of one amount, each by one parameter of the game. */
export interface Gradient {
  /** By δ. */
  readonly fee: number;
  /** By β. */
  readonly outsideBase: number;
  /** By p. */
  readonly outsideRate: number;
  /** By θ. */
  readonly outsideQuantity: number;
  /** By V. */
  readonly valuation: number;
  /** By γ: the reward. */
  readonly reward: number;
}

/** What an hour brings each role. */
export interface Payoffs {
  readonly liquidity: number;
  readonly outside: number;
  readonly poolSale: number;
  readonly speculatingSeller: number;
  readonly speculatingBuyer: number;
  readonly genuineClient: number;
}

/** Where roles begin and end, in units of b. */
export interface Thresholds {
  readonly speculatingBuyer: number;
  readonly seller: number;
  readonly genuineClient: number;
  readonly lpFloor: number;
}

const REGIONS = ['A', 'B', 'C', 'D', 'E', 'F', 'G'] as const;

/** The game of one pool. */
export class Game {
  readonly #game: glue.Game;

  /**
   * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `FeeOutOfRange`, `QuantityOutOfRange`,
   * `PriceOutOfRange`
   */
  constructor(params: GameParams) {
    void wasm.exports;
    this.#game = new glue.Game({
      fee: params.fee,
      outside_base: params.outsideBase,
      outside_rate: params.outsideRate,
      outside_quantity: params.outsideQuantity,
      valuation: params.valuation,
    });
  }

  /** b = β + pθ. */
  get outsidePrice(): number {
    return this.#game.outsidePrice();
  }

  /** @throws {PinFiError} `PriceOutOfRange`, `QuantityOutOfRange` */
  region(price: number, reward: number): Region {
    return this.#game.region(price, reward) as Region;
  }

  /** The balanced rewards; `undefined` where genuine clients leave before anybody sells. */
  rewardBand(): RewardBand | undefined {
    return this.#game.rewardBand() as RewardBand | undefined;
  }

  /**
   * The price at which a pool with a reward rests.
   *
   * @throws {PinFiError} `QuantityOutOfRange`, `RewardBelowFloor`, `PriceOutOfRange`
   */
  restingPrice(reward: number): number {
    return this.#game.restingPrice(reward);
  }

  /** How the band's floor moves with each parameter. */
  floorGradient(): Gradient {
    return camelled(this.#game.floorGradient()) as Gradient;
  }

  /** How the band's ceiling moves; `undefined` where there is no band. */
  ceilingGradient(): Gradient | undefined {
    return camelled(this.#game.ceilingGradient()) as Gradient | undefined;
  }

  /**
   * How the resting price moves at a reward.
   *
   * @throws {PinFiError} as {@link restingPrice}
   */
  restingPriceGradient(reward: number): Gradient {
    return camelled(this.#game.restingPriceGradient(reward)) as Gradient;
  }

  /** @throws {PinFiError} `PriceOutOfRange`, `QuantityOutOfRange` */
  payoffs(price: number, reward: number): Payoffs {
    return camelled(this.#game.payoffs(price, reward)) as Payoffs;
  }

  thresholds(): Thresholds {
    return camelled(this.#game.thresholds()) as Thresholds;
  }

  /** The reward, in units of b, from which on LPs stay at the price x, in units of b too. */
  lpBoundary(x: number): number {
    return this.#game.lpBoundary(x);
  }

  /**
   * How much of the box 0 ≤ x ≤ `xMax`, 0 ≤ y ≤ `yMax` each region takes.
   *
   * @throws {PinFiError} `PriceOutOfRange`
   */
  areas(xMax: number, yMax: number): Record<Region, number> {
    const areas = this.#game.areas(xMax, yMax);
    return Object.fromEntries(REGIONS.map((region, at) => [region, areas[at]])) as Record<
      Region,
      number
    >;
  }

  /** Gives its memory back at once. */
  free(): void {
    this.#game.free();
  }
}
