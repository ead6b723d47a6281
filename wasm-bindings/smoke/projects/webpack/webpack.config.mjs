import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export default {
  mode: 'production',
  entry: { index: here('../page.mjs'), inline: here('../inline-page.mjs') },
  output: { path: here('../../built/webpack'), filename: '[name].js', clean: true },
  // Sizes are held by the package's own tests.
  performance: { hints: false },
};
