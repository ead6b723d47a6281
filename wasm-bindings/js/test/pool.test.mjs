import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from '@pinfi/sdk';
import { HOUR, PIN, params, state } from './fixture.mjs';

test('new Pool rejects what is no pool', () => {
  const { reserves: _, ...incomplete } = state();
  // @ts-expect-error: that is the point.
  assert.throws(() => new Pool({ ...incomplete, reserves: { accQ96: 0n } }), {
    name: 'PinFiError',
    code: 'MalformedInput',
  });
  const greedy = { ...state(), params: { ...params, feeBps: 1_001 } };
  assert.throws(() => new Pool(greedy), {
    code: 'BadParameter',
    values: { name: 'fee_bps' },
    docs: 'https://github.com/pinfi/pinfi/blob/main/docs/sdk/errors.md#badparameter',
  });
});

test('quotes are refused with the code and the numbers of the core', () => {
  const pool = new Pool(state());
  assert.throws(() => pool.quoteBuy(0n, 0n), { code: 'InsufficientLiquidity' });
  assert.throws(() => pool.quoteBuy(360_000n, 0n), {
    code: 'InsufficientLiquidity',
    values: { wanted: 360_000n * PIN, available: 360_000n * PIN },
  });
  assert.throws(() => pool.quoteSell(0n, 0n), { code: 'ZeroAmount', values: {} });
  assert.throws(() => pool.quoteSell(1n, 360_000n), { code: 'PoolDormant' });
  assert.throws(() => pool.quoteJoin(1n, 360_000n), { code: 'PoolDormant' });
  assert.throws(() => pool.quoteLeave({ decay: PIN, expiry: 0n }, 0n), {
    code: 'Expired',
    values: { expiry: 0n },
  });
  assert.throws(() => pool.quoteLeave({ decay: 2n * PIN, expiry: 360_000n }, 0n), {
    code: 'ShareOutOfRange',
  });
  const later = new Pool({ ...state(), reserves: { ...state().reserves, last: 10n } });
  assert.throws(() => later.reservesAt(9n), {
    code: 'TimeReversed',
    values: { last: 10n, now: 9n },
  });
  assert.throws(() => later.quoteBuyMany(new BigUint64Array([1n]), 9n), { code: 'TimeReversed' });
});

test('numbers that the Wasm would take modulo its width are refused', () => {
  const pool = new Pool(state());
  // Text and numbers too: what the types refuse, JavaScript lets through.
  /** @type {any[]} */
  const strange = [2n ** 64n + 3_600n, -1n, 3_600, 0.5, '3600'];
  for (const number of strange) {
    const refused = { code: 'MalformedInput', message: `${number} is no bigint within 64 bits` };
    assert.throws(() => pool.quoteBuy(number, 0n), refused);
    assert.throws(() => pool.quoteSell(1n, number), refused);
    assert.throws(() => pool.reservesAt(number), refused);
    assert.throws(() => pool.quoteBuyMany(new BigUint64Array(1), number), refused);
  }
});

test('quoteBuy and quoteSell are exact', () => {
  const pool = new Pool(state());
  const buy = pool.quoteBuy(HOUR, 0n);
  assert.equal(buy.cost, 2_020_202_020_202_020_203n);
  assert.equal(buy.gross, (buy.cost * 10_000n + 9_969n) / 9_970n);
  assert.equal(buy.fee, buy.gross - buy.cost);
  assert.equal(buy.burned, buy.fee / 2n);
  const sell = pool.quoteSell(HOUR, 0n);
  assert.equal(sell.out, (200n * PIN * HOUR) / 363_600n);
  assert.equal(sell.net, sell.out - sell.fee);
  assert.deepEqual(pool.quoteRental(2n, HOUR, 0n), pool.quoteBuy(2n * HOUR, 0n));
  pool.free();
});

test('amounts of more than one word are whole', () => {
  const dear = { ...state(), reserves: { ...state().reserves, pin: 1n << 100n } };
  const { cost } = new Pool(dear).quoteBuy(180_000n, 0n);
  assert.equal(cost, 1n << 100n);
});

test('quoteBuyMany and quoteSellMany give what single quotes give', () => {
  const pool = new Pool(state());
  const amounts = new BigUint64Array([0n, 1n, HOUR, 180_000n, 359_000n, 360_000n]);
  const bought = pool.quoteBuyMany(amounts, 7n);
  assert.deepEqual([...bought.refused], [0, 5]);
  const sold = pool.quoteSellMany(amounts, 7n);
  assert.deepEqual([...sold.refused], [0]);
  amounts.forEach((amount, at) => {
    if (at === 0 || at === 5) assert.equal(bought.at(at), undefined);
    else assert.deepEqual(bought.at(at), pool.quoteBuy(amount, 7n));
    if (at === 0) assert.equal(sold.at(at), undefined);
    else assert.deepEqual(sold.at(at), pool.quoteSell(amount, 7n));
  });
  assert.equal(bought.length, 6);
  assert.equal(bought.amount(2, 'gross'), pool.quoteBuy(HOUR, 7n).gross);
  assert.equal(bought.at(6), undefined);
});

test('a swarm of quotes that grows the memory does not blind the next one', () => {
  const pool = new Pool(state());
  const before = pool.quoteBuy(HOUR, 0n);
  pool.quoteBuyMany(new BigUint64Array(200_000).fill(HOUR), 0n);
  assert.deepEqual(pool.quoteBuy(HOUR, 0n), before);
});

test('reservesAt keeps the price while both reserves shrink', () => {
  const pool = new Pool(state());
  assert.deepEqual(pool.reservesAt(180_000n), {
    last: 180_000n,
    pin: 100n * PIN,
    compute: 180_000n * PIN,
    shares: 180_000n * PIN,
    decay: PIN,
    accQ96: ((200n << 96n) / 360_000n) * 180_000n,
    escrow: 100n * PIN,
  });
  assert.equal(pool.spotPriceAt(0n), pool.spotPriceAt(180_000n));
  assert.equal(pool.spotPriceAt(360_000n), undefined);
  assert.equal(pool.durationAt(180_000n), 180_000n);
  // The same hours move a thinner pool further.
  assert.ok(pool.quoteBuy(HOUR, 180_000n).cost > pool.quoteBuy(HOUR, 0n).cost);
});

test('impacts are how far a trade is from the spot price', () => {
  const pool = new Pool(state());
  assert.equal(pool.impactOfBuy(HOUR, 0n), PIN / 99n);
  assert.equal(pool.impactOfSell(HOUR, 0n), PIN / 101n);
  assert.throws(() => pool.impactOfBuy(360_000n, 0n), { code: 'InsufficientLiquidity' });
});

test('quoteJoin and quoteLeave mirror each other', () => {
  const pool = new Pool(state());
  assert.deepEqual(pool.quoteJoin(HOUR, 0n), { tokens: 2n * PIN, decay: PIN });
  // The only LP leaves with everything, and holds a stake in a pool that has no price any more.
  assert.deepEqual(pool.quoteLeave({ decay: PIN, expiry: 360_000n }, 0n), {
    tokens: 200n * PIN,
    bought: { cost: 0n, gross: 0n, fee: 0n, burned: 0n },
    net: 200n * PIN,
    maintenanceFee: 0n,
  });
});
