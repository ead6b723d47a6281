// What the manual's blocks of code take for granted.

import { readFile } from 'node:fs/promises';
import { Ledger } from '@pinfi/sdk/ledger';
import { ALICE, BOB, HOUR, PIN, book, contracts, params } from './fixture.mjs';

export const now = HOUR;
export const until = 10n * HOUR;
export const provider = ALICE;
export const renter = BOB;
export const ledgerAddress = ALICE;
export const secret = /** @type {const} */ (`0x${'46'.repeat(32)}`);
export const beacon = /** @type {import('@pinfi/sdk').Hash} */ (`0x${'be'.repeat(32)}`);
export const challenge = { seed: beacon };
export const scenario = await readFile(
  new URL('../../../tests/vectors/lifecycle/scenario-000.json', import.meta.url),
  'utf8',
);

export { book, contracts };
export const blocks = [{ number: 1n, hash: beacon, time: 1n, logs: [] }];

export const ledger = new Ledger({
  config: { chainId: 31_337n, address: ALICE, minter: ALICE, supplyCap: 10n ** 26n },
});
const start = { sender: ALICE, now: 0n };
for (const to of [ALICE, BOB]) ledger.apply({ type: 'Mint', to, amount: 10_000n * PIN }, start);
ledger.apply({ type: 'CreatePool', params }, start);
for (const [number, expiry] of /** @type {const} */ ([[0n, 50n], [1n, 20n]])) {
  ledger.apply({ type: 'Burn', pool: 0, gs: expiry * HOUR }, start);
  const stake = /** @type {const} */ ({ type: 'Stake', certificate: number, expiry: expiry * HOUR, maxFee: 1_000n * PIN });
  ledger.apply(stake, start);
  if (number === 0n) ledger.apply({ type: 'OpenLiquidity', stake: 0n, tokens: 100n * PIN }, start);
}
export const heldStake = ledger.stake(1n);
export const { state } = ledger.pool(0);
