/**
 * PinFi in TypeScript: quotes to the wei and signed actions.
 *
 * @packageDocumentation
 */

import type { WasmSource } from './lazy.js';
import { core } from './wasm.js';

export type { Action, ActionFields, ActionType } from './actions.js';
export { address, checksum, hash } from './address.js';
export { ERROR_CODES, type ErrorCode } from './codes.js';
export { PinFiError, type ErrorValues } from './error.js';
export { Domain, Signer, toJson, type Guards, type SignedAction } from './intent.js';
export type { WasmSource } from './lazy.js';
export {
  atLeast,
  atMost,
  rent,
  sell,
  type Between,
  type Devices,
  type Tolerance,
  type Wanted,
} from './limits.js';
export { Pool } from './pool.js';
export {
  Quotes,
  type BuyQuote,
  type JoinQuote,
  type LeaveQuote,
  type SellQuote,
} from './quotes.js';
export type { TypedData, TypedField } from './typed-data.js';
export type * from './types.js';

/**
 * Loads the Wasm, once: call it before anything else and as often as you like. Without a source it
 * lies beside this package's files.
 */
export function load(source?: WasmSource): Promise<void> {
  return core.load(source);
}
