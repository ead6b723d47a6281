import { fileURLToPath } from 'node:url';

export default {
  output: 'export',
  // The packages and what all projects share lie above.
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
};
