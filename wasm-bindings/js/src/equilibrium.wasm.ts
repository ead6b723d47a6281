import * as glue from '../wasm/equilibrium.js';
import { Lazy } from './lazy.js';

export { glue };
export const wasm = new Lazy<glue.InitOutput>('@pinfi/sdk/equilibrium', glue);
