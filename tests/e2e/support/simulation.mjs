// The simulated market outside of a browser: the crate's own example, for its words to the byte.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../../target/debug/examples/simulate', import.meta.url));

/** What `simulate` prints for a ready scenario or a file. */
export function simulate(scenario, { days, agents, seed, controller = false, format }) {
  const run = ['--days', days, '--agents', agents, '--seed', seed, '--format', format].map(String);
  return execFileSync(PROGRAM, [scenario, ...run, ...(controller ? ['--controller'] : [])], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
