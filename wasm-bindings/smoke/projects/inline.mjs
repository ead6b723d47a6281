// The package with its Wasm inside: nothing is loaded, and nothing waited for.

import * as core from '@pinfi/sdk/inline';
import * as equilibrium from '@pinfi/sdk/equilibrium/inline';
import * as evm from '@pinfi/sdk/evm/inline';
import * as ledger from '@pinfi/sdk/ledger/inline';
import * as prover from '@pinfi/sdk/prove/inline';
import * as session from '@pinfi/sdk/session/inline';
import * as simulation from '@pinfi/sdk/simulation/inline';
import * as verifier from '@pinfi/sdk/verify/inline';
import { numbers, quote } from './numbers.mjs';

// While this module is evaluated: a page has no synchronous moment earlier than that.
const first = quote(core);

export async function tryOut() {
  const entries = { core, equilibrium, evm, ledger, prover, session, simulation, verifier };
  const found = await numbers(entries);
  if (JSON.parse(found).gross !== first) throw new Error(`${first} at first, then ${found}`);
  return found;
}
