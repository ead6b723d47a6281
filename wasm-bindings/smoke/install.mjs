// Packs the package as npm would publish it, and unpacks it below node_modules as a user has it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = here('built');
const installed = here('node_modules/@pinfi/sdk');

rmSync(installed, { recursive: true, force: true });
mkdirSync(installed, { recursive: true });
mkdirSync(built, { recursive: true });
const pack = ['pack', here('../js'), '--silent', '--pack-destination', built];
const name = execFileSync('npm', pack, { encoding: 'utf8' }).trim();
renameSync(`${built}/${name}`, `${built}/sdk.tgz`);
execFileSync('tar', ['-xzf', `${built}/sdk.tgz`, '-C', installed, '--strip-components=1']);
