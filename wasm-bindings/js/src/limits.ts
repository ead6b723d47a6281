// What an action should accept at most and at least, given that prices move before it is applied.

import type { Action } from './actions.js';
import type { Pool } from './pool.js';
import type { BuyQuote, SellQuote } from './quotes.js';
import type { PoolId, Seconds, StakeId, Wei } from './types.js';

const BPS = 10_000n;

/** Which devices, and until when. */
export interface Wanted {
  readonly pool: PoolId;
  readonly count: number;
  readonly until: Seconds;
  readonly now: Seconds;
}

/** What knows which devices are free: a `Ledger` of `@pinfi/sdk/ledger`. */
export interface Devices {
  selectDevices(wanted: Wanted): readonly StakeId[];
  pool(id: PoolId): Pool;
}

/** How far the price may move against the caller, and until when the action is to be applied. */
export interface Tolerance {
  readonly slippageBps: bigint;
  readonly deadline: Seconds;
}

/** A quote now and at the deadline: reserves dissipate, so a later trade moves the price more. */
export interface Between<Quote> {
  readonly now: Quote;
  readonly atDeadline: Quote;
}

/** The most to accept of an amount, rounded up. */
export function atMost(amount: Wei, slippageBps: bigint): Wei {
  return (amount * (BPS + slippageBps) + BPS - 1n) / BPS;
}

/** The least to accept of an amount, rounded down; nothing where all of it may slip. */
export function atLeast(amount: Wei, slippageBps: bigint): Wei {
  return slippageBps >= BPS ? 0n : (amount * (BPS - slippageBps)) / BPS;
}

/**
 * Prepares a rental of the best-fitting devices: it costs at most the dearer of the two quotes and
 * the slippage.
 *
 * @throws {PinFiError} `UnknownPool`, `TooFewDevices`, and those of a quote
 */
export function rent(
  ledger: Devices,
  { slippageBps, deadline, ...wanted }: Wanted & Tolerance,
): Between<BuyQuote> & { readonly action: Action<'Rent'> } {
  const stakes = ledger.selectDevices(wanted);
  const pool = ledger.pool(wanted.pool);
  const quote = (at: Seconds) => pool.quoteRental(BigInt(wanted.count), wanted.until, at);
  const [now, atDeadline] = [quote(wanted.now), quote(deadline)];
  pool.free();
  const dearer = now.gross > atDeadline.gross ? now.gross : atDeadline.gross;
  const maxCost = atMost(dearer, slippageBps);
  const { pool: id, until } = wanted;
  return { now, atDeadline, action: { type: 'Rent', pool: id, stakes, until, maxCost } };
}

/**
 * Prepares the sale of a held stake's hours: it brings at least the lower of the two quotes less
 * the slippage. What the maintenance fee is topped up by comes on top.
 *
 * @throws {PinFiError} those of a quote
 */
export function sell(
  pool: Pool,
  stake: { readonly id: StakeId; readonly expiry: Seconds },
  { now: at, slippageBps, deadline }: Tolerance & { readonly now: Seconds },
): Between<SellQuote> & { readonly action: Action<'Sell'> } {
  const quote = (time: Seconds) =>
    pool.quoteSell(stake.expiry > time ? stake.expiry - time : 0n, time);
  const [now, atDeadline] = [quote(at), quote(deadline)];
  const lower = now.net < atDeadline.net ? now.net : atDeadline.net;
  const action = { type: 'Sell', stake: stake.id, minOut: atLeast(lower, slippageBps) } as const;
  return { now, atDeadline, action };
}
