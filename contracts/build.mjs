// Compiles the contracts with the pinned solc from npm. For each it writes `out/abi/NAME.json`, which
// Rust's `sol!` and the SDK read, and `out/NAME.json`: { abi, bytecode, deployedBytecode,
// linkReferences, immutableReferences, storageLayout }. What was made of the same is left as it is: cargo
// would build anew whatever reads a file that is newer.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const modules = dirname(dirname(require.resolve("solady/package.json")));

/** The Solidity files under `folder`, by the name that imports use. */
function sources(folder) {
  const files = readdirSync(join(here, folder), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name.endsWith(".sol"))
    .map((file) => relative(here, join(file.parentPath ?? file.path, file.name)))
    .sort();
}

const STEPS =
  "dfDvulfnTUtnIfxa[r]EscLMVcul [j]Trpeulxa[r]cLvifMCTUca[r]LSsTOtfDnca[r]IulcscCTUtvifM" +
  "x[scCTUt] TOntnfDIulvifMjmul[jul] VcTOcul jmul:fDnTOcmuO";

const names = [...sources("src"), ...sources("test")];
const input = {
  language: "Solidity",
  sources: Object.fromEntries(
    names.map((name) => [name, { content: readFileSync(join(here, name), "utf8") }]),
  ),
  settings: {
    viaIR: true,
    optimizer: {
      enabled: true,
      runs: 200,
      // The default steps of this version without F, which copies a function for each constant that
      // it is called with: the market has no room for copies.
      details: { yulDetails: { optimizerSteps: STEPS } },
    },
    evmVersion: "cancun",
    // No path or source hash in the code: what is deployed is a function of the instructions alone.
    metadata: { appendCBOR: false, bytecodeHash: "none" },
    outputSelection: {
      "*": {
        "*": [
          "abi",
          "evm.bytecode.object",
          "evm.bytecode.linkReferences",
          "evm.deployedBytecode.object",
          "evm.deployedBytecode.immutableReferences",
          "storageLayout",
        ],
      },
    },
  },
};

/** Says what the last compilation was made of, and how large its contracts are. */
const stamp = join(here, "out/stamp.json");
const made = createHash("sha256")
  .update(JSON.stringify(input))
  // The compiler, and what is imported.
  .update(readFileSync(join(here, "../package-lock.json")))
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .digest("hex");
if (existsSync(stamp) && existsSync(join(here, "out/abi/PinFi.json"))) {
  const last = JSON.parse(readFileSync(stamp, "utf8"));
  if (last.made === made) {
    console.log(last.sizes);
    process.exit(0);
  }
}

/** Resolves what a contract imports from npm; relative imports name our own files. */
function findImports(path) {
  try {
    return { contents: readFileSync(join(modules, path), "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
}

// Large, so only here.
const { default: solc } = await import("solc");
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImports }));
const problems = (output.errors ?? []).filter(
  // Warnings in our own files are errors too; those of libraries are not ours to fix.
  (problem) => problem.severity === "error" || names.includes(problem.sourceLocation?.file),
);
for (const problem of problems) console.error(problem.formattedMessage);
if (problems.length > 0) process.exit(1);

rmSync(join(here, "out"), { recursive: true, force: true });
mkdirSync(join(here, "out/abi"), { recursive: true });
const sizes = {};
for (const name of names) {
  for (const [contract, { abi, evm, storageLayout }] of Object.entries(output.contracts[name] ?? {})) {
    const artifact = {
      abi,
      bytecode: `0x${evm.bytecode.object}`,
      linkReferences: evm.bytecode.linkReferences,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
      immutableReferences: evm.deployedBytecode.immutableReferences,
      storageLayout,
    };
    writeFileSync(join(here, "out", `${contract}.json`), `${JSON.stringify(artifact)}\n`);
    writeFileSync(join(here, "out/abi", `${contract}.json`), `${JSON.stringify(abi)}\n`);
    const size = evm.deployedBytecode.object.length / 2;
    // Libraries that are compiled into others leave a husk of a few bytes.
    if (size > 16 && name.startsWith("src/")) sizes[contract] = size;
  }
}
writeFileSync(stamp, `${JSON.stringify({ made, sizes })}\n`);
console.log(sizes);
