#!/usr/bin/env node
// The pinned solc from npm in the shape of a solc binary, for Slither: `--version`, and
// `--standard-json` from the repository's root. It gives syntax trees and no code: an analysis needs
// none, and the optimiser's minute is saved.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import solc from "solc";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function findImports(path) {
  try {
    return { contents: readFileSync(join(root, "node_modules", path), "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
}

if (process.argv.includes("--version")) {
  console.log(`Version: ${solc.version()}`);
} else {
  const input = JSON.parse(readFileSync(0, "utf8"));
  for (const [name, source] of Object.entries(input.sources)) {
    source.content ??= readFileSync(join(root, name), "utf8");
    delete source.urls;
  }
  input.settings.outputSelection = { "*": { "": ["ast"], "*": ["abi", "userdoc", "devdoc"] } };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImports }));
  const none = { object: "", sourceMap: "" };
  for (const contract of Object.values(output.contracts ?? {}).flatMap(Object.values)) {
    contract.evm = { bytecode: none, deployedBytecode: none };
  }
  // A library's warnings are not ours to fix; the build tells of ours.
  output.errors = (output.errors ?? []).filter((problem) => problem.severity === "error");
  console.log(JSON.stringify(output));
}
