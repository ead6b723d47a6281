import type { ErrorCode } from './codes.js';

/** What offended, by name: whole numbers as `bigint`, fractions as `number`, all else as text. */
export type ErrorValues = Readonly<Record<string, bigint | number | string>>;

const MANUAL = 'https://github.com/pinfi/pinfi/blob/main/docs/sdk/errors.md#';

/**
 * The one error with which this package refuses. What `load` meets on its way, such as a network that
 * fails, is thrown as it is. Its `code` is stable, and the same in Rust, in Solidity
 * and on the dApp's screen; its `values` are what offended.
 */
export class PinFiError extends Error {
  override readonly name = 'PinFiError';
  /** The refusal's stable name. */
  readonly code: ErrorCode;
  /** Where the manual explains this code. */
  readonly docs: string;
  /** The offending values. */
  readonly values: ErrorValues;

  constructor(code: ErrorCode, message: string, values: ErrorValues = {}) {
    super(message);
    this.code = code;
    this.docs = MANUAL + code.toLowerCase();
    this.values = values;
  }
}
