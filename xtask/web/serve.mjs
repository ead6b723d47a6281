// Serves a folder on localhost as a static host would: right media types, the headers of the
// policy, nothing cached without asking. `node serve.mjs FOLDER PORT` or `serve(folder, port)`.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HEADERS } from './policy.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Starts serving `folder`; port 0 takes a free one. Resolves to { url, close, server }. */
export async function serve(folder, port = 0) {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    // Loopback only: a development server is nobody else's business.
    server.listen(port, '127.0.0.1', done);
  });
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://localhost:${server.address().port}/`, close, server };
}

async function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const file = await find(root, new URL(request.url, 'http://localhost').pathname);
  if (!file) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
    return;
  }
  const tag = `"${file.size.toString(36)}-${Math.trunc(file.mtimeMs).toString(36)}"`;
  const headers = {
    ...HEADERS,
    'Cache-Control': 'no-cache',
    'Content-Type': TYPES[extname(file.path)] ?? 'application/octet-stream',
    ETag: tag,
  };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': file.size });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file.path).pipe(response);
}

/** Returns the file under `root` for a path; a path without extension is a page of the app. */
async function find(root, pathname) {
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const wanted = normalize(join(root, decoded));
  if (wanted !== root && !wanted.startsWith(root + '/')) return undefined;
  const path = extname(wanted) === '' ? join(root, 'index.html') : wanted;
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() ? { path, size: info.size, mtimeMs: info.mtimeMs } : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder = 'dist', port = '8080'] = process.argv.slice(2);
  try {
    const { url } = await serve(folder, Number(port));
    console.log(`\n   PinFi is at ${url}\n   (Ctrl+C stops it)\n`);
  } catch (error) {
    console.error(error.code === 'EADDRINUSE' ? `port ${port} is taken; try --port` : error.message);
    process.exit(1);
  }
}
