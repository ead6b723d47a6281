// The package as npm would publish it, in every runtime and bundler that it claims: each must give
// the numbers that this Node gives. `cargo xtask test --only smoke`, after `node install.mjs`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from './serve.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
const bin = (name) => here(`node_modules/.bin/${name}`);
const SDK = here('node_modules/@pinfi/sdk');
const PACKED = here('built/sdk.tgz');
const SCRIPT = 'projects/script.mjs';
/** Where the number is found in a browser. */
const BOTH = ['window', 'worker'];
const ENTRIES = 8;

/** Runs a program here; on failure its output is the error. */
async function does(program, args, options = {}) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_COLOR: '1', CI: '1' };
  try {
    return (await run(program, args, { cwd: here('.'), env, ...options })).stdout.trim();
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`);
  }
}

let expected;
let browser;

before(async () => {
  expected = await does(process.execPath, [SCRIPT]);
  browser = await chromium.launch({ executablePath: process.env.PINFI_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
});

test('the package holds what its entries name, and nothing of the tests', async () => {
  const names = await readdir(SDK, { recursive: true });
  assert.ok(names.includes('LICENSE-MIT') && names.includes('README.md'));
  assert.deepEqual(names.filter((name) => /^(src|test|scripts)/.test(name)), []);
  const { exports } = JSON.parse(await readFile(`${SDK}/package.json`, 'utf8'));
  for (const target of Object.values(exports).flatMap((entry) => Object.values(typeof entry === 'string' ? [entry] : entry))) {
    assert.ok(names.includes(target.slice(2)), target);
  }
});

test('publint finds nothing', async () => {
  await does(bin('publint'), ['run', '--strict', SDK]);
});

test('its types are not wrong', async () => {
  // It is of ES modules alone, and says so; wasm files have no types.
  const wasm = ['core', 'ledger', 'evm', 'verify', 'equilibrium', 'simulation', 'prove', 'session'].map((name) => `${name}.wasm`);
  await does(bin('attw'), [PACKED, '--profile', 'esm-only', '--exclude-entrypoints', ...wasm]);
});

test('this Node gives a number from each entry', () => {
  const found = JSON.parse(expected);
  assert.equal(found.code, 'InsufficientLiquidity');
  assert.equal(found.region, 'G');
  assert.equal(found.passed, true);
  assert.ok(BigInt(found.gross) > 2n * 10n ** 18n && found.price > 0);
});

for (const [major, name] of [[20, 'node-20'], [22, 'node']]) {
  test(`Node ${major}`, async () => {
    const node = here(`node_modules/${name}/bin/node`);
    assert.match(await does(node, ['--version']), new RegExp(`^v${major}\\.`));
    assert.equal(await does(node, [SCRIPT]), expected);
    assert.equal(await does(node, ['projects/inline-script.mjs']), expected);
  });
}

test('Deno', async () => {
  const flags = ['run', '--node-modules-dir=manual', '--allow-read', '--allow-env'];
  assert.equal(await does(bin('deno'), [...flags, SCRIPT]), expected);
});

test('Bun', async () => {
  assert.equal(await does(bin('bun'), [SCRIPT]), expected);
});

test('Vite: window and worker, and the same with the Wasm inside', async () => {
  await does(bin('vite'), ['build', '--config', 'projects/vite/vite.config.mjs', 'projects/vite']);
  const fetched = await inBrowser({ '/': here('built/vite') }, '/index.html', BOTH);
  assert.equal(wasm(fetched).length, 2 * ENTRIES);
  assert.deepEqual(wasm(await inBrowser({ '/': here('built/vite') }, '/inline.html', BOTH)), []);
});

test('webpack 5: window and worker, and the same with the Wasm inside', async () => {
  await does(process.execPath, ['projects/webpack/build.mjs']);
  const fetched = await inBrowser({ '/': here('built/webpack') }, '/index.html', BOTH);
  assert.equal(wasm(fetched).length, 2 * ENTRIES);
  assert.deepEqual(wasm(await inBrowser({ '/': here('built/webpack') }, '/inline.html', BOTH)), []);
});

test('a plain module script and a plain module worker', async () => {
  const mounts = { '/sdk/': SDK, '/projects/': here('projects') };
  assert.equal(wasm(await inBrowser(mounts, '/projects/plain/', BOTH)).length, 2 * ENTRIES);
});

test('Next: on the server and in the browser', async () => {
  await does(bin('next'), ['build', 'projects/next']);
  const html = await readFile(here('projects/next/out/index.html'), 'utf8');
  assert.ok(html.replaceAll('&quot;', '"').includes(`>${expected}<`), 'the server rendered other numbers');
  await inBrowser({ '/': here('projects/next/out') }, '/', ['window']);
});

const wasm = (paths) => paths.filter((path) => path.endsWith('.wasm'));

/** Opens a page, compares what it shows under each of these names, and returns what it fetched. */
async function inBrowser(mounts, path, names) {
  const { address, stop, asked } = await serve(mounts);
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  try {
    await page.goto(address + path);
    const data = await page.waitForFunction(
      (wanted) => {
        const shown = { ...document.documentElement.dataset };
        return (shown.error || wanted.every((name) => shown[name])) && shown;
      },
      names,
      { timeout: 60_000 },
    );
    const shown = await data.jsonValue();
    assert.equal(shown.error, undefined);
    for (const name of names) assert.equal(shown[name], expected, name);
    assert.deepEqual(errors, []);
    return asked;
  } finally {
    await page.close();
    stop();
  }
}
