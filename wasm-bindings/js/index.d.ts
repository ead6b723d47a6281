/** Amounts of PIN in wei (18 decimals). */
export type Wei = bigint;
/** GPU-seconds × 1e18: the unit of a pool's compute and shares. */
export type Wad = bigint;
/** Seconds; as a time, since the Unix epoch. */
export type Seconds = bigint;

/** What `create_pool` fixes for good. */
export interface PoolParams {
  kind: string;
  bucket: Seconds;
  /** Parts of ten thousand, as all rates here. */
  fee: number;
  burnShare: number;
  burnPerGs: Wei;
  collateral: number;
  minTerm: Seconds;
  maxTerm: Seconds;
  pocps: {
    n: number;
    rounds: number;
    samples: number;
    window: Seconds;
    dispute: Seconds;
    epoch: Seconds;
    bond: Wei;
    accuserBps: number;
  };
}

/** A pool's numbers at the time `last`. */
export interface Reserves {
  last: Seconds;
  pin: Wei;
  compute: Wad;
  shares: Wad;
  /** Wad per second. */
  decay: bigint;
  accQ96: bigint;
  escrow: Wei;
}

export interface PoolState {
  params: PoolParams;
  reserves: Reserves;
  /** The LP expiries to come, each with the decay rate that ends there. */
  schedule: Map<Seconds, bigint>;
}

/** `gross = cost + fee`; `burned` is part of `fee`. */
export interface BuyQuote {
  cost: Wei;
  gross: Wei;
  fee: Wei;
  burned: Wei;
}

/** `net = out − fee`; `burned` is part of `fee`. */
export interface SellQuote {
  out: Wei;
  net: Wei;
  fee: Wei;
  burned: Wei;
}

/** A refusal. `code` is stable and the same in Rust, in Solidity and on the screen. */
export interface PinFiError extends Error {
  name: 'PinFiError';
  code: string;
}

/** Loads the Wasm; once, before anything else. Without a source it lies beside this module. */
export function load(source?: BufferSource | WebAssembly.Module | URL | Response): Promise<void>;

/** A pool as it was after its last change; its quotes are the ledger's, to the wei. */
export class Pool {
  /** @throws {PinFiError} `MalformedInput`, `BadParameter` */
  constructor(state: PoolState);
  /** @throws {PinFiError} `TimeReversed` */
  reservesAt(now: Seconds): Reserves;
  /** @throws {PinFiError} `TimeReversed`, `PoolDormant`, `InsufficientLiquidity` */
  quoteBuy(gpuSeconds: bigint, now: Seconds): BuyQuote;
  /** @throws {PinFiError} `TimeReversed`, `ZeroAmount`, `PoolDormant` */
  quoteSell(gpuSeconds: bigint, now: Seconds): SellQuote;
  /** Gives its memory back. */
  free(): void;
}

/**
 * Checks a transcript file: whether its outcome follows from its content.
 *
 * @throws {PinFiError} `MalformedInput`; `WrongOutcome` where the file claims another outcome
 */
export function verifyTranscript(json: string): { passed: true } | { passed: false; fault: string };
