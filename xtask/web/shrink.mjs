// Optimises Wasm files for size: node shrink.mjs FOLDER FILE…
//
// What wasm-opt -Oz does, for many files in one process: to start it takes longer than most of them do.

import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import binaryen from 'binaryen';

const { Features } = binaryen;
/** Those that rustc lets the compiler use; a part does not say which it needs. */
const USED =
  Features.BulkMemory |
  Features.BulkMemoryOpt |
  Features.Multivalue |
  Features.MutableGlobals |
  Features.NontrappingFPToInt |
  Features.ReferenceTypes |
  Features.SignExt;

const [folder, ...files] = process.argv.slice(2);
binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(2);
for (const file of files) {
  const program = binaryen.readBinary(await readFile(file));
  program.setFeatures(USED);
  program.optimize();
  program.runPasses(['strip-debug', 'strip-producers']);
  await writeFile(join(folder, basename(file)), program.emitBinary());
  program.dispose();
}
