declare const brand: unique symbol;

/** A type that a plain value of its base is not assignable to. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Bytes in hexadecimal. */
export type Hex = `0x${string}`;
/** An account: 20 bytes in lower case, made by {@link address}. */
export type Address = Branded<Hex, 'Address'>;
/** 32 bytes in lower case, made by {@link hash}. */
export type Hash = Branded<Hex, 'Hash'>;

/** An amount of PIN in wei (18 decimals). */
export type Wei = bigint;
/** GPU-seconds × 1e18: the unit of a pool's compute and shares. */
export type Wad = bigint;
/** One device for one second; 3600 of them are one hour token. */
export type GpuSeconds = bigint;
/** Seconds; as a time, since the Unix epoch. */
export type Seconds = bigint;
/** A pool, numbered from 0 in order of creation. */
export type PoolId = number;
/** A stake (one device), numbered from 0 over all pools. */
export type StakeId = bigint;
/** A burn certificate, numbered from 0 over all pools. */
export type CertificateId = bigint;
/** A rental token, numbered from 0 over all pools. */
export type RentalId = bigint;

/** The work that a pool's devices prove, and its deadlines. */
export interface PocpsParams {
  /** The matrix side. */
  readonly n: number;
  readonly rounds: number;
  readonly samples: number;
  readonly window: Seconds;
  readonly dispute: Seconds;
  readonly epoch: Seconds;
  readonly bond: Wei;
  readonly accuserBps: number;
}

/** What `CreatePool` fixes for good. */
export interface PoolParams {
  /** The kind of device: a label, 1 to 64 bytes. */
  readonly kind: string;
  /** Expiries and rentals end at multiples of this. */
  readonly bucket: Seconds;
  readonly feeBps: number;
  /** The part of each fee that is burned. */
  readonly burnShareBps: number;
  readonly burnPerGs: Wei;
  readonly collateralBps: number;
  readonly minTerm: Seconds;
  readonly maxTerm: Seconds;
  readonly pocps: PocpsParams;
}

/** A pool's numbers at the time `last`. */
export interface Reserves {
  readonly last: Seconds;
  /** T. */
  readonly pin: Wei;
  /** R. */
  readonly compute: Wad;
  /** Z. */
  readonly shares: Wad;
  /** K, in Wad per second. */
  readonly decay: bigint;
  /** ∫ (T/Z) dt in Q96; only differences of it mean anything. */
  readonly accQ96: bigint;
  /** PIN released to LPs and not collected yet. */
  readonly escrow: Wei;
}

/** A pool as it was after its last change. */
export interface PoolState {
  readonly params: PoolParams;
  readonly reserves: Reserves;
  /** The LP expiries to come, each with the decay rate that ends there. */
  readonly schedule: ReadonlyMap<Seconds, bigint>;
}
