// The core entry's Wasm, and amounts read out of its memory.

import * as glue from '../wasm/core.js';
import { Lazy } from './lazy.js';

export { glue };
export const core = new Lazy<glue.InitOutput>('@pinfi/sdk', glue);

let words = new BigUint64Array(0);
let halves = new Uint32Array(0);

/** Looks at the memory anew if it has grown: that detaches every view of it. */
export function look(): void {
  if (words.byteLength !== 0) return;
  const { buffer } = core.exports.memory;
  words = new BigUint64Array(buffer);
  halves = new Uint32Array(buffer);
}

/** Reads the amount of two words at a place, the lower first. */
export function amountAt(place: number): bigint {
  // Most amounts fit one word, and asking its halves makes no bigint.
  const high = 2 * place + 2;
  const low = words[place] as bigint;
  return halves[high] === 0 && halves[high + 1] === 0
    ? low
    : ((words[place + 1] as bigint) << 64n) | low;
}
