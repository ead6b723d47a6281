import { tryOut } from './inline.mjs';

console.log(await tryOut());
