/**
 * The same as `@pinfi/sdk/prove` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './prove.wasm.js';
import base64 from '../wasm/prove.base64.js';

export * from './prove.js';

wasm.provide(() => decode(base64));
