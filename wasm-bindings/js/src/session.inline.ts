/**
 * The same as `@pinfi/sdk/session` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './session.wasm.js';
import base64 from '../wasm/session.base64.js';

export * from './session.js';

wasm.provide(() => decode(base64));
