// Writes each entry's Wasm as a module of base64, for hosts that can't fetch or must not wait.

import { readdir, readFile, writeFile } from 'node:fs/promises';

const folder = new URL('../wasm/', import.meta.url);
const wasm = (await readdir(folder)).filter((name) => name.endsWith('_bg.wasm'));
for (const name of wasm) {
  const entry = name.replace('_bg.wasm', '');
  const base64 = (await readFile(new URL(name, folder))).toString('base64');
  await writeFile(new URL(`${entry}.base64.js`, folder), `export default '${base64}';\n`);
  await writeFile(
    new URL(`${entry}.base64.d.ts`, folder),
    'declare const base64: string;\nexport default base64;\n',
  );
}
