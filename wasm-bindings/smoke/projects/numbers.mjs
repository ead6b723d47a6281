// What every project does: a number out of each entry, to be compared between all of them. The
// entries are handed in, as they are found under other names in other places.

const WAD = 10n ** 18n;
const HOUR = 3_600n;
const ACCOUNT = `0x${'a1'.repeat(20)}`;
const CONTRACTS = {
  pin: ACCOUNT,
  market: ACCOUNT,
  stakeToken: ACCOUNT,
  hoursToken: ACCOUNT,
  rentalToken: ACCOUNT,
  game: ACCOUNT,
  rewards: ACCOUNT,
};
const pool = {
  params: {
    kind: 'any',
    bucket: HOUR,
    feeBps: 30,
    burnShareBps: 5_000,
    burnPerGs: 1n,
    collateralBps: 20_000,
    minTerm: 2n * HOUR,
    maxTerm: 100n * HOUR,
    pocps: {
      n: 64,
      rounds: 4,
      samples: 32,
      window: 60n,
      dispute: 120n,
      epoch: HOUR,
      bond: 1n,
      accuserBps: 1_000,
    },
  },
  reserves: {
    last: 0n,
    pin: 200n * WAD,
    compute: 360_000n * WAD,
    shares: 360_000n * WAD,
    decay: WAD,
    accQ96: 0n,
    escrow: 0n,
  },
  schedule: new Map([[360_000n, WAD]]),
};

/** A quote: it needs no waiting. */
export const quote = ({ Pool }) => String(new Pool(pool).quoteBuy(HOUR, 7n).gross);

export async function numbers({ core, equilibrium, evm, ledger, prover, session, simulation, verifier }) {
  const config = { chainId: 1n, address: ACCOUNT, minter: ACCOUNT, supplyCap: WAD };
  const game = { fee: 0.3, outsideBase: 0.8, outsideRate: 0.1, outsideQuantity: 2, valuation: 1.9 };
  const run = { scenario: 'steady', agents: 100, days: 1, seed: 7n };
  const market = new simulation.Simulation(run);
  await market.finish();
  const seed = `0x${'51'.repeat(32)}`;
  const proof = await prover.prove({ seed, n: 64, rounds: 2 }, { device: 'cpu' });
  const { transcript } = await proof.open(seed, 32);
  const search = { hashSearch: { text: new Uint8Array(1), start: 0n, segments: 8, zeroBits: 12 } };
  let code;
  try {
    new core.Pool(pool).quoteBuy(0n, 0n);
  } catch (error) {
    code = error.code;
  }
  const found = {
    gross: quote(core),
    code,
    separator: new core.Domain({ chainId: 1n, ledger: ACCOUNT }).separator(),
    mintable: String(new ledger.Ledger({ config }).supply().mintable),
    calldata: evm.call(CONTRACTS, { type: 'Collect', stake: 3n }).data,
    region: new equilibrium.Game(game).region(1.1, 0.8),
    price: market.records().at(-1).price,
    root: proof.root,
    inputHash: session.judgeJob(search, { id: `0x${'07'.repeat(16)}` }).inputHash,
    passed: verifier.verifyTranscript(transcript).passed,
  };
  return JSON.stringify(found);
}
