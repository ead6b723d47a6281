/**
 * The same as `@pinfi/sdk/simulation` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './simulation.wasm.js';
import base64 from '../wasm/simulation.base64.js';

export * from './simulation.js';

wasm.provide(() => decode(base64));
