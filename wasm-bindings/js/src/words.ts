// Numbers as the words that a device computes with, little-endian.

import { PinFiError } from './error.js';

/** Arrays of words, or their bytes. */
export type Words = Uint8Array | Uint8ClampedArray | Uint32Array | Int32Array | Float32Array;

/** What the words of a buffer are; `mixed` is a struct of several kinds. */
export type Element = 'u32' | 'i32' | 'f32' | 'mixed';

/** The least and the greatest whole number of a word. */
const RANGE = { u32: [0, 2 ** 32 - 1], mixed: [0, 2 ** 32 - 1], i32: [-(2 ** 31), 2 ** 31 - 1] } as const;

/**
 * The bytes of an array of one of these kinds.
 *
 * @throws {PinFiError} `MalformedInput`
 */
export function bytesIn(place: string, words: unknown, kinds: readonly string[]): Uint8Array {
  // By name: an array of another realm is one too.
  if (ArrayBuffer.isView(words) && kinds.includes(Object.prototype.toString.call(words).slice(8, -1))) {
    return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  }
  throw new PinFiError('MalformedInput', `${place} is no ${kinds.join(' or ')}`);
}

/**
 * The bytes of numbers, one a word.
 *
 * @throws {PinFiError} `MalformedInput` for what is no number, or has no place in a word
 */
export function bytesOfNumbers(place: string, element: Element, numbers: readonly number[]): Uint8Array {
  numbers.forEach((number, at) => {
    if (!fits(element, number)) {
      throw new PinFiError('MalformedInput', `${place}[${at}]: ${number} is no ${element}`);
    }
  });
  const words = element === 'f32' ? Float32Array.from(numbers) : Uint32Array.from(numbers);
  return new Uint8Array(words.buffer);
}

function fits(element: Element, number: unknown): boolean {
  if (element === 'f32') return typeof number === 'number';
  const [least, most] = RANGE[element];
  return Number.isInteger(number) && (number as number) >= least && (number as number) <= most;
}
