// Trunk's pre-build hook: makes one file of all styles, so that a page asks for one.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../../web/${path}`, import.meta.url));

await build({
  bundle: true,
  entryPoints: [at('styles/index.css')],
  logLevel: 'warning',
  minify: true,
  outfile: at('assets/pinfi.css'),
  target: 'es2022',
});
