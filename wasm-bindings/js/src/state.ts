// Parameters, reserves and stakes between the core's names and this package's.

import { camelled } from './names.js';
import type {
  Address,
  CertificateId,
  GpuSeconds,
  Hash,
  PocpsParams,
  PoolId,
  PoolParams,
  PoolState,
  RentalId,
  Reserves,
  Seconds,
  StakeId,
  Wei,
} from './types.js';

/** One device, staked for a term. */
export interface Stake {
  readonly id: StakeId;
  readonly pool: PoolId;
  /** The owner of the soulbound st-token. */
  readonly provider: Address;
  /** The holder of the hours token. */
  readonly hoursHolder: Address;
  readonly created: Seconds;
  readonly expiry: Seconds;
  readonly maintenanceFee: Wei;
  /** Verifications passed. */
  readonly passed: number;
  readonly state: 'held' | 'liquidity' | 'sold' | 'settled' | 'slashed';
  /** Of an LP alone. */
  readonly position?: Position;
  /** The rental sold last; it runs until its `until`. */
  readonly rental?: Rental;
  readonly lastEpoch?: bigint;
}

/** An LP's share. */
export interface Position {
  /** κ, in Wad per second. */
  readonly decay: bigint;
  readonly accNotedQ96: bigint;
}

/** A client's right to a device until a time. */
export interface Rental {
  readonly id: RentalId;
  readonly renter: Address;
  readonly start: Seconds;
  readonly until: Seconds;
  readonly paid: Wei;
}

/** The proof that PIN was burned for hours of a pool. */
export interface Certificate {
  readonly id: CertificateId;
  readonly pool: PoolId;
  readonly owner: Address;
  readonly gs: GpuSeconds;
  readonly used: boolean;
}

/** A challenge of a stake that awaits an answer. */
export interface Verification {
  readonly epoch: bigint;
  readonly randomness: Hash;
  readonly seed: Hash;
  readonly commitBy: Seconds;
  readonly respondBy: Seconds;
  readonly commitment?: { readonly root: Hash; readonly beacon: Hash };
}

/** An epoch of the game of many parties. It binds the pool's stakes that were there before it. */
export interface Epoch {
  readonly id: bigint;
  readonly randomness: Hash;
  readonly opened: Seconds;
}

/** Where a stake's device is reached, as its owner says: nobody has checked that it is. */
export interface Endpoint {
  /** The key that it is dialled by: an ed25519 public key. */
  readonly key: Hash;
  /** The relay that it waits at, as a URL: `https:`, or `http:` on this machine. */
  readonly relay: string;
}

/** Who answers for a stake beside its owner. */
export interface Operator {
  readonly account: Address;
  /** From this moment on it does not any more. */
  readonly until: Seconds;
}

/** A stake under a challenge of the game. */
export interface Trial {
  readonly epoch: bigint;
  readonly seed: Hash;
  readonly opened: Seconds;
  /** The last second for a commitment. */
  readonly commitBy: Seconds;
  /** Once the provider has committed. */
  readonly committed?: TrialCommitment;
  /** Whether it has its end; it then only tells that the epoch was answered. */
  readonly over: boolean;
}

/** A root that can no longer change, and what is said against it. */
export interface TrialCommitment {
  readonly root: Hash;
  /** The last second for an accusation. */
  readonly accuseBy: Seconds;
  /** The last second for a proof. */
  readonly proveBy: Seconds;
  /** What draws the published samples, once it is recorded. */
  readonly beacon?: Hash;
  /** By sample; with the one that the beacon asks for unprompted, if it does. */
  readonly accusations: ReadonlyMap<number, Accusation>;
}

/** A sample that the provider must prove on the ledger. */
export interface Accusation {
  /** Nobody where the beacon asks. */
  readonly accuser?: Address;
  readonly bond: Wei;
  readonly made: Seconds;
  /** How many samples of the commitment were to be proved before it. */
  readonly order: number;
  /** What draws its place, once it is recorded. */
  readonly beacon?: Hash;
  readonly proved: boolean;
}

interface CoreParams {
  kind: string;
  bucket: bigint;
  fee: number;
  burn_share: number;
  burn_per_gs: bigint;
  collateral: number;
  min_term: bigint;
  max_term: bigint;
  pocps: CorePocps;
}

type CorePocps = Omit<PocpsParams, 'accuserBps'> & { accuser_bps: number };

export type CoreReserves = Omit<Reserves, 'accQ96'> & { acc_q96: string };

type CoreStake = Omit<Stake, 'id' | 'state' | 'position'> & {
  state: string | { Liquidity: { decay: bigint; acc_noted_q96: string } };
};

export function pocpsTo(params: PocpsParams): CorePocps {
  const { accuserBps, ...pocps } = params ?? {};
  return { ...pocps, accuser_bps: accuserBps };
}

export function paramsTo(params: PoolParams): CoreParams {
  return {
    kind: params.kind,
    bucket: params.bucket,
    fee: params.feeBps,
    burn_share: params.burnShareBps,
    burn_per_gs: params.burnPerGs,
    collateral: params.collateralBps,
    min_term: params.minTerm,
    max_term: params.maxTerm,
    pocps: pocpsTo(params.pocps),
  };
}

export function paramsFrom(params: CoreParams): PoolParams {
  const { accuser_bps, ...pocps } = params.pocps;
  return {
    kind: params.kind,
    bucket: params.bucket,
    feeBps: params.fee,
    burnShareBps: params.burn_share,
    burnPerGs: params.burn_per_gs,
    collateralBps: params.collateral,
    minTerm: params.min_term,
    maxTerm: params.max_term,
    pocps: { ...pocps, accuserBps: accuser_bps },
  };
}

export function reservesFrom({ acc_q96, ...rest }: CoreReserves): Reserves {
  return { ...rest, accQ96: BigInt(acc_q96) };
}

export function stateFrom(written: unknown): PoolState {
  const { params, reserves, schedule } = written as {
    params: CoreParams;
    reserves: CoreReserves;
    schedule: [Seconds, bigint][];
  };
  return {
    params: paramsFrom(params),
    reserves: reservesFrom(reserves),
    schedule: new Map(schedule),
  };
}

export function stakeFrom(id: StakeId, written: unknown): Stake {
  const { state, ...rest } = written as CoreStake;
  const stake = camelled(rest) as Omit<Stake, 'id' | 'state'>;
  if (typeof state === 'string') {
    return { id, ...stake, state: state.toLowerCase() as Stake['state'] };
  }
  const { decay, acc_noted_q96 } = state.Liquidity;
  return { id, ...stake, state: 'liquidity', position: { decay, accNotedQ96: BigInt(acc_noted_q96) } };
}

export function trialFrom(written: unknown): Trial {
  const { committed, ...trial } = camelled(written) as Trial & { committed?: { mark: unknown } };
  if (committed === undefined) return trial;
  // What an LP had accrued then is the rewards' own affair.
  const { mark: _, ...commitment } = committed;
  return { ...trial, committed: commitment as unknown as TrialCommitment };
}
