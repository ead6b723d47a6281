// Collects every code that this package can throw, with the sentence that explains it, from the
// sources where the codes are made; one that is made and not explained, or explained and not made,
// is an error. `node codes.mjs` writes `src/codes.ts` and the manual's page; `--check` only says
// whether they are what the sources say.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const root = new URL('../../../', import.meta.url);
const read = (path) => readFile(new URL(path, root), 'utf8');

/** The enums whose variants are codes by their own names. */
const ENUMS = [
  ['core/src/error.rs', 'Error', 'The ledger and the quotes'],
  ['client/src/intent/error.rs', 'IntentError', 'Signatures'],
  ['client/src/intent/error.rs', 'WireError', 'Signatures'],
  ['client/src/selection.rs', 'SelectError', 'The choice of devices'],
  ['core/src/equilibrium/error.rs', 'Error', 'The equilibrium'],
];

/** Codes that the bindings make themselves: their sentence stands here. */
const GIVEN = {
  NotLoaded: ['This package', 'The Wasm is not there yet: await `load()` first, or import from `@pinfi/sdk/inline`.'],
  MalformedInput: ['This package', 'What was handed in is not what the function takes; the message says where.'],
  ReplayDifference: ['Replay', 'A scenario file says something else than the core computes: `place`, `expected`, `found`.'],
  WrongOutcome: ['Transcripts', 'The transcript claims another outcome than its own content gives.'],
  NotOnChain: ['Contracts', 'The contracts do not know the action `name`.'],
  UnreadableLog: ['Contracts', 'The log is none of the events of the market, the rewards and the game.'],
  ContractRefused: ['Contracts', 'A contract refused for a reason that the ledger has not: `name`, or the words of the message.'],
  ContractPanicked: ['Contracts', 'A contract stopped at a failed assertion.'],
  UnknownRevert: ['Contracts', 'The call reverted with an error of none of the contracts.'],
  ChainGap: ['Contracts', 'The logs make no history: some are missing or of another ledger. Nothing of them was taken.'],
  Cancelled: ['Proofs and simulations', 'It was cancelled through its signal.'],
  NothingCommitted: ['Proofs', 'A proof can be opened only once its chain is computed.'],
  WorkTooLarge: ['Proofs', 'The matrices take more memory than a tab can have: prove on a GPU.'],
  WorkRefused: ['Proofs', 'The work does not fit this GPU; the message names the limit.'],
  NoAdapter: ['Proofs', 'There is no GPU: the host has no WebGPU, or the machine no adapter.'],
  NoDevice: ['Proofs', 'There is a GPU, but it gives no device.'],
  DeviceLost: ['Proofs', 'The GPU was lost. The same challenge gives the same root: prove once more.'],
  DeviceFault: ['Proofs', 'The GPU reported an error, or computed something else than the protocol.'],
  NoWebSocket: ['Sessions', 'The host has no WebSocket: Node has one from 22 on; browsers and Bun do.'],
  DialRelay: ['Sessions', 'The relay is no URL.'],
  DialKey: ['Sessions', 'The device\'s key is none: no point of the curve.'],
  DialBegin: ['Sessions', 'The transport could not begin on this host.'],
  DialUnreached: ['Sessions', 'The device did not answer at its relay within 15 seconds, or the relay is not there.'],
  DialClosed: ['Sessions', 'This end of the transport was closed.'],
  SessionClosed: ['Sessions', 'The session is over: it was closed, or its connection is lost and could not be made anew.'],
  SessionMalformed: ['Sessions', 'The device said what is no message, or not at that point.'],
  SessionOtherVersion: ['Sessions', 'The device speaks another version of the protocol.'],
  SessionOtherStake: ['Sessions', 'The device does not serve this stake.'],
  SessionNotRented: ['Sessions', 'No rental of that number and holder runs.'],
  SessionSignature: ['Sessions', 'The rental\'s holder did not sign.'],
  SessionNotSigned: ['Sessions', 'The wallet did not sign; the message says why.'],
  SessionSlow: ['Sessions', 'The session was not opened in time, since the wallet took too long.'],
  SessionCrowded: ['Sessions', 'Too many others came to open sessions with this device meanwhile: try again.'],
  SessionOtherSigner: ['Sessions', 'Receipts would be signed by an account that is none of `signers`.'],
  SessionReplaced: ['Sessions', 'The rental\'s holder has opened a newer session, which takes the place of this one.'],
  SessionStopping: ['Sessions', 'The device\'s program ends.'],
  SessionNoRandomness: ['Sessions', 'The host gives no randomness.'],
  SessionRefused: ['Sessions', 'The device refused: `code` is its cause, one of these.'],
  JobRefused: ['Jobs', 'The job is beyond what the device allows, or its module is not valid; the message says what.'],
  JobMalformed: ['Jobs', 'The device does not understand the job\'s bytes.'],
  JobCancelled: ['Jobs', 'The job was cancelled.'],
  JobOutOfIterations: ['Jobs', 'The loops of the module took more iterations than an invocation has.'],
  JobOutOfTime: ['Jobs', 'The steps took longer together than the device allows.'],
  JobOutOfMemory: ['Jobs', 'The device has no memory for the job\'s buffers.'],
  JobDeviceError: ['Jobs', 'The device reported an error, or does not take the module.'],
  JobDeviceLost: ['Jobs', 'The device was lost while it was at the job.'],
  JobStuck: ['Jobs', 'A step took too long, and the device is to be started anew.'],
  JobNotSigned: ['Jobs', 'The job is done, but its owner\'s wallet did not sign the receipt.'],
  JobUnbelieved: ['Jobs', 'What the device gave is not what it signed: nothing of it is to be believed.'],
  JobFailed: ['Jobs', 'The device names a cause that this package does not know: `code`.'],
  RentalOver: ['Jobs', 'The rental was over before the job was done.'],
  QueueOtherJob: ['Jobs', 'Another job has this name already.'],
  QueueFull: ['Jobs', 'The device\'s queue has no room for the job and its results: wait for others.'],
  QueueTooMany: ['Jobs', 'The client has as many jobs in the queue as it may.'],
  QueueUnknownJob: ['Jobs', 'The device has forgotten the job several times.'],
  QueueResultsDropped: ['Jobs', 'The job was done before, and its results are no longer kept.'],
  QueueNotRunning: ['Jobs', 'The job does not run.'],
  QueueNotEnded: ['Jobs', 'The job has not ended.'],
  QueueOutOfOrder: ['Jobs', 'A step came where another one is due.'],
  QueueAhead: ['Jobs', 'Steps were asked for that are not there yet.'],
  UnknownScenario: ['The simulation', 'There is no ready scenario of this name.'],
  OutOfRange: ['The simulation', 'A number makes no market: `name`, `value`, `least`, `most`.'],
  SenselessPrices: ['The simulation', 'The prices of the scenario make no game.'],
  NothingToControl: ['The simulation', 'Block rewards pay what the pool\'s weight says: there is no rate to control.'],
  SimulationOver: ['The simulation', 'The simulation is at its end.'],
};

/** @type {[path: string, form: RegExp][]} Where codes are made, and how that looks there. */
const MAKERS = [
  ['core/src/error.rs', /=> "([A-Z][A-Za-z]+)"/g],
  ['client/src/intent/error.rs', /=> "([A-Z][A-Za-z]+)"/g],
  ['client/src/selection.rs', /=> "([A-Z][A-Za-z]+)"/g],
  ['session/src/', /"((?:Dial|Session|Job|Queue|Rental)[A-Z][A-Za-z]+)"/g],
  ['jobs/src/queue/', /"((?:Job|Queue|Rental)[A-Z][A-Za-z]+)"/g],
  ['jobs/src/run/error.rs', /=> "([A-Z][A-Za-z]+)"/g],
  // Here a word in quotes that begins with a capital is a code, and nothing else.
  ['wasm-bindings/src/', /"([A-Z][A-Za-z]+)"/g],
  ['wasm-bindings/js/src/', /new PinFiError\(\s*'([A-Za-z]+)'/g],
];

/** Every code that a source makes. */
export async function made() {
  const codes = new Set();
  for (const [path, form] of MAKERS) {
    const text = path.endsWith('/') ? await readAll(path) : await read(path);
    const found = [...text.matchAll(form)].map(([, code]) => code);
    if (found.length === 0) throw new Error(`${path} makes no code`);
    for (const code of found) codes.add(code);
  }
  return codes;
}

async function readAll(folder) {
  const names = await readdir(new URL(folder, root), { recursive: true });
  const sources = names.filter((name) => /\.(rs|ts)$/.test(name));
  return (await Promise.all(sources.map((name) => read(folder + name)))).join('\n');
}

/** Returns [code, what, sentence] of every variant that says its own message. */
function variants(source, name, what) {
  const body = source.match(new RegExp(`pub enum ${name} \\{\\n([\\s\\S]*?)\\n\\}`))?.[1];
  if (body === undefined) throw new Error(`there is no enum ${name}`);
  const found = [...body.matchAll(/((?: {4}\/\/\/ [^\n]*\n)*) {4}#\[error\(\s*"([^"]*)"[^\]]*\]\n {4}(\w+)/g)];
  return found.map(([, doc, message, code]) => [code, what, sentence(doc) ?? sentence(message)]);
}

function sentence(text) {
  const words = text.replace(/^ *\/\/\/ ?/gm, '').replace(/\s+/g, ' ').trim();
  if (words === '') return undefined;
  // Placeholders name the value; where they don't, the value is called so.
  const plain = words
    .replace(/\{\}/g, '…')
    .replace(/\{0(:[^}]*)?\}/g, '`value`')
    .replace(/\{(\w+)(:[^}]*)?\}/g, '`$1`')
    .replace(/\[`?([^\]`]*)`?\](\([^)]*\))?/g, '$1');
  return plain[0].toUpperCase() + plain.slice(1) + (/[.!?]$/.test(plain) ? '' : '.');
}

export async function collect() {
  const all = new Map();
  for (const [path, name, what] of ENUMS) {
    for (const [code, ...rest] of variants(await read(path), name, what)) all.set(code, rest);
  }
  for (const [code, rest] of Object.entries(GIVEN)) all.set(code, rest);
  const { unexplained, unmade } = differences(all.keys(), await made());
  if (unexplained.length > 0) throw new Error(`codes without an explanation: ${unexplained}`);
  if (unmade.length > 0) throw new Error(`codes that no source makes: ${unmade}`);
  return [...all].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What only one of the two has. */
export function differences(explained, made) {
  const [one, other] = [new Set(explained), new Set(made)];
  return {
    unexplained: [...other].filter((code) => !one.has(code)),
    unmade: [...one].filter((code) => !other.has(code)),
  };
}

function typescript(codes) {
  const list = codes.map(([code]) => `  '${code}',\n`).join('');
  return `// Made by scripts/codes.mjs from the Rust sources.

/** Every code that this package can throw. */
export const ERROR_CODES = [
${list}] as const;

/** The stable name of a refusal. */
export type ErrorCode = (typeof ERROR_CODES)[number];
`;
}

function page(codes) {
  const parts = codes.map(
    ([code, [what, words]]) => `## ${code}\n\n${what}. ${words}\n`,
  );
  return `# Error codes

<!-- Made by wasm-bindings/js/scripts/codes.mjs from the sources. -->

What \`@pinfi/sdk\` refuses, it refuses with a \`PinFiError\`; what \`load\` meets on its way, such as a
network that fails, is thrown as it is. Its \`code\` is one of these; a code keeps its
name and its meaning within a major version. \`values\` holds what offended, by the names below.

${parts.join('\n')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const codes = await collect();
  const files = {
    'wasm-bindings/js/src/codes.ts': typescript(codes),
    'docs/sdk/errors.md': page(codes),
  };
  for (const [path, text] of Object.entries(files)) {
    if (!process.argv.includes('--check')) await writeFile(new URL(path, root), text);
    else if ((await read(path)) !== text) {
      console.error(`${path} is not what the sources say: run node wasm-bindings/js/scripts/codes.mjs`);
      process.exitCode = 1;
    }
  }
}
