import { PinFiError } from './error.js';
import type { Hex } from './types.js';

/** The bytes of hexadecimal. */
export function bytesOf(hex: Hex): Uint8Array<ArrayBuffer> {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) {
    throw new PinFiError('MalformedInput', 'this is no hexadecimal');
  }
  const bytes = new Uint8Array((hex.length - 2) / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(hex.slice(2 * at + 2, 2 * at + 4), 16);
  }
  return bytes;
}
