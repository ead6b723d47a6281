/**
 * The same as `@pinfi/sdk/ledger` with the Wasm inside: everything works without `load`.
 *
 * @packageDocumentation
 */

import { decode } from './base64.js';
import { wasm } from './ledger.wasm.js';
import './inline.js';
import base64 from '../wasm/ledger.base64.js';

export * from './ledger.js';

wasm.provide(() => decode(base64));
