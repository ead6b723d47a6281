// The package by its names, as it is loaded where files can be fetched.

import * as core from '@pinfi/sdk';
import * as equilibrium from '@pinfi/sdk/equilibrium';
import * as evm from '@pinfi/sdk/evm';
import * as ledger from '@pinfi/sdk/ledger';
import * as prover from '@pinfi/sdk/prove';
import * as session from '@pinfi/sdk/session';
import * as simulation from '@pinfi/sdk/simulation';
import * as verifier from '@pinfi/sdk/verify';
import { numbers } from './numbers.mjs';

const entries = { core, equilibrium, evm, ledger, prover, session, simulation, verifier };

export async function tryOut() {
  await Promise.all(Object.values(entries).map(({ load }) => load()));
  return numbers(entries);
}
