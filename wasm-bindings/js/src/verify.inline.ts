/**
 * The same as `@pinfi/sdk/verify` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './verify.wasm.js';
import base64 from '../wasm/verify.base64.js';

export * from './verify.js';

wasm.provide(() => decode(base64));
