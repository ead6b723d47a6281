import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { load, Pool } from '../index.js';

const HOUR = 3_600n;
const PIN = 10n ** 18n;

/** One LP with 100 hours at 2 PIN an hour, from time 0 on. */
function state() {
  return {
    params: {
      kind: 'RTX 4090',
      bucket: HOUR,
      fee: 30,
      burnShare: 5_000,
      burnPerGs: 1n,
      collateral: 20_000,
      minTerm: 2n * HOUR,
      maxTerm: 100n * HOUR,
      pocps: {
        n: 64,
        rounds: 4,
        samples: 32,
        window: 60n,
        dispute: 60n,
        epoch: HOUR,
        bond: 1n,
        accuserBps: 1_000,
      },
    },
    reserves: {
      last: 0n,
      pin: 200n * PIN,
      compute: 360_000n * PIN,
      shares: 360_000n * PIN,
      decay: PIN,
      accQ96: 0n,
      escrow: 0n,
    },
    schedule: new Map([[360_000n, PIN]]),
  };
}

before(async () => {
  await load(await readFile(new URL('../pkg/pinfi_wasm_bg.wasm', import.meta.url)));
});

test('new Pool rejects what is no pool', () => {
  const { reserves: _, ...incomplete } = state();
  // @ts-expect-error: that is the point.
  assert.throws(() => new Pool({ ...incomplete, reserves: { accQ96: 0n } }), {
    name: 'PinFiError',
    code: 'MalformedInput',
  });
  const greedy = state();
  greedy.params.fee = 1_001;
  assert.throws(() => new Pool(greedy), { name: 'PinFiError', code: 'BadParameter' });
});

test('quotes are refused with the code of the core', () => {
  const pool = new Pool(state());
  assert.throws(() => pool.quoteBuy(0n, 0n), { code: 'InsufficientLiquidity' });
  assert.throws(() => pool.quoteBuy(360_000n, 0n), { code: 'InsufficientLiquidity' });
  assert.throws(() => pool.quoteSell(0n, 0n), { code: 'ZeroAmount' });
  assert.throws(() => pool.quoteSell(1n, 360_000n), { code: 'PoolDormant' });
  const later = state();
  later.reserves.last = 10n;
  assert.throws(() => new Pool(later).reservesAt(9n), { code: 'TimeReversed' });
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
  pool.free();
});

test('reservesAt keeps the price while both reserves shrink', () => {
  const halfway = new Pool(state()).reservesAt(180_000n);
  assert.deepEqual(halfway, {
    last: 180_000n,
    pin: 100n * PIN,
    compute: 180_000n * PIN,
    shares: 180_000n * PIN,
    decay: PIN,
    accQ96: ((200n << 96n) / 360_000n) * 180_000n,
    escrow: 100n * PIN,
  });
});
