import type {
  Address,
  CertificateId,
  GpuSeconds,
  Hash,
  Hex,
  PoolId,
  PoolParams,
  Seconds,
  StakeId,
  Wei,
} from './types.js';
import { u32 } from './whole.js';

/** What each action says; names and order are those of its EIP-712 struct. */
export interface ActionFields {
  Mint: { to: Address; amount: Wei };
  Transfer: { to: Address; amount: Wei };
  CreatePool: { params: PoolParams };
  Poke: { pool: PoolId; limit: number };
  Burn: { pool: PoolId; gs: GpuSeconds };
  Stake: { certificate: CertificateId; expiry: Seconds; maxFee: Wei };
  OpenLiquidity: { stake: StakeId; tokens: Wei };
  AddLiquidity: { stake: StakeId; minTokens: Wei; maxTokens: Wei };
  Collect: { stake: StakeId };
  Sell: { stake: StakeId; minOut: Wei };
  RemoveLiquidity: { stake: StakeId; minTokens: Wei; maxFee: Wei };
  Settle: { stake: StakeId };
  TransferHours: { stake: StakeId; to: Address };
  Rent: { pool: PoolId; stakes: readonly StakeId[]; until: Seconds; maxCost: Wei };
  Extend: { stake: StakeId; until: Seconds; maxCost: Wei };
  EndRental: { stake: StakeId; minOut: Wei };
  TransferRental: { stake: StakeId; to: Address };
  Challenge: { stake: StakeId };
  Commit: { stake: StakeId; root: Hash };
  /** `response` is what a proof of `@pinfi/sdk/prove` gives. */
  Respond: { stake: StakeId; response: Hex };
  Missed: { stake: StakeId };
  QueueWeight: { pool: PoolId; weightBps: number };
  ExecuteWeight: { pool: PoolId };
  Lock: { amount: Wei };
  Unlock: { amount: Wei };
  ClaimRebate: { pool: PoolId; day: number };
  ClaimAllocation: Record<never, never>;
  /** Opens the pool's epoch of the verification game of many parties. */
  OpenEpoch: { pool: PoolId };
  CommitToEpoch: { stake: StakeId; epoch: bigint; root: Hash };
  /** `sample` is the pool's number of samples for the commitment itself. */
  RecordBeacon: { stake: StakeId; epoch: bigint; sample: number };
  Accuse: { stake: StakeId; epoch: bigint; sample: number };
  /** `opening` is what `openSample` of a proof of `@pinfi/sdk/prove` gives. */
  Prove: { stake: StakeId; epoch: bigint; sample: number; opening: Hex };
  MissedEpoch: { stake: StakeId; epoch: bigint };
  Convict: { stake: StakeId; epoch: bigint; sample: number };
  Conclude: { stake: StakeId; epoch: bigint };
  /** Lets another key commit and prove for a stake, and nothing else, until a moment. */
  Appoint: { stake: StakeId; operator: Address; until: Seconds };
  /**
   * Says by which key (ed25519) a stake's device is dialled and at which relay it waits. A key of zeros with
   * an empty relay takes it back.
   */
  Announce: { stake: StakeId; key: Hash; relay: string };
  /** Challenges a rented device at once; once a rental. */
  Complain: { stake: StakeId };
  /** Asks a sandbox for PIN. */
  Faucet: { to: Address; amount: Wei };
  /** Sets how fast a sandbox's clock runs: 1, 60 or 3600 times. */
  SetSpeed: { speed: 1 | 60 | 3600 };
}

/** The name of an action. */
export type ActionType = keyof ActionFields;

/** What an account asks of a ledger, such as `{ type: 'Collect', stake: 3n }`. */
export type Action<Type extends ActionType = ActionType> = {
  [Name in Type]: { readonly type: Name } & Readonly<ActionFields[Name]>;
}[Type];

type Field = string | readonly string[];

/** The fields as the strict JSON has them: whole numbers in decimal. */
export function message({ type, ...fields }: Action): Record<string, Field> {
  const flat: Record<string, Field> = {};
  for (const name in fields) enter(flat, name, fields[name as never]);
  return flat;
}

function enter(flat: Record<string, Field>, name: string, value: unknown): void {
  if (Array.isArray(value)) flat[name] = value.map(String);
  // Amounts are bigints: a number that is not small may have been rounded before it came here.
  else if (typeof value === 'number') flat[name] = String(u32(value));
  else if (typeof value !== 'object' || value === null) flat[name] = String(value);
  else for (const [inner, its] of Object.entries(value)) enter(flat, `${name}.${inner}`, its);
}

/** An action as the Wasm reads it. */
export function written(action: Action): string {
  return JSON.stringify({ action: action.type, message: message(action) });
}
