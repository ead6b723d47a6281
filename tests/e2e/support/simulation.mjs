// The simulated market outside of a browser: the crate's own example, for its words to the byte.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLE = ['run', '--quiet', '--locked', '--package', 'pinfi-simulation', '--example', 'simulate', '--'];

/** What `simulate` prints for a ready scenario or a file. */
export function simulate(scenario, { days, agents, seed, controller = false, format }) {
  const run = ['--days', days, '--agents', agents, '--seed', seed, '--format', format].map(String);
  const args = [...EXAMPLE, scenario, ...run, ...(controller ? ['--controller'] : [])];
  return execFileSync(process.env.CARGO ?? 'cargo', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
