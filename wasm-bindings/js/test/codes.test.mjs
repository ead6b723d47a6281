import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ERROR_CODES, PinFiError } from '@pinfi/sdk';
import { differences, made } from '../scripts/codes.mjs';

const root = new URL('../../../', import.meta.url);

test('a code on one side alone is found, on either side', () => {
  assert.deepEqual(differences(['Slippage'], ['Slippage', 'Slipage']), {
    unexplained: ['Slipage'],
    unmade: [],
  });
  assert.deepEqual(differences(['Slippage', 'Slipage'], ['Slippage']), {
    unexplained: [],
    unmade: ['Slipage'],
  });
});

test('what the sources make is what is listed, and the other way round', async () => {
  const codes = await made();
  assert.ok(codes.size > 100, String(codes.size));
  assert.deepEqual(differences(ERROR_CODES, codes), { unexplained: [], unmade: [] });
});

test('every code has its section in the manual, where its error points to, and every section its code', async () => {
  // In the repository that the package names, so that it is there without any site.
  const { repository } = JSON.parse(await readFile(new URL('wasm-bindings/js/package.json', root), 'utf8'));
  const files = `${repository.url.replace(/^git\+(.*)\.git$/, '$1')}/blob/main/`;
  const { docs } = new PinFiError('Slippage', '');
  assert.ok(docs.startsWith(files), docs);
  const manual = await readFile(new URL(new URL(docs).href.slice(files.length).split('#')[0] ?? '', root), 'utf8');
  const sections = [...manual.matchAll(/^## (\w+)$/gm)].map(([, code]) => code ?? '');
  assert.deepEqual(sections, [...ERROR_CODES]);
  const anchors = ERROR_CODES.map((code) => new PinFiError(code, '').docs.split('#')[1]);
  assert.deepEqual(anchors, sections.map((code) => code.toLowerCase()));
});
