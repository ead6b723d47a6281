// What `npm publish` would send, and what its provenance rests on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
const folder = new URL('../', import.meta.url);
const read = (/** @type {string} */ path) => readFile(new URL(path, root), 'utf8');
const manifest = JSON.parse(await read('wasm-bindings/js/package.json'));

/** @type {string[]} */
const packed = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fileURLToPath(folder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
)[0].files.map((/** @type {{ path: string }} */ file) => file.path);

test('nothing stands between the package and its publication with provenance', async () => {
  assert.deepEqual(manifest.publishConfig, { access: 'public', provenance: true });
  assert.equal(manifest.private, undefined);
  // A script of an installation would be run by all who trust the provenance.
  assert.equal(manifest.scripts, undefined);
  assert.deepEqual([manifest.dependencies, manifest.bundledDependencies], [undefined, undefined]);
});

test('it names the repository, and its place there, from which it must be built', async () => {
  const { type, url, directory } = manifest.repository;
  assert.equal(type, 'git');
  assert.match(url, /^git\+https:\/\/github\.com\/[\w-]+\/[\w-]+\.git$/);
  assert.equal(new URL(`${directory}/`, root).href, folder.href);
  const cargo = await read('Cargo.toml');
  const named = cargo.match(/^repository = "(.*)"$/m)?.[1];
  assert.equal(url, `git+${named}.git`);
});

test('its version is semantic and is that of the crates, and what versions promise is written', async () => {
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  assert.equal((await read('Cargo.toml')).match(/^version = "(.*)"$/m)?.[1], manifest.version);
  assert.match(await read('wasm-bindings/js/README.md'), /^## Versions\n\n\[Semantic versioning\]/m);
});

test('it holds its entries, their Wasm and types, its licences and README, and nothing else', async () => {
  const besides = ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'package.json'];
  const built = packed.filter((path) => !besides.includes(path));
  assert.equal(packed.length - built.length, besides.length);
  const allowed = /^(dist\/[\w.-]+\.(js|d\.ts)|wasm\/\w+(\.base64)?\.(js|d\.ts)|wasm\/\w+_bg\.wasm(\.d\.ts)?)$/;
  assert.deepEqual(built.filter((path) => !allowed.test(path)), []);
  const entries = Object.values(manifest.exports).flatMap((entry) => Object.values(typeof entry === 'string' ? [entry] : entry));
  assert.ok(entries.length > 30);
  assert.deepEqual(entries.filter((path) => !packed.includes(String(path).slice(2))), []);
});
