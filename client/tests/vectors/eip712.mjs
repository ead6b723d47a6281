// Writes eip712.json: every action signed by viem, an implementation of EIP-712 that shares
// nothing with this one. Run: npm install --no-save viem@2 && node client/tests/vectors/eip712.mjs
import { writeFileSync } from "node:fs";
import { hashTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const account = privateKeyToAccount(`0x${"46".repeat(32)}`);
const chainId = 1346981446n;
const ledger = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const to = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const nonce = 7n;
const deadline = 1800000000n;

const types = {
  PocpsParams: "uint32 n,uint32 rounds,uint32 samples,uint64 window,uint64 dispute,uint64 epoch,uint256 bond,uint32 accuserBps",
  PoolParams: "string kind,uint64 bucket,uint32 feeBps,uint32 burnShareBps,uint256 burnPerGs,uint32 collateralBps,uint64 minTerm,uint64 maxTerm,PocpsParams pocps",
  Mint: "address to,uint256 amount",
  Transfer: "address to,uint256 amount",
  CreatePool: "PoolParams params",
  Poke: "uint32 pool,uint32 limit",
  Burn: "uint32 pool,uint64 gs",
  Stake: "uint64 certificate,uint64 expiry,uint256 maxFee",
  OpenLiquidity: "uint64 stake,uint256 tokens",
  AddLiquidity: "uint64 stake,uint256 minTokens,uint256 maxTokens",
  Collect: "uint64 stake",
  Sell: "uint64 stake,uint256 minOut",
  RemoveLiquidity: "uint64 stake,int256 minTokens,uint256 maxFee",
  Settle: "uint64 stake",
  TransferHours: "uint64 stake,address to",
  Rent: "uint32 pool,uint64[] stakes,uint64 until,uint256 maxCost",
  Extend: "uint64 stake,uint64 until,uint256 maxCost",
  EndRental: "uint64 stake,uint256 minOut",
  TransferRental: "uint64 stake,address to",
  Challenge: "uint64 stake",
  Commit: "uint64 stake,bytes32 root",
  Respond: "uint64 stake,bytes response",
  Missed: "uint64 stake",
  QueueWeight: "uint32 pool,uint32 weightBps",
  ExecuteWeight: "uint32 pool",
  Lock: "uint256 amount",
  Unlock: "uint256 amount",
  ClaimRebate: "uint32 pool,uint32 day",
  ClaimAllocation: "",
  OpenEpoch: "uint32 pool",
  CommitToEpoch: "uint64 stake,uint64 epoch,bytes32 root",
  RecordBeacon: "uint64 stake,uint64 epoch,uint32 sample",
  Accuse: "uint64 stake,uint64 epoch,uint32 sample",
  Prove: "uint64 stake,uint64 epoch,uint32 sample,bytes opening",
  MissedEpoch: "uint64 stake,uint64 epoch",
  Convict: "uint64 stake,uint64 epoch,uint32 sample",
  Conclude: "uint64 stake,uint64 epoch",
  Complain: "uint64 stake",
  Appoint: "uint64 stake,address operator,uint64 until",
  Announce: "uint64 stake,bytes32 key,string relay",
  Faucet: "address to,uint256 amount",
  SetSpeed: "uint32 speed",
};
const fields = (text) =>
  text.split(",").map((field) => {
    const [type, name] = field.split(" ");
    return { type, name };
  });
const wei = 340282366920938463463374607431768211455n; // The largest that the ledger holds.
const messages = {
  Mint: { to, amount: wei },
  Transfer: { to, amount: 1500000000000000000n },
  CreatePool: {
    params: {
      kind: "RTX 4090 · 显卡",
      bucket: 3600n,
      feeBps: 30n,
      burnShareBps: 5000n,
      burnPerGs: 100000000000000n,
      collateralBps: 20000n,
      minTerm: 7200n,
      maxTerm: 2592000n,
      pocps: {
        n: 1024n, rounds: 64n, samples: 32n, window: 120n, dispute: 600n, epoch: 3600n,
        bond: 1000000000000000000n, accuserBps: 5000n,
      },
    },
  },
  Poke: { pool: 1n, limit: 4294967295n },
  Burn: { pool: 1n, gs: 18446744073709551615n },
  Stake: { certificate: 3n, expiry: 1799999999n, maxFee: 12n },
  OpenLiquidity: { stake: 4n, tokens: 10n },
  AddLiquidity: { stake: 5n, minTokens: 0n, maxTokens: wei },
  Collect: { stake: 6n },
  Sell: { stake: 7n, minOut: 8n },
  RemoveLiquidity: { stake: 8n, minTokens: -170141183460469231731687303715884105728n, maxFee: 9n },
  Settle: { stake: 9n },
  TransferHours: { stake: 10n, to },
  Rent: { pool: 0n, stakes: [1n, 5n, 18446744073709551615n], until: 1799999999n, maxCost: 11n },
  Extend: { stake: 11n, until: 1799999999n, maxCost: 12n },
  EndRental: { stake: 12n, minOut: 13n },
  TransferRental: { stake: 13n, to },
  Challenge: { stake: 14n },
  Commit: { stake: 15n, root: `0x${"ab".repeat(32)}` },
  // The root's length, the root, and no openings.
  Respond: { stake: 16n, response: `0x20${"cd".repeat(32)}00` },
  Missed: { stake: 17n },
  QueueWeight: { pool: 2n, weightBps: 10000n },
  ExecuteWeight: { pool: 4294967295n },
  Lock: { amount: 18n },
  Unlock: { amount: wei },
  ClaimRebate: { pool: 3n, day: 4294967295n },
  ClaimAllocation: {},
  OpenEpoch: { pool: 4294967295n },
  CommitToEpoch: { stake: 19n, epoch: 18446744073709551615n, root: `0x${"ef".repeat(32)}` },
  RecordBeacon: { stake: 20n, epoch: 500000n, sample: 32n },
  Accuse: { stake: 21n, epoch: 500000n, sample: 31n },
  // The place (k, i, j), no state row, and a next row of one word with no path.
  Prove: { stake: 22n, epoch: 500000n, sample: 0n, opening: "0x000102000401000000" + "00" },
  MissedEpoch: { stake: 23n, epoch: 500000n },
  Convict: { stake: 24n, epoch: 9223372036854775808n, sample: 4294967295n },
  Conclude: { stake: 25n, epoch: 0n },
  Complain: { stake: 18446744073709551615n },
  Appoint: { stake: 26n, operator: to, until: 1799999999n },
  Announce: { stake: 27n, key: `0x${"5a".repeat(32)}`, relay: "https://relay.example:4433/" },
  Faucet: { to, amount: 1000000000000000000000n },
  SetSpeed: { speed: 3600n },
};

const flat = (object, prefix = "") =>
  Object.entries(object).flatMap(([name, value]) =>
    typeof value === "object" && !Array.isArray(value)
      ? flat(value, `${prefix}${name}.`)
      : [[prefix + name, Array.isArray(value) ? value.map(String) : String(value)]],
  );
const guards = "uint256 nonce,uint256 deadline";
const guarded = (action) => [types[action], guards].filter(Boolean).join(",");
const cases = [];
for (const [action, message] of Object.entries(messages)) {
  const typed = {
    domain: { name: "PinFi", version: "1", chainId, verifyingContract: ledger },
    types: { [action]: fields(guarded(action)) },
    primaryType: action,
    message: { ...message, nonce, deadline },
  };
  if (action === "CreatePool") {
    for (const nested of ["PoolParams", "PocpsParams"]) typed.types[nested] = fields(types[nested]);
  }
  const nested = action === "CreatePool" ? ["PocpsParams", "PoolParams"] : [];
  cases.push({
    encodeType: `${action}(${guarded(action)})${nested.map((n) => `${n}(${types[n]})`).join("")}`,
    signingHash: hashTypedData(typed),
    signed: {
      chainId: String(chainId),
      ledger,
      signer: account.address.toLowerCase(),
      action,
      message: Object.fromEntries(flat(message)),
      nonce: String(nonce),
      deadline: String(deadline),
      signature: await account.signTypedData(typed),
    },
  });
}
writeFileSync(new URL("eip712.json", import.meta.url), `${JSON.stringify(cases, null, 2)}\n`);
