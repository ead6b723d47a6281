// Prints how long the package takes to load in a new process: modules, Wasm, first quote.

import { readFile } from 'node:fs/promises';

const wasm = await readFile(new URL('../../js/wasm/core_bg.wasm', import.meta.url));
const { state } = await import('../../js/test/fixture.mjs');
const times = [performance.now()];
const { Pool, load } = await import('../../js/dist/index.js');
times.push(performance.now());
await load(wasm);
times.push(performance.now());
new Pool(state()).quoteBuy(3_600n, 0n);
times.push(performance.now());
const [modules, loaded, quote] = times.slice(1).map((time, at) => Number((time - times[at]).toFixed(2)));
console.log(JSON.stringify({ modules, load: loaded, quote }));
