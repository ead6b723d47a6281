// The Wasm throws through here, so that all entries throw one class.

import type { ErrorCode } from './codes.js';
import { camel } from './names.js';
import { PinFiError, type ErrorValues } from './error.js';

/** Makes the error of a refusal, whose values are as the core's serialiser writes them. */
export function refusal(code: string, message: string, written: unknown): PinFiError {
  // The list of codes is made from the sources that this code comes from.
  return new PinFiError(code as ErrorCode, message, valuesOf(written));
}

/** Fields by name; a variant's name, in upper case, holds its fields, or its one value, or nothing. */
function valuesOf(written: unknown): ErrorValues {
  if (!isPlain(written)) return {};
  const [[name, inner] = ['', undefined], ...more] = Object.entries(written);
  if (more.length > 0 || !/^[A-Z]/.test(name)) return fieldsOf(written);
  return isPlain(inner) ? valuesOf(inner) : { value: valueOf(inner) };
}

function fieldsOf(written: object): ErrorValues {
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [camel(name), valueOf(value)]),
  );
}

const isPlain = (value: unknown): value is object =>
  Object.getPrototypeOf(value ?? 0) === Object.prototype;

function valueOf(value: unknown): bigint | number | string {
  if (typeof value === 'bigint' || typeof value === 'string') return value;
  // Narrow whole numbers come as numbers; wholeness makes them amounts all the same.
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
}
