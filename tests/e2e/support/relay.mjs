// A relay of one's own, which a test can stop and start again.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './devnet.mjs';

const PROGRAM = fileURLToPath(new URL('../../../target/debug/examples/relay', import.meta.url));

export class Relay {
  #program;

  constructor(port) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async begin() {
    const relay = new Relay(await freePort());
    await relay.start();
    return relay;
  }

  /** Starts it at the port that it had, and waits until it is there. */
  async start() {
    this.#program = spawn(PROGRAM, [String(this.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface(this.#program.stdout), 'line');
  }

  async kill() {
    const ended = once(this.#program, 'exit');
    this.#program.kill('SIGKILL');
    await ended;
  }
}
