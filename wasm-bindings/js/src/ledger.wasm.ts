import * as glue from '../wasm/ledger.js';
import { Lazy } from './lazy.js';

export { glue };
export const wasm = new Lazy<glue.InitOutput>('@pinfi/sdk/ledger', glue);
