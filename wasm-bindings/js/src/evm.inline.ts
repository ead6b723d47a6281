/**
 * The same as `@pinfi/sdk/evm` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './evm.wasm.js';
import base64 from '../wasm/evm.base64.js';

export * from './evm.js';

wasm.provide(() => decode(base64));
