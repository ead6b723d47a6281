import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { rent, sell } from '@pinfi/sdk';
import { Ledger, replay } from '@pinfi/sdk/ledger';
import { ALICE, BOB, HOUR, PIN, params, rewards } from './fixture.mjs';

const folder = new URL('../../../tests/vectors/lifecycle/', import.meta.url);
const config = { chainId: 1n, address: ALICE, minter: ALICE, supplyCap: 10n ** 26n };

/** A pool of one LP with 50 hours at 2 PIN an hour; Bob is rich. */
function market() {
  const ledger = new Ledger({ config });
  const by = { sender: ALICE, now: 0n };
  for (const to of [ALICE, BOB]) ledger.apply({ type: 'Mint', to, amount: 10_000n * PIN }, by);
  ledger.apply({ type: 'CreatePool', params }, by);
  ledger.apply({ type: 'Burn', pool: 0, gs: 50n * HOUR }, by);
  ledger.apply({ type: 'Stake', certificate: 0n, expiry: 50n * HOUR, maxFee: PIN }, by);
  ledger.apply({ type: 'OpenLiquidity', stake: 0n, tokens: 100n * PIN }, by);
  return ledger;
}

test('what the ledger refuses leaves it as it was', () => {
  const ledger = market();
  const before = ledger.snapshot();
  /** @param {any} action @param {any} sender */
  const apply = (action, sender = BOB) => () => ledger.apply(action, { sender, now: 0n });
  assert.throws(apply({ type: 'Collect', stake: 9n }), { code: 'UnknownStake', values: { value: 9n } });
  assert.throws(apply({ type: 'Collect', stake: 0n }), { code: 'NotOwner', values: { owner: ALICE } });
  assert.throws(apply({ type: 'Rent', pool: 0, stakes: [0n], until: 2n * HOUR, maxCost: 1n }), {
    code: 'Slippage',
  });
  assert.throws(apply({ type: 'Faucet', to: BOB, amount: 1n }), { code: 'MalformedInput' });
  assert.throws(apply({ type: 'Collect', stake: 0n }, '0x12'), { code: 'MalformedInput' });
  assert.deepEqual(ledger.snapshot(), before);
});

test('what is not there is unknown', () => {
  const ledger = market();
  assert.throws(() => ledger.pool(1), { code: 'UnknownPool', values: { value: 1n } });
  assert.throws(() => ledger.stake(1n), { code: 'UnknownStake' });
  assert.throws(() => ledger.certificate(1n), { code: 'UnknownCertificate' });
  assert.throws(() => ledger.verification(1n), { code: 'UnknownStake' });
  assert.throws(() => ledger.selectDevices({ pool: 0, count: 2, until: HOUR, now: 0n }), {
    code: 'TooFewDevices',
    values: { wanted: 2n, free: 1n },
  });
  assert.throws(() => ledger.selectDevices({ pool: 7, count: 1, until: HOUR, now: 0n }), {
    code: 'UnknownPool',
    values: { value: 7n },
  });
  assert.throws(() => Ledger.fromSnapshot(new Uint8Array(3)), { code: 'MalformedInput' });
  assert.throws(() => Ledger.fromScenario('{}'), { code: 'ReplayDifference' });
  assert.throws(() => replay('nothing'), { code: 'MalformedInput' });
});

test('rewards that split more than there is are refused', () => {
  const greedy = { ...rewards, team: { ...rewards.team, shareBps: 9_001 } };
  assert.throws(() => new Ledger({ config, rewards: greedy }), { code: 'BadParameter' });
  assert.equal(new Ledger({ config, rewards }).poolCount, 0);
});

test('state is what the actions made of it', () => {
  const ledger = market();
  assert.equal(ledger.poolCount, 1);
  assert.deepEqual(ledger.config(), config);
  assert.deepEqual(ledger.pool(0).state.params, params);
  assert.deepEqual(ledger.certificate(0n), {
    id: 0n,
    pool: 0,
    owner: ALICE,
    gs: 50n * HOUR,
    used: true,
  });
  const [stake] = ledger.stakes();
  assert.deepEqual(stake, ledger.stake(0n));
  assert.equal(stake?.state, 'liquidity');
  assert.deepEqual(stake?.position, { decay: PIN, accNotedQ96: 0n });
  assert.equal(ledger.verification(0n), undefined);
  assert.equal(ledger.balanceOf(BOB), 10_000n * PIN);
  assert.equal(ledger.balances().get(BOB), 10_000n * PIN);
  const { minted, burned, mintable } = ledger.supply();
  assert.deepEqual([minted, burned, mintable], [20_000n * PIN, 50n * HOUR, 10n ** 26n - minted]);
});

test('rent takes the best fit, at no more than the dearer price and the slippage', () => {
  const ledger = market();
  const wanted = { pool: 0, count: 1, until: 10n * HOUR, now: HOUR };
  const tolerance = { slippageBps: 100n, deadline: HOUR + 600n };
  const { action, now, atDeadline } = rent(ledger, { ...wanted, ...tolerance });
  assert.deepEqual(action.stakes, [0n]);
  const dearer = now.gross > atDeadline.gross ? now.gross : atDeadline.gross;
  assert.equal(action.maxCost, (dearer * 10_100n + 9_999n) / 10_000n);
  const events = ledger.apply(action, { sender: BOB, now: HOUR });
  assert.deepEqual(
    events.map(({ type }) => type),
    ['Bought', 'Rented'],
  );
  const [bought] = events;
  assert.ok(bought?.type === 'Bought' && bought.gross === now.gross && bought.buyer === BOB);
  assert.equal(ledger.stake(0n).rental?.renter, BOB);
  assert.throws(() => rent(ledger, { ...wanted, ...tolerance }), { code: 'TooFewDevices' });
});

test('sell asks for no more than the lower price less the slippage', () => {
  const ledger = market();
  const by = { sender: BOB, now: 0n };
  ledger.apply({ type: 'Burn', pool: 0, gs: 20n * HOUR }, by);
  ledger.apply({ type: 'Stake', certificate: 1n, expiry: 20n * HOUR, maxFee: 1_000n * PIN }, by);
  const held = ledger.stake(1n);
  const limits = { now: HOUR, deadline: 2n * HOUR, slippageBps: 50n };
  const { action, now, atDeadline } = sell(ledger.pool(0), held, limits);
  assert.ok(atDeadline.net < now.net);
  assert.equal(action.minOut, (atDeadline.net * 9_950n) / 10_000n);
  const [sold] = ledger.apply(action, { sender: BOB, now: HOUR });
  assert.ok(sold?.type === 'Sold' && sold.net === now.net);
});

test('a snapshot carries the whole state on', () => {
  const ledger = market();
  const copy = Ledger.fromSnapshot(ledger.snapshot());
  const by = { sender: ALICE, now: HOUR };
  assert.deepEqual(copy.apply({ type: 'Collect', stake: 0n }, by), ledger.apply({ type: 'Collect', stake: 0n }, by));
  assert.deepEqual(copy.snapshot(), ledger.snapshot());
});

test('every scenario of the independent model replays to the last unit', async () => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  assert.ok(names.length >= 16);
  for (const name of names) {
    const json = await readFile(new URL(name, folder), 'utf8');
    const { steps, final } = JSON.parse(json);
    assert.equal(replay(json), steps.length, name);
    const { pin } = Ledger.fromScenario(json).pool(0).state.reserves;
    assert.equal(pin, BigInt(final.pool.T), name);
    const forged = json.replace(/"T":"(\d+)"(?!.*"T":)/, (_, pin) => `"T":"${BigInt(pin) + 1n}"`);
    assert.throws(() => replay(forged), { code: 'ReplayDifference' }, name);
  }
});
