// Runs Slither over the contracts and fails on any finding that `slither.json` does not accept with a
// reason, and on any that it accepts for nothing. The analyser's path is the only argument.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);

/** What Slither says of our own files, or an exception with its last words. */
function findings(slither) {
  const folder = mkdtempSync(join(tmpdir(), "pinfi-slither-"));
  try {
    const input = join(folder, "input.json");
    const files = readdirSync(join(here, "src"), { recursive: true })
      .filter((name) => name.endsWith(".sol"))
      .map((name) => join("contracts/src", name))
      .sort();
    const sources = Object.fromEntries(files.map((name) => [name, { urls: [name] }]));
    const settings = { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true } };
    writeFileSync(input, JSON.stringify({ language: "Solidity", sources, settings }));
    const output = join(folder, "output.json");
    const words =
      "--compile-force-framework solc-json --filter-paths node_modules --exclude-optimization " +
      "--exclude-informational --no-fail-pedantic";
    const run = spawnSync(
      slither,
      [input, ...words.split(" "), "--solc", join(here, "solc.mjs"), "--json", output],
      { cwd: root, encoding: "utf8" },
    );
    if (run.error) throw new Error(`cannot start ${slither}: ${run.error.message}`);
    if (run.status !== 0) throw new Error(run.stderr.slice(-2000));
    const { success, error, results } = JSON.parse(readFileSync(output, "utf8"));
    if (!success) throw new Error(error);
    return results.detectors ?? [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A finding's place in names alone: an edit elsewhere in the file does not move it. */
function place({ elements }) {
  const names = elements.map(({ type, name, type_specific_fields: fields }) => {
    const parent = fields?.parent;
    if (type === "function") return `${parent.name}.${fields.signature}`;
    if (type === "variable" && parent?.type === "function") return `${parent.name}: ${name}`;
    return name;
  });
  return [...new Set(names)].join(" | ");
}

const found = findings(process.argv[2] ?? "slither").map((one) => ({
  key: `${one.check}: ${place(one)}`,
  text: `${one.impact}, ${one.check}: ${one.description.trim()}`,
}));
const accepted = JSON.parse(readFileSync(join(here, "slither.json"), "utf8"));
const known = new Set(accepted.flatMap(({ check, where }) => where.map((at) => `${check}: ${at}`)));
const there = new Set(found.map(({ key }) => key));
const fresh = found.filter(({ key }) => !known.has(key));
const stale = [...known].filter((key) => !there.has(key));
for (const { key, text } of fresh) console.error(`new: ${text}\n  to accept it: ${key}\n`);
for (const key of stale) console.error(`accepted but not found any more: ${key}`);
console.log(`${found.length} findings, ${fresh.length} new, ${stale.length} accepted for nothing`);
process.exit(fresh.length + stale.length === 0 ? 0 : 1);
