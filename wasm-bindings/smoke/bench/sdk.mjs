// The SDK beside what it would replace, side by side in one run on one core:
// `cargo xtask bench sdk`. Every contender must first give the same numbers.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { Domain, Pool, Signer, address } from '../../js/dist/inline.js';
import { measure } from '../../js/scripts/sizes.mjs';
import { params, state } from '../../js/test/fixture.mjs';
import { PlainPool } from './plain-pool.mjs';
import { report, rounds, target } from './rounds.mjs';

// Its ES modules lack file names, which Node asks for.
const require = createRequire(import.meta.url);
const { CurrencyAmount, Token } = require('@uniswap/sdk-core');
const { Pair } = require('@uniswap/v2-sdk');

await quotes();
await signatures();
load();
console.log('bytes of each entry, bundled and minified, with its Wasm');
console.table((await measure()).sizes);

async function quotes() {
  const { pin, compute } = state().reserves;
  const pool = new Pool(state());
  const plain = new PlainPool({ pin, compute, ...params });
  const amounts = BigUint64Array.from({ length: 1_000 }, (_, at) => BigInt(at * 300 + 1));
  const token = (digit) => new Token(1, `0x${digit.repeat(40)}`, 18);
  const [pinToken, hours] = [token('1'), token('2')];
  const amount = (of, units) => CurrencyAmount.fromRawAmount(of, String(units));
  const pair = new Pair(amount(pinToken, pin), amount(hours, compute));
  const wanted = Array.from(amounts, (seconds) => amount(hours, seconds * 10n ** 18n));

  const many = pool.quoteBuyMany(amounts, 0n);
  amounts.forEach((seconds, at) => {
    assert.deepEqual(pool.quoteBuy(seconds, 0n), plain.quoteBuy(seconds));
    assert.deepEqual(many.at(at), plain.quoteBuy(seconds));
  });

  let sum = 0n;
  const some = wanted.slice(0, 100);
  const best = await rounds(
    {
      '@uniswap/v2-sdk': [some.length, () => some.forEach((units) => pair.getInputAmount(units))],
      'plain BigInt': [1_000, () => amounts.forEach((seconds) => (sum += plain.quoteBuy(seconds).gross))],
      'quoteBuy': [1_000, () => amounts.forEach((seconds) => (sum += pool.quoteBuy(seconds, 0n).gross))],
      'quoteBuyMany': [1_000, () => (sum += pool.quoteBuyMany(amounts, 0n).words[0])],
      'quoteBuyMany, each gross read': [
        1_000,
        () => {
          const quotes = pool.quoteBuyMany(amounts, 0n);
          for (let at = 0; at < quotes.length; at += 1) sum += quotes.amount(at, 'gross');
        },
      ],
    },
    // Enough for the engine to compile all of them to its best.
    600,
  );
  assert.ok(sum > 0n);
  report('quotes: the price of a purchase, 1 000 different ones', best);
  target(best, 'quoteBuyMany', 300, '@uniswap/v2-sdk');
  target(best, 'quoteBuyMany', 2, 'plain BigInt');
  target(best, 'quoteBuy', 0.8, 'plain BigInt');
}

async function signatures() {
  const secret = `0x${'46'.repeat(32)}`;
  const ledger = address(`0x${'5f'.repeat(20)}`);
  const domain = new Domain({ chainId: 31_337n, ledger });
  const signer = new Signer(secret);
  const account = privateKeyToAccount(secret);
  const action = { type: 'Rent', pool: 0, stakes: [1n, 2n], until: 3_600n, maxCost: 10n ** 18n };
  const guards = (nonce) => ({ nonce: BigInt(nonce), deadline: 1_800_000_000n });
  const { types, primaryType, domain: of } = domain.typedData(action, guards(0));
  const { type: _, ...fields } = action;
  const typed = (nonce) => ({ domain: of, types, primaryType, message: { ...fields, ...guards(nonce) } });

  assert.equal(domain.hash(action, guards(7)), hashTypedData(typed(7)));
  const signed = signer.sign(domain, action, guards(7)).signature;
  assert.equal(signed, await account.signTypedData(typed(7)));

  const times = (count, run) => [count, async () => {
    for (let nonce = 0; nonce < count; nonce += 1) await run(nonce);
  }];
  const once = (count, run) => [count, () => {
    for (let nonce = 0; nonce < count; nonce += 1) run(nonce);
  }];
  const hashes = await rounds({
    viem: once(50, (nonce) => hashTypedData(typed(nonce))),
    'Domain.hash': once(50, (nonce) => domain.hash(action, guards(nonce))),
  }, 100);
  report('EIP-712: the hash of a rental', hashes);
  target(hashes, 'Domain.hash', 20, 'viem');
  const signatures = await rounds({
    viem: times(10, (nonce) => account.signTypedData(typed(nonce))),
    'Signer.sign': once(10, (nonce) => signer.sign(domain, action, guards(nonce))),
  }, 60);
  report('EIP-712: hash and sign a rental', signatures);
  target(signatures, 'Signer.sign', 3, 'viem');
}

/** From nothing to the first quote, in processes of their own. */
function load() {
  const script = new URL('load.mjs', import.meta.url).pathname;
  const runs = Array.from({ length: 7 }, () => JSON.parse(execFileSync(process.execPath, [script])));
  const median = (name) => runs.map((run) => run[name]).sort((one, other) => one - other)[3];
  console.log('load: medians of 7 processes, milliseconds');
  console.table({ modules: median('modules'), 'load()': median('load'), 'first quote': median('quote') });
}
