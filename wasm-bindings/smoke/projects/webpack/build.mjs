// webpack without its command line, which is a package of its own.

import { writeFile } from 'node:fs/promises';
import webpack from 'webpack';
import config from './webpack.config.mjs';

const stats = await new Promise((done, failed) =>
  webpack(config, (error, stats) => (error ? failed(error) : done(stats))),
);
if (stats.hasErrors() || stats.hasWarnings()) {
  console.error(stats.toString('errors-warnings'));
  process.exitCode = 1;
}
for (const name of Object.keys(config.entry)) {
  const page = `<!doctype html><title>webpack</title><script src="${name}.js"></script>\n`;
  await writeFile(`${config.output.path}/${name}.html`, page);
}
