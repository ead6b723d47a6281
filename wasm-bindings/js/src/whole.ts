// Whole numbers as the Wasm takes them: it would take any other modulo its width.

import { PinFiError } from './error.js';

const U64_MAX = 2n ** 64n - 1n;
const U32_MAX = 0xffff_ffff;

/** @throws {PinFiError} `MalformedInput` for what has no place in 64 bits */
export function u64(value: bigint): bigint {
  // Text and numbers compare with bigints, and the Wasm would take text.
  if (typeof value === 'bigint' && value >= 0n && value <= U64_MAX) return value;
  throw new PinFiError('MalformedInput', `${value} is no bigint within 64 bits`);
}

/** @throws {PinFiError} `MalformedInput` for what has no place in 32 bits */
export function u32(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= U32_MAX) return value;
  throw new PinFiError('MalformedInput', `${value} is no whole number within 32 bits`);
}
