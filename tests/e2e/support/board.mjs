// A board of openings as a verifier's program has it (docs/providing.md): `GET` and `PUT /openings/ROOT`, open
// to any page. It keeps what it is given and checks nothing: nobody trusts a board.

import { createServer } from 'node:http';

const OPEN_TO_ALL = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, PUT',
  'access-control-allow-headers': 'content-type',
};

/** Starts a board on a port of the system's choice. */
export async function openBoard() {
  const kept = new Map();
  const server = createServer(async (request, response) => {
    const root = /^\/openings\/(0x[0-9a-f]{64})$/.exec(request.url)?.[1];
    const answer = (status, body) => response.writeHead(status, OPEN_TO_ALL).end(body);
    if (root === undefined) return answer(404);
    if (request.method === 'OPTIONS') return answer(204);
    if (request.method === 'GET') return kept.has(root) ? answer(200, kept.get(root)) : answer(404);
    if (request.method !== 'PUT') return answer(405);
    const parts = [];
    for await (const part of request) parts.push(part);
    kept.set(root, Buffer.concat(parts));
    return answer(204);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    kept,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
