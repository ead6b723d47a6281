// What the compiler must accept and refuse. Never run.

import { expectTypeOf } from 'expect-type';
import {
  Domain,
  PinFiError,
  Pool,
  Signer,
  address,
  hash,
  rent,
  type Action,
  type ActionType,
  type Address,
  type BuyQuote,
  type ErrorCode,
  type Hash,
  type Quotes,
  type SellQuote,
  type SignedAction,
} from '@pinfi/sdk';
import * as inline from '@pinfi/sdk/inline';
import type { Game, Gradient, RewardBand } from '@pinfi/sdk/equilibrium';
import { call, decodeLog, decodeRevert, type AddressBook, type Call, type Contracts } from '@pinfi/sdk/evm';
import { Ledger, type LedgerEvent, type SeedInputs, type Stake, type Trial } from '@pinfi/sdk/ledger';
import type { Proof, Task } from '@pinfi/sdk/prove';
import type { ConnectOptions, Progress, Run, Session, Work } from '@pinfi/sdk/session';
import type { HourRecord, Simulation } from '@pinfi/sdk/simulation';
import type { GameRecord, GameVerdict, Verdict } from '@pinfi/sdk/verify';

declare const pool: Pool;
declare const ledger: Ledger;
declare const domain: Domain;
declare const signer: Signer;
declare const account: Address;
declare const guards: { nonce: bigint; deadline: bigint };

// Amounts are bigint, in and out.
expectTypeOf(pool.quoteBuy).parameters.toEqualTypeOf<[bigint, bigint]>();
expectTypeOf(pool.quoteBuy(1n, 0n)).toEqualTypeOf<BuyQuote>();
expectTypeOf<BuyQuote[keyof BuyQuote]>().toEqualTypeOf<bigint>();
expectTypeOf(pool.quoteBuyMany(new BigUint64Array(1), 0n)).toEqualTypeOf<Quotes<BuyQuote>>();
expectTypeOf(pool.quoteSellMany(new BigUint64Array(1), 0n).at(0)).toEqualTypeOf<
  SellQuote | undefined
>();
// @ts-expect-error: a number may have been rounded already.
pool.quoteBuy(3600, 0n);
// @ts-expect-error: text says nothing of its unit.
pool.quoteBuy('3600', 0n);

// Addresses and hashes are branded: neither text nor the other passes for one.
expectTypeOf(address('0x')).toEqualTypeOf<Address>();
expectTypeOf<Address>().toExtend<`0x${string}`>();
expectTypeOf<`0x${string}`>().not.toExtend<Address>();
expectTypeOf<Hash>().not.toExtend<Address>();
// @ts-expect-error: not made by address().
ledger.balanceOf('0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1');
// @ts-expect-error: an account is no hash.
const root: Hash = account;

// An action is told by its type, and says what that says and no more.
expectTypeOf<Action['type']>().toEqualTypeOf<ActionType>();
expectTypeOf<Action<'Collect'>>().toEqualTypeOf<{ readonly type: 'Collect' } & Readonly<{ stake: bigint }>>();
domain.hash({ type: 'Rent', pool: 0, stakes: [1n], until: 2n, maxCost: 3n }, guards);
// @ts-expect-error: maxCost is missing.
domain.hash({ type: 'Rent', pool: 0, stakes: [1n], until: 2n }, guards);
// @ts-expect-error: there is no such action.
domain.hash({ type: 'Steal', stake: 1n }, guards);
// @ts-expect-error: a sandbox's action is not the protocol's.
ledger.apply({ type: 'Faucet', to: account, amount: 1n }, { sender: account, now: 0n });
expectTypeOf(signer.sign(domain, { type: 'ClaimAllocation' }, guards)).toEqualTypeOf<SignedAction>();
expectTypeOf(rent(ledger, { pool: 0, count: 1, until: 1n, now: 0n, slippageBps: 1n, deadline: 1n }).action).toEqualTypeOf<
  Action<'Rent'>
>();

// Events narrow by their type.
declare const event: LedgerEvent;
if (event.type === 'Sold') expectTypeOf(event.collateralAdded).toEqualTypeOf<bigint>();
// @ts-expect-error: not every event has it.
event.collateralAdded;
expectTypeOf<Stake['state']>().toEqualTypeOf<'held' | 'liquidity' | 'sold' | 'settled' | 'slashed'>();

// Errors have a code of a known list.
declare const error: PinFiError;
expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
expectTypeOf<'Slippage'>().toExtend<ErrorCode>();
expectTypeOf<'Sloppage'>().not.toExtend<ErrorCode>();

// The synchronous entry is the same API.
expectTypeOf(inline.Pool).toEqualTypeOf<typeof Pool>();
expectTypeOf(hash).toEqualTypeOf(inline.hash);

expectTypeOf<Proof['root']>().toEqualTypeOf<Hash>();
declare const verdict: Verdict;
// @ts-expect-error: only a failed proof has a fault.
verdict.fault;
if (!verdict.passed) expectTypeOf(verdict.fault).toEqualTypeOf<string>();


// The game: what the ledger says of it is what provers and transcripts take.
expectTypeOf(ledger.seedInputs(0n, 1n, root)).toEqualTypeOf<SeedInputs>();
expectTypeOf<SeedInputs>().toExtend<Task['seed']>();
expectTypeOf<GameRecord['inputs']>().toEqualTypeOf<SeedInputs>();
expectTypeOf<Proof['openSample']>().returns.resolves.toEqualTypeOf<Action<'Prove'>['opening']>();
expectTypeOf<Trial['commitBy']>().toEqualTypeOf<bigint>();
declare const judged: GameVerdict;
// @ts-expect-error: only what was not proved names a sample.
judged.sample;
if (judged.verdict === 'notProved') expectTypeOf(judged.sample).toEqualTypeOf<number>();
if (judged.verdict === 'failed') expectTypeOf(judged.fault).toEqualTypeOf<string>();

// Contracts are addresses; of their codes there may be hashes.
declare const contracts: Contracts;
expectTypeOf<Contracts['game']>().toEqualTypeOf<Address>();
expectTypeOf<AddressBook['codeHashes']>().toEqualTypeOf<Contracts<Hash> | undefined>();
expectTypeOf(call(contracts, { type: 'Collect', stake: 1n })).toEqualTypeOf<Call>();
expectTypeOf(decodeLog).returns.toEqualTypeOf<LedgerEvent>();
expectTypeOf(decodeRevert('0x')).toEqualTypeOf<PinFiError>();

// A job is one kind of work, and its numbers are of its kind.
declare const session: Session;
declare const progress: Progress;
expectTypeOf(session.run).parameter(0).toEqualTypeOf<Work | Uint8Array>();
expectTypeOf(session.run).returns.toEqualTypeOf<Run>();
const sides = { rows: 1, inner: 1, columns: 1 };
session.run({ matrixProduct: { ...sides, scalar: 'f32', a: new Float32Array(1), b: new Float32Array(1) } });
// @ts-expect-error: these are no floats.
session.run({ matrixProduct: { ...sides, scalar: 'f32', a: new Uint32Array(1), b: new Uint32Array(1) } });
// @ts-expect-error: there is no such work.
session.run({ mining: {} });
expectTypeOf(progress.done).toEqualTypeOf<number>();
// @ts-expect-error: not every event has it.
progress.pieces;
if (progress.type === 'step') expectTypeOf(progress.busyMillis).toEqualTypeOf<number>();
expectTypeOf<ReturnType<Ledger['endpoint']>>().toExtend<Pick<ConnectOptions, 'key' | 'relay'> | undefined>();

// Where nothing is settled, numbers are numbers.
expectTypeOf<Game['rewardBand']>().returns.toEqualTypeOf<RewardBand | undefined>();
expectTypeOf<Game['ceilingGradient']>().returns.toEqualTypeOf<Gradient | undefined>();
expectTypeOf<Gradient[keyof Gradient]>().toEqualTypeOf<number>();
expectTypeOf<Simulation['records']>().returns.toEqualTypeOf<HourRecord[]>();

export { root };
