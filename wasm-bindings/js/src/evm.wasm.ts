import * as glue from '../wasm/evm.js';
import { Lazy } from './lazy.js';

export { glue };
export const wasm = new Lazy<glue.InitOutput>('@pinfi/sdk/evm', glue);
