// The examples on a chain: what the SDK quotes is what the contracts take, to the wei.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ledger } from '@pinfi/sdk/ledger';
import { verifyGame } from '@pinfi/sdk/verify';
import { MNEMONIC, devnet } from './examples/devnet.mjs';
import { endWithEthers } from './examples/ethers.mjs';
import { playWithViem } from './examples/game.mjs';
import { rentWithViem } from './examples/viem.mjs';

let chain;
let rented;

before(async () => {
  chain = await devnet();
});

after(() => chain?.stop());

test('viem: a rental costs what was quoted, and the logs give the ledger again', async () => {
  rented = await rentWithViem(chain);
  const { ledger, after, action, price, signer, refused, events, at, until } = rented;
  assert.equal(signer, chain.renter.address.toLowerCase());
  assert.equal(refused.code, 'Slippage');
  assert.equal(refused.values.limit, 1n);
  const exact = ledger.pool(0).quoteRental(1n, until, at);
  const [bought, one] = events;
  assert.deepEqual(
    [bought.type, bought.gross, bought.fee, bought.burned],
    ['Bought', exact.gross, exact.fee, exact.burned],
  );
  assert.ok(bought.gross <= action.maxCost && price.gross > 0n);
  assert.deepEqual([one.type, one.stake, one.until], ['Rented', 0n, until]);

  // The same action on the ledger in memory leads to the same state, to the last unit.
  const copy = Ledger.fromSnapshot(ledger.snapshot());
  copy.apply(action, { sender: signer, now: at });
  assert.deepEqual(after.snapshot(), copy.snapshot());
});

test('ethers: a rental that ends brings what was quoted', async () => {
  const { url, book } = chain;
  const { after: ledger } = rented;
  const ended = await endWithEthers({ url, book, phrase: MNEMONIC, ledger, stake: 0n });
  assert.equal(ended.signer, ended.account);
  assert.equal(ended.refused.code, 'Slippage');
  const exact = ledger.pool(0).quoteSell(ended.until - ended.at, ended.at);
  const { type, net, fee, burned } = ended.event;
  assert.deepEqual([type, net, fee, burned], ['RentalEnded', exact.net, exact.fee, exact.burned]);
  assert.ok(net >= ended.action.minOut);
});

test('viem: a provider that is accused proves its sample, and the transcript says what the contracts did', async () => {
  const { url, book, provider, renter } = chain;
  const played = await playWithViem({ url, book, provider, accuser: renter, stake: 0n });
  const kinds = played.events.map(({ type }) => type);
  assert.deepEqual(kinds.slice(0, 5), ['EpochOpened', 'EpochCommitted', 'Accused', 'BeaconRecorded', 'Proved']);
  const [, , made] = played.events;
  assert.deepEqual([made.accuser, made.bond], [played.accuser, 1n]);
  const concluded = played.events.at(-1);
  assert.deepEqual([concluded.type, concluded.counted], ['Concluded', true]);
  assert.deepEqual(verifyGame(played.transcript), { verdict: 'passed' });
  assert.deepEqual([played.before.stake(0n).passed, played.after.stake(0n).passed], [0, 1]);
});
