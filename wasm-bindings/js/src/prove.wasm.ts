import * as glue from '../wasm/prove.js';
import { Lazy } from './lazy.js';

export { glue };
export const wasm = new Lazy<glue.InitOutput>('@pinfi/sdk/prove', glue);
