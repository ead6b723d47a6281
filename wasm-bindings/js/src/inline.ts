/**
 * The same as `@pinfi/sdk` with the Wasm inside: everything works at once, without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { core } from './wasm.js';
import base64 from '../wasm/core.base64.js';

export * from './index.js';

core.provide(() => decode(base64));
