import { camelled } from './names.js';
import { paramsTo, reservesFrom, type CoreReserves } from './state.js';
import { Quotes, type BuyQuote, type JoinQuote, type LeaveQuote, type SellQuote } from './quotes.js';
import type { GpuSeconds, PoolState, Reserves, Seconds, Wad, Wei } from './types.js';
import { amountAt, core, glue, look } from './wasm.js';
import { u64 } from './whole.js';

/**
 * A pool as it was after its last change. Its quotes are the ledger's, to the wei, at any time from
 * then on: `at` is the time, in Unix seconds, for which they are. Numbers that are not within 64 bits
 * are refused as `MalformedInput`.
 *
 * @example
 * ```ts
 * const { gross } = new Pool(state).quoteBuy(7_200n, now); // two hours of one device
 * ```
 */
export class Pool {
  /** What it was made of. */
  readonly state: PoolState;
  readonly #pool: glue.Pool;
  /** Where its amounts lie in memory, in words. */
  readonly #lanes: number;

  /** @throws {PinFiError} `NotLoaded`, `MalformedInput`, `BadParameter` */
  constructor(state: PoolState) {
    void core.exports;
    this.state = state;
    this.#pool = new glue.Pool(written(state));
    this.#lanes = this.#pool.lanes() / 8;
  }

  /** @throws {PinFiError} `TimeReversed`, `PoolDormant`, `InsufficientLiquidity` */
  quoteBuy(gpuSeconds: GpuSeconds, at: Seconds): BuyQuote {
    if (!this.#pool.quoteBuy(u64(gpuSeconds), u64(at))) throw this.#pool.refusal();
    look();
    const lanes = this.#lanes;
    return {
      cost: amountAt(lanes),
      gross: amountAt(lanes + 2),
      fee: amountAt(lanes + 4),
      burned: amountAt(lanes + 6),
    };
  }

  /** @throws {PinFiError} `TimeReversed`, `ZeroAmount`, `PoolDormant` */
  quoteSell(gpuSeconds: GpuSeconds, at: Seconds): SellQuote {
    if (!this.#pool.quoteSell(u64(gpuSeconds), u64(at))) throw this.#pool.refusal();
    look();
    const lanes = this.#lanes;
    return {
      out: amountAt(lanes),
      net: amountAt(lanes + 2),
      fee: amountAt(lanes + 4),
      burned: amountAt(lanes + 6),
    };
  }

  /**
   * Prices many purchases, each by itself, in one call: where you would ask thousands of times.
   *
   * @throws {PinFiError} `TimeReversed`
   */
  quoteBuyMany(gpuSeconds: BigUint64Array, at: Seconds): Quotes<BuyQuote> {
    const words = this.#pool.quoteBuyMany(gpuSeconds, u64(at));
    return new Quotes<BuyQuote>(words, this.#pool.refused(), ['cost', 'gross', 'fee', 'burned']);
  }

  /**
   * Prices many sales, each by itself, in one call.
   *
   * @throws {PinFiError} `TimeReversed`
   */
  quoteSellMany(gpuSeconds: BigUint64Array, at: Seconds): Quotes<SellQuote> {
    const words = this.#pool.quoteSellMany(gpuSeconds, u64(at));
    return new Quotes<SellQuote>(words, this.#pool.refused(), ['out', 'net', 'fee', 'burned']);
  }

  /**
   * Prices renting `count` devices from `at` until `until`.
   *
   * @throws {PinFiError} as {@link quoteBuy}
   */
  quoteRental(count: bigint, until: Seconds, at: Seconds): BuyQuote {
    return this.quoteBuy(until > at ? (until - at) * count : 0n, at);
  }

  /**
   * Prices joining with a device's time left.
   *
   * @throws {PinFiError} `TimeReversed`, `PoolDormant`, `ShareOutOfRange`
   */
  quoteJoin(gpuSeconds: GpuSeconds, at: Seconds): JoinQuote {
    return this.#pool.quoteJoin(u64(gpuSeconds), u64(at)) as JoinQuote;
  }

  /**
   * Prices leaving early with a share; a rented device can't leave, which is not looked at here.
   *
   * @throws {PinFiError} `TimeReversed`, `Expired`, `ShareOutOfRange`, `PoolDormant`,
   * `InsufficientLiquidity`, `Slippage`
   */
  quoteLeave(share: { decay: bigint; expiry: Seconds }, at: Seconds): LeaveQuote {
    const low = BigInt.asUintN(64, share.decay);
    const quote = this.#pool.quoteLeave(low, u64(share.decay >> 64n), u64(share.expiry), u64(at));
    return camelled(quote) as LeaveQuote;
  }

  /**
   * How far a purchase moves its own price from the spot: cost / (spot · GPU-seconds) − 1, as a
   * fraction × 1e18, rounded down, the fee aside.
   *
   * @throws {PinFiError} as {@link quoteBuy}
   */
  impactOfBuy(gpuSeconds: GpuSeconds, at: Seconds): Wad {
    return this.#amount(this.#pool.impactOfBuy(u64(gpuSeconds), u64(at)));
  }

  /**
   * How far a sale moves its own price from the spot: 1 − out / (spot · GPU-seconds), as a fraction
   * × 1e18, rounded down, the fee aside.
   *
   * @throws {PinFiError} as {@link quoteSell}
   */
  impactOfSell(gpuSeconds: GpuSeconds, at: Seconds): Wad {
    return this.#amount(this.#pool.impactOfSell(u64(gpuSeconds), u64(at)));
  }

  /** @throws {PinFiError} `TimeReversed` */
  reservesAt(at: Seconds): Reserves {
    return reservesFrom(this.#pool.reservesAt(u64(at)) as CoreReserves);
  }

  /**
   * The spot price in wei per GPU-second, rounded down; `undefined` in a dormant pool. Whoever pays
   * for it can move it: nothing outside the pool may take it for an oracle.
   *
   * @throws {PinFiError} `TimeReversed`
   */
  spotPriceAt(at: Seconds): Wei | undefined {
    const isOpen = this.#pool.spotPrice(u64(at));
    const refusal = isOpen ? undefined : this.#pool.refusal();
    if (refusal) throw refusal;
    return isOpen ? this.#amount(isOpen) : undefined;
  }

  /**
   * D: the longest time that the pool buys, in seconds.
   *
   * @throws {PinFiError} `TimeReversed`
   */
  durationAt(at: Seconds): Seconds {
    return this.#pool.durationAt(u64(at));
  }

  /** The one amount that was left, or the refusal. */
  #amount(isThere: boolean): bigint {
    if (!isThere) throw this.#pool.refusal();
    look();
    return amountAt(this.#lanes);
  }

  /** Gives its memory back at once; it would be given back some time after the last use anyway. */
  free(): void {
    this.#pool.free();
  }
}

function written({ params, reserves, schedule }: PoolState): unknown {
  const { accQ96, ...rest } = reserves;
  return {
    params: paramsTo(params),
    reserves: { ...rest, acc_q96: `0x${accQ96.toString(16)}` },
    schedule: new Map([...schedule].map(([at, decay]) => [at, { decay }])),
    acc_at_q96: new Map(),
  };
}
