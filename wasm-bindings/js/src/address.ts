import { PinFiError } from './error.js';
import type { Address, Hash, Hex } from './types.js';
import { core, glue } from './wasm.js';

/**
 * Takes an account's address. One in both cases must have the right checksum (EIP-55).
 *
 * @throws {PinFiError} `MalformedInput`, `NotLoaded`
 */
export function address(text: string): Address {
  // The common case needs no hash, and so no Wasm.
  if (/^0x[0-9a-f]{40}$/.test(text)) return text as Address;
  void core.exports;
  return glue.parseAddress(text) as Address;
}

/** An address with its checksum, for people. */
export function checksum(account: Address): Hex {
  void core.exports;
  return glue.checksum(account) as Hex;
}

/**
 * Takes 32 bytes in hexadecimal.
 *
 * @throws {PinFiError} `MalformedInput`
 */
export function hash(text: string): Hash {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new PinFiError('MalformedInput', `${JSON.stringify(text)} is no hash of 32 bytes`);
  }
  return text.toLowerCase() as Hash;
}
