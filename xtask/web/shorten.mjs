// Gives short names to what a script and its program know each other's functions by. wasm-bindgen's end
// in hashes, which no compression makes smaller, and stand in both files.
//
//     node xtask/web/shorten.mjs PROGRAM.wasm SCRIPT...

import { readFile, writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import binaryen from 'binaryen';

const HASHED = /\b\w+_h?[0-9a-f]{16}(?:_\d+)?\b/g;

/** Renames in a program, and in the scripts and declarations that name its functions. */
export async function shorten(wasm, scripts) {
  const program = binaryen.readBinary(await readFile(wasm));
  const short = new Map();
  const rename = (long) => {
    if (long.replace(HASHED, '') !== '') return undefined;
    if (!short.has(long)) short.set(long, `_${short.size.toString(36)}`);
    return short.get(long);
  };
  for (let at = program.getNumFunctions() - 1; at >= 0; at -= 1) {
    const { name, module, base, params, results } = binaryen.getFunctionInfo(program.getFunctionByIndex(at));
    const known = base && rename(base);
    if (!known) continue;
    program.removeFunction(name);
    program.addFunctionImport(name, module, known, params, results);
  }
  for (let at = program.getNumExports() - 1; at >= 0; at -= 1) {
    const { name, kind, value } = binaryen.getExportInfo(program.getExportByIndex(at));
    const known = kind === binaryen.ExternalFunction && rename(name);
    if (!known) continue;
    program.removeExport(name);
    program.addFunctionExport(value, known);
  }
  for (const script of scripts) {
    const text = await readFile(script, 'utf8');
    await writeFile(script, text.replace(HASHED, (long) => short.get(long) ?? long));
  }
  await writeFile(wasm, program.emitBinary());
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const [wasm, ...scripts] = argv.slice(2);
  await shorten(wasm, scripts);
}
