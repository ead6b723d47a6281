import { camelled } from './names.js';
import { paramsFrom } from './state.js';
import type {
  Address,
  CertificateId,
  GpuSeconds,
  Hash,
  PoolId,
  PoolParams,
  RentalId,
  Seconds,
  StakeId,
  Wei,
} from './types.js';

/** What each event says. */
export interface EventFields {
  Minted: { to: Address; amount: Wei };
  Transferred: { from: Address; to: Address; amount: Wei };
  PoolCreated: { pool: PoolId; creator: Address; params: PoolParams };
  Poked: { pool: PoolId; visited: number; last: Seconds };
  Burned: {
    certificate: CertificateId;
    pool: PoolId;
    owner: Address;
    gs: GpuSeconds;
    amount: Wei;
  };
  Staked: {
    stake: StakeId;
    certificate: CertificateId;
    pool: PoolId;
    provider: Address;
    expiry: Seconds;
    fee: Wei;
  };
  LiquidityAdded: { stake: StakeId; pool: PoolId; tokens: Wei; decay: bigint; refunded: Wei };
  Collected: { stake: StakeId; to: Address; amount: Wei };
  Sold: {
    stake: StakeId;
    pool: PoolId;
    seller: Address;
    net: Wei;
    fee: Wei;
    burned: Wei;
    collateralAdded: Wei;
  };
  LiquidityRemoved: {
    stake: StakeId;
    pool: PoolId;
    pending: Wei;
    net: Wei;
    fee: Wei;
    burned: Wei;
    maintenanceFee: Wei;
  };
  Bought: { pool: PoolId; buyer: Address; gs: GpuSeconds; gross: Wei; fee: Wei; burned: Wei };
  Rented: {
    rental: RentalId;
    stake: StakeId;
    renter: Address;
    start: Seconds;
    until: Seconds;
    paid: Wei;
  };
  Extended: { rental: RentalId; stake: StakeId; until: Seconds; gross: Wei };
  RentalEnded: {
    rental: RentalId;
    stake: StakeId;
    renter: Address;
    net: Wei;
    fee: Wei;
    burned: Wei;
  };
  HoursTransferred: { stake: StakeId; from: Address; to: Address };
  RentalTransferred: { rental: RentalId; stake: StakeId; from: Address; to: Address };
  Challenged: {
    stake: StakeId;
    epoch: bigint;
    randomness: Hash;
    seed: Hash;
    commitBy: Seconds;
    respondBy: Seconds;
  };
  Committed: { stake: StakeId; root: Hash; beacon: Hash };
  Passed: { stake: StakeId; passed: number };
  Slashed: { stake: StakeId; pool: PoolId; fault: string; refund: Wei; burned: Wei };
  Settled: { stake: StakeId; pending: Wei; feeReturned: Wei; feeBurned: Wei };
  Rewarded: { stake: StakeId; provider: Address; earned: Wei; amount: Wei };
  WeightQueued: { pool: PoolId; weightBps: number; executableAt: Seconds };
  WeightSet: { pool: PoolId; weightBps: number };
  Locked: { account: Address; amount: Wei };
  Unlocked: { account: Address; amount: Wei };
  RebateClaimed: { pool: PoolId; day: number; client: Address; amount: Wei };
  AllocationClaimed: { account: Address; amount: Wei };
  EpochOpened: { pool: PoolId; epoch: bigint; randomness: Hash; commitBy: Seconds };
  Complained: {
    stake: StakeId;
    epoch: bigint;
    renter: Address;
    randomness: Hash;
    commitBy: Seconds;
  };
  Appointed: { stake: StakeId; operator: Address; until: Seconds };
  /** A key of zeros: the device is reached nowhere any more. */
  Announced: { stake: StakeId; key: Hash; relay: string };
  EpochCommitted: { stake: StakeId; epoch: bigint; root: Hash };
  BeaconRecorded: { stake: StakeId; epoch: bigint; sample: number; beacon: Hash; due: boolean };
  Accused: { stake: StakeId; epoch: bigint; sample: number; accuser: Address; bond: Wei };
  Proved: { stake: StakeId; epoch: bigint; sample: number; bond: Wei };
  CommitmentMissed: { stake: StakeId; epoch: bigint };
  Convicted: {
    stake: StakeId;
    epoch: bigint;
    sample: number;
    accuser: Address;
    bond: Wei;
    share: Wei;
  };
  BondReturned: { stake: StakeId; epoch: bigint; sample: number; accuser: Address; bond: Wei };
  Concluded: { stake: StakeId; epoch: bigint; counted: boolean };
}

/** The name of an event. */
export type EventType = keyof EventFields;

/** What an action did, such as `{ type: 'Collected', stake: 3n, to, amount: 5n }`. */
export type LedgerEvent<Type extends EventType = EventType> = {
  [Name in Type]: { readonly type: Name } & Readonly<EventFields[Name]>;
}[Type];

/** Reads events as the core's serialiser writes them. */
export function eventsFrom(written: unknown): LedgerEvent[] {
  return (written as object[]).flatMap((event) => Object.entries(event).map(eventFrom));
}

function eventFrom([type, said]: [string, any]): LedgerEvent {
  // The core keeps the game's events together; here all events are of one kind.
  if (type === 'Game') return eventFrom(Object.entries(said)[0]!);
  const { params, weight, ...fields } = said;
  return {
    type,
    ...(camelled(fields) as object),
    ...(params === undefined ? {} : { params: paramsFrom(params) }),
    ...(weight === undefined ? {} : { weightBps: weight }),
  } as LedgerEvent;
}
