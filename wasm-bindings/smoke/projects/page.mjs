// For pages: in the window, and in a worker of the bundler's making.

import { showBoth } from './show.mjs';
import { tryOut } from './try.mjs';

showBoth(tryOut, new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' }));
