import * as glue from '../wasm/verify.js';
import { Lazy } from './lazy.js';

export { glue };
export const wasm = new Lazy<glue.InitOutput>('@pinfi/sdk/verify', glue);
