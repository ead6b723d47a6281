// Static files for the browser's part, from several folders under several prefixes.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
};

/**
 * Serves `mounts`, prefix to folder, and returns the address, the paths that were asked for and found,
 * and a function that stops it.
 */
export async function serve(mounts) {
  const asked = [];
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const mount = Object.entries(mounts).find(([prefix]) => path.startsWith(prefix));
    const file = mount && join(mount[1], path.slice(mount[0].length) || 'index.html');
    try {
      const body = await readFile(file.endsWith('/') ? `${file}index.html` : file);
      asked.push(path);
      // Whoever asks twice is seen twice.
      response.setHeader('cache-control', 'no-store');
      response.setHeader('content-type', TYPES[extname(file)] ?? 'text/html').end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const stop = () => server.close();
  return { address: `http://127.0.0.1:${server.address().port}`, asked, stop };
}
