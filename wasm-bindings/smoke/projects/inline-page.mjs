// The same with the Wasm inside.

import { tryOut } from './inline.mjs';
import { showBoth } from './show.mjs';

showBoth(tryOut, new Worker(new URL('./inline-worker.mjs', import.meta.url), { type: 'module' }));
