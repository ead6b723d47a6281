// The page's numbers against the core's: the same state, computed by the core in this process.

import assert from 'node:assert/strict';
import { Pool } from '../../../wasm-bindings/js/dist/inline.js';

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
 * The core's pools that may stand behind the first sample of one provider's fresh pool that opened
 * at `pricePerHour` wei. Shares decay by one WAD a second and begin as the seconds to the expiry, so
 * a sample gives the expiry. The second it opened in is not shown: all that lead to exactly these
 * reserves are kept, and `asCore` thins them out.
 */
export function poolsFrom(sample, { pricePerHour = 2n * WAD, patience = 900n } = {}) {
  const expiry = sample.at + sample.shares / WAD;
  const pools = [];
  for (let opened = sample.at; opened >= sample.at - patience; opened -= 1n) {
    const seconds = expiry - opened;
    // The PIN is reckoned when the question is asked; the answer may come a few seconds later.
    const asked = [0n, 1n, 2n, 3n].map((earlier) => pricePerHour * (seconds + earlier));
    for (const pin of new Set(asked.flatMap((exact) => [exact / 3_600n, (exact + 3_599n) / 3_600n]))) {
      pools.push(new Pool(state({ opened, expiry, pin, seconds })));
    }
  }
  return asCore(pools, sample);
}

/** Keeps the pools that show the page's sample, to the last unit; fails when none does. */
export function asCore(pools, sample) {
  const isShown = (pool) => {
    const { pin, compute, shares } = pool.reservesAt(sample.at);
    const price = (pin * WAD) / compute;
    return (
      pin === sample.pin &&
      compute === sample.compute &&
      shares === sample.shares &&
      price === sample.price
    );
  };
  return kept(pools, isShown, sample);
}

/** Keeps the pools that ask the page's price for one device; fails when none does. */
export function asCoreQuotes(pools, { at, until, gross }) {
  // The clock and the quote are drawn one after the other.
  const times = [at, at - 1n, at + 1n];
  const isAsked = (pool) => times.some((now) => pool.quoteBuy(until - now, now).gross === gross);
  return kept(pools, isAsked, { at, until, gross });
}

/** What the swap page asks for one device, and until when. */
export async function sampleQuote(app) {
  await app.id('swap-quote-cost').waitFor();
  const [at, until, gross] = await app.page.evaluate(() => {
    const data = (name) => document.querySelector(`[data-testid="${name}"]`).dataset;
    return [data('clock-now').at, data('swap-quote-until').at, data('swap-quote-cost').wei];
  });
  return { at: BigInt(at), until: BigInt(until), gross: BigInt(gross) };
}

function kept(pools, test, sample) {
  const left = pools.filter(test);
  assert.notEqual(left.length, 0, `not what the core says: ${JSON.stringify(sample, text)}`);
  return left;
}

function state({ opened, expiry, pin, seconds }) {
  return {
    params: {
      kind: 'Test bench',
      bucket: 3_600n,
      feeBps: 30,
      burnShareBps: 5_000,
      burnPerGs: 0n,
      collateralBps: 20_000,
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
