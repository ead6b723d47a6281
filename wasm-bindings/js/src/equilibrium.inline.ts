/**
 * The same as `@pinfi/sdk/equilibrium` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './equilibrium.wasm.js';
import base64 from '../wasm/equilibrium.base64.js';

export * from './equilibrium.js';

wasm.provide(() => decode(base64));
