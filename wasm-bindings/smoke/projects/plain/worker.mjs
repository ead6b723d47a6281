// No import map reaches into a worker: here the entries are imported by their places.

import * as core from '/sdk/dist/index.js';
import * as equilibrium from '/sdk/dist/equilibrium.js';
import * as evm from '/sdk/dist/evm.js';
import * as ledger from '/sdk/dist/ledger.js';
import * as prover from '/sdk/dist/prove.js';
import * as session from '/sdk/dist/session.js';
import * as simulation from '/sdk/dist/simulation.js';
import * as verifier from '/sdk/dist/verify.js';
import { numbers } from '/projects/numbers.mjs';

const entries = { core, equilibrium, evm, ledger, prover, session, simulation, verifier };

try {
  await Promise.all(Object.values(entries).map(({ load }) => load()));
  postMessage(await numbers(entries));
} catch (error) {
  postMessage(String(error?.stack ?? error));
}
