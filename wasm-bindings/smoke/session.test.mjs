// Jobs on a device elsewhere, by the package as published: a native device at a relay on this machine,
// used by a real browser, and by the runtimes that have a WebSocket.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { verifyTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { RENTER } from './examples/rented.mjs';
import { serve } from './serve.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
const STRANGER = `0x${'07'.repeat(32)}`;

let program;
let device;
let browser;
let site;
let page;

before(async () => {
  program = spawn(here('../../target/debug/examples/device'), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(program.stdout), 'line');
  device = JSON.parse(line);
  const executablePath = process.env.PINFI_CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  site = await serve({ '/sdk/': here('node_modules/@pinfi/sdk'), '/': here('projects/plain') });
  page = await browser.newPage();
  await page.exposeFunction('signAs', (secret, typed) => privateKeyToAccount(secret).signTypedData(typed));
  await page.goto(`${site.address}/empty.html`);
  await page.evaluate(
    async ({ told, renter }) => {
      const sdk = await import('/sdk/dist/session.js');
      await sdk.load();
      const { key, relay, client, signers, ledger } = told;
      const [stake, rental, chainId] = [told.stake, told.rental, told.chainId].map(BigInt);
      const order = { key, relay, stake, rental, client, signers, domain: { chainId, ledger } };
      const sign = (typed) => globalThis.signAs(renter, typed);
      const codeOf = (promise) =>
        promise.then(
          () => 'none',
          ({ code, values }) => [code, values.code].filter(Boolean).join(' '),
        );
      const long = { hashSearch: { text: new Uint8Array(1), start: 0n, segments: 4_096, zeroBits: 60 } };
      const open = (changed = {}) => sdk.connect({ ...order, sign, ...changed });
      Object.assign(globalThis, { sdk, open, codeOf, long });
    },
    { told: device, renter: RENTER },
  );
});

after(async () => {
  await browser?.close();
  site?.stop();
  program?.kill('SIGKILL');
});

test('a stranger, an unwilling wallet, another signer and a rental that is none are refused', async () => {
  const codes = await page.evaluate(async (stranger) => {
    const refusals = [
      { sign: (typed) => globalThis.signAs(stranger, typed) },
      { sign: async () => Promise.reject(new Error('declined')) },
      { sign: async () => 'no signature' },
      { signers: [`0x${'00'.repeat(20)}`] },
      { rental: 99n },
      { signal: AbortSignal.abort() },
    ];
    const codes = [];
    for (const refusal of refusals) codes.push(await globalThis.codeOf(globalThis.open(refusal)));
    return codes;
  }, STRANGER);
  assert.deepEqual(codes, [
    'SessionRefused SessionSignature',
    'SessionNotSigned',
    'SessionNotSigned',
    'SessionOtherSigner',
    'SessionRefused SessionNotRented',
    'Cancelled',
  ]);
});

test('jobs run side by side, their progress is iterated, and what is given is signed', async () => {
  const found = await page.evaluate(async () => {
    const session = await globalThis.open();
    const a = Uint32Array.of(1, 2, 3, 4);
    const product = { scalar: 'u32', rows: 2, inner: 2, columns: 2, a, b: Uint32Array.of(5, 6, 7, 8) };
    const source = `@group(0) @binding(3) var<storage, read_write> out: array<f32>;
      @compute @workgroup_size(1) fn main() { out[0] += 1.5; }`;
    const buffers = [{ binding: 3, element: 'f32', words: 2, role: 'output' }];
    const plan = [{ entry: 'main', groups: [1, 1, 1], repeat: 3, shows: [3] }];
    const runs = [
      session.run({ matrixProduct: product }, { grain: 0 }),
      session.run({ module: { source, buffers, plan } }),
    ];
    const follow = async (run) => {
      const seen = [];
      for await (const { type, done, steps, pieces } of run) seen.push([type, done, steps, pieces?.length ?? 0]);
      return seen;
    };
    const seen = await Promise.all(runs.map(follow));
    const results = await Promise.all(runs.map(({ result }) => result));
    const { isSoftware, device, until } = session.terms;
    await session.close();
    return {
      seen,
      product: [...new Uint32Array(results[0].outputs[0].bytes.buffer)],
      sums: [...new Float32Array(results[1].outputs[0].bytes.buffer)],
      receipts: results.map(({ receipt }) => receipt),
      terms: [typeof isSoftware, device.length > 0, until],
      over: await session.closed,
    };
  });
  const [first, second] = found.seen;
  assert.deepEqual(first, [['accepted', 0, 2, 0], ['step', 1, 2, 1], ['step', 2, 2, 1], ['done', 2, 2, 0]]);
  const steps = ['accepted 0', 'step 1', 'step 2', 'step 3', 'done 3'];
  assert.deepEqual(second.map(([type, done]) => `${type} ${done}`), steps);
  assert.deepEqual([found.product, found.sums], [[19, 22, 43, 50], [4.5, 0]]);
  assert.deepEqual([found.terms, found.over], [['boolean', true, 2_000n], undefined]);
  for (const { provider, typedData, signature, client, steps } of found.receipts) {
    assert.deepEqual([provider, client], [device.signers[0], device.client]);
    assert.ok(await verifyTypedData({ address: provider, ...typedData, signature }), `${steps} steps`);
  }
});

test('a job is cancelled by its run, by its signal and by leaving the loop, and others go on', async () => {
  const codes = await page.evaluate(async () => {
    const session = await globalThis.open();
    const { long } = globalThis;
    const start = (options) => session.run(long, { grain: 0, ...options });
    const controller = new AbortController();
    const [called, signalled, left] = [start(), start({ signal: controller.signal }), start()];
    called.cancel();
    controller.abort();
    for await (const { type } of left) if (type === 'step') break;
    const codes = await Promise.all([called, signalled, left].map(({ result }) => globalThis.codeOf(result)));
    let aborted;
    try {
      start({ signal: controller.signal });
    } catch (error) {
      aborted = error.code;
    }
    const next = await session.run({ hashSearch: { ...long.hashSearch, segments: 2 } }).result;
    return [...codes, aborted, next.outputs[0].bytes.length, await globalThis.codeOf(session.close())];
  });
  assert.deepEqual(codes, ['JobCancelled', 'JobCancelled', 'JobCancelled', 'Cancelled', 16, 'none']);
});

test('a job that is refused or endless ends with its cause; a closed session takes none', async () => {
  const codes = await page.evaluate(async () => {
    const session = await globalThis.open();
    const { long } = globalThis;
    const thrown = (job, options) => {
      try {
        session.run(job, options);
      } catch (error) {
        return error.code;
      }
      return 'none';
    };
    const source = `@group(0) @binding(0) var<storage, read_write> out: array<u32>;
      @compute @workgroup_size(1) fn main() { loop { out[0] += 1u; } }`;
    const buffers = [{ binding: 0, element: 'u32', words: 1, role: 'output' }];
    const endless = { module: { source, buffers, plan: [{ entry: 'main', groups: [1, 1, 1] }] } };
    const id = `0x${'0a'.repeat(16)}`;
    const refused = thrown({ hashSearch: { ...long.hashSearch, segments: 2 ** 21 } });
    const ended = await globalThis.codeOf(session.run(endless).result);
    const waits = session.run(long, { id, grain: 0 });
    const twice = thrown(long, { id, grain: 0 });
    await session.close();
    return [refused, ended, twice, await globalThis.codeOf(waits.result), thrown(long)];
  });
  const [waits] = codes.splice(3, 1);
  assert.deepEqual(codes, ['JobRefused', 'JobOutOfIterations', 'MalformedInput', 'SessionClosed']);
  // Whichever comes first, the end of the job or that of the session.
  assert.ok(['JobCancelled', 'SessionClosed'].includes(waits), waits);
});

const told = {
  seen: ['accepted 0/2', 'step 1/2', 'step 2/2', 'done 2/2'],
  product: [19, 22, 43, 50],
  isSigned: true,
  steps: '2',
};

for (const [name, program] of [
  ['Node 22', 'node_modules/node/bin/node'],
  ['Bun', 'node_modules/.bin/bun'],
]) {
  test(`${name}: a job with viem's signature`, async () => {
    const args = ['examples/rented.mjs', JSON.stringify(device)];
    const { stdout } = await run(here(program), args, { cwd: here('.'), timeout: 60_000 });
    assert.deepEqual(JSON.parse(stdout), told);
  });
}

test('Node 20 has no WebSocket, and says so', async () => {
  const node = here('node_modules/node-20/bin/node');
  const failed = run(node, ['examples/rented.mjs', JSON.stringify(device)], { cwd: here('.') });
  await assert.rejects(failed, ({ stderr }) => /NoWebSocket/.test(stderr));
});
