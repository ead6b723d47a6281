// The page's numbers against the core's: the same state, computed by the core in this process.

import assert from 'node:assert/strict';
import { Pool } from '../../../wasm-bindings/js/index.js';

const WAD = 10n ** 18n;

/** What the pool's page shows at one moment, exactly. */
export async function samplePool(app) {
  const names = { pin: 'wei', compute: 'wad', shares: 'wad', price: 'wei' };
  const read = () =>
    app.page.evaluate((wanted) => {
      const element = (name) => document.querySelector(`[data-testid="pool-${name}"]`);
      return Object.entries(wanted).map(([name, unit]) => [
        name,
        element(name)?.dataset[unit],
        element(name)?.dataset.at,
      ]);
    }, names);
  await app.id('pool-pin').waitFor();
  const rows = await read();
  const times = new Set(rows.map(([, , at]) => at));
  assert.equal(times.size, 1, `the page shows several moments at once: ${[...times]}`);
  return {
    at: BigInt(rows[0][2]),
    ...Object.fromEntries(rows.map(([name, value]) => [name, BigInt(value)])),
  };
}

/**
 * The core's pool behind the first sample of one provider's fresh pool that opened at
 * `pricePerHour` wei. Shares decay by one WAD a second and begin as the seconds to the expiry, so a
 * sample gives the expiry; which second it opened in, the exact reserves tell.
 */
export function poolFrom(sample, { pricePerHour = 2n * WAD, patience = 900n } = {}) {
  const expiry = sample.at + sample.shares / WAD;
  for (let opened = sample.at; opened >= sample.at - patience; opened -= 1n) {
    const seconds = expiry - opened;
    for (const pin of [(pricePerHour * seconds) / 3_600n, (pricePerHour * seconds + 3_599n) / 3_600n]) {
      const pool = new Pool(state({ opened, expiry, pin, seconds }));
      if (pool.reservesAt(sample.at).pin === sample.pin) return pool;
      pool.free();
    }
  }
  return assert.fail(`no opening leads to what the page shows: ${JSON.stringify(sample, text)}`);
}

/** Fails unless the page's sample is the core's to the last unit. */
export function assertAsCore(pool, sample) {
  const { pin, compute, shares } = pool.reservesAt(sample.at);
  assert.deepEqual(
    { pin: sample.pin, compute: sample.compute, shares: sample.shares, price: sample.price },
    { pin, compute, shares, price: (pin * WAD) / compute },
    'the page and the core differ',
  );
}

function state({ opened, expiry, pin, seconds }) {
  return {
    params: {
      kind: 'Test bench',
      bucket: 3_600n,
      fee: 30,
      burnShare: 5_000,
      burnPerGs: 0n,
      collateral: 20_000,
      minTerm: 7_200n,
      maxTerm: 2_592_000n,
      pocps: {
        n: 64,
        rounds: 4,
        samples: 32,
        window: 300n,
        dispute: 300n,
        epoch: 3_600n,
        bond: 1n,
        accuserBps: 5_000,
      },
    },
    reserves: {
      last: opened,
      pin,
      compute: seconds * WAD,
      shares: seconds * WAD,
      decay: WAD,
      accQ96: 0n,
      escrow: 0n,
    },
    schedule: new Map([[expiry, WAD]]),
  };
}

const text = (_, value) => (typeof value === 'bigint' ? String(value) : value);
