// Every block of TypeScript in the manual has the right types, and runs, each by itself.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import * as given from './docs-fixture.mjs';

const root = new URL('../../../', import.meta.url);
const run = promisify(execFile);
const tsc = fileURLToPath(new URL('node_modules/.bin/tsc', root));
// Below the package, so that its own name resolves.
const folder = await mkdtemp(fileURLToPath(new URL('.docs-', import.meta.url)));

/** The pages that show how it is used: the guides, whatever their number, and both READMEs. */
async function pages() {
  // One lists the pages, the other the codes.
  const others = ['README.md', 'errors.md'];
  const guides = (await readdir(new URL('docs/sdk', root))).filter((name) => !others.includes(name));
  return ['README.md', 'wasm-bindings/js/README.md', ...guides.map((name) => `docs/sdk/${name}`)];
}

/** @param {string} text */
function blocksOf(text) {
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** What blocks take for granted, as the compiler hears of it. */
const AMBIENT = `import type * as given from '../docs-fixture.mjs';
declare global {
${Object.keys(given).map((name) => `  const ${name}: typeof given.${name};`).join('\n')}
}
`;

/** What the compiler says of files in the folder; nothing where all is well. */
async function complaints(/** @type {string[]} */ files) {
  await writeFile(`${folder}/given.d.ts`, AMBIENT);
  const config = { extends: '../tsconfig.json', include: [], files: [...files, 'given.d.ts'] };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  const { stdout } = await run(tsc, ['--project', folder]).catch((error) => error);
  return stdout;
}

const all = (await Promise.all((await pages()).map(async (page) => {
  const blocks = blocksOf(await readFile(new URL(page, root), 'utf8'));
  return blocks.map((block, at) => ({ page, block, name: `${page.replaceAll('/', '-')}-${at + 1}.mts` }));
}))).flat();

test('every guide has blocks of code', async () => {
  const shown = new Set(all.map(({ page }) => page));
  assert.deepEqual((await pages()).filter((page) => !shown.has(page)), []);
  assert.ok(shown.size >= 7);
});

test('a rental with slippage and deadline takes at most ten lines', () => {
  const rentals = all.filter(({ page, block }) => page === 'wasm-bindings/js/README.md' && block.includes('slippageBps'));
  assert.equal(rentals.length, 1);
  const lines = rentals[0]?.block.trim().split('\n') ?? [];
  assert.ok(lines.length <= 10 && /deadline/.test(lines.join()), lines.join('\n'));
});

test('a block of wrong types is found', async () => {
  await writeFile(`${folder}/wrong.mts`, "import { Pool } from '@pinfi/sdk';\nnew Pool(state).quoteBuy(7_200, now);\n");
  assert.match(await complaints(['wrong.mts']), /wrong\.mts\(2,26\).*'number'.*'bigint'/s);
});

test('every block has the right types', async () => {
  for (const { name, block } of all) await writeFile(`${folder}/${name}`, block);
  assert.equal(await complaints(all.map(({ name }) => name)), '');
});

for (const { page, block, name } of all) {
  test(`${page}, ${name} runs`, async () => {
    const fixture = "import * as given from '../docs-fixture.mjs';\nObject.assign(globalThis, given);\n";
    const { code } = await transform(fixture + block, { loader: 'ts', target: 'node20' });
    const path = `${folder}/${name.replace('.mts', '.mjs')}`;
    await writeFile(path, code);
    await run(process.execPath, [path]);
  });
}

after(() => rm(folder, { recursive: true }));
