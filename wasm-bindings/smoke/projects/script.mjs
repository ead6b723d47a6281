// For runtimes without a page.

import { tryOut } from './try.mjs';

console.log(await tryOut());
