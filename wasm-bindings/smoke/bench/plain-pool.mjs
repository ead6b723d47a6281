const BPS = 10_000n;
const WAD = 10n ** 18n;

/** What a bot would write by hand: the same price, with BigInt, for a pool at one moment. */
export class PlainPool {
  constructor({ pin, compute, feeBps, burnShareBps }) {
    this.pin = pin;
    this.compute = compute;
    this.kept = BPS - BigInt(feeBps);
    this.burnShare = BigInt(burnShareBps);
  }

  quoteBuy(gpuSeconds) {
    const bought = gpuSeconds * WAD;
    if (this.pin === 0n) throw new Error('dormant');
    if (bought === 0n || bought >= this.compute) throw new Error('insufficient liquidity');
    const left = this.compute - bought;
    const cost = (this.pin * bought + left - 1n) / left;
    const gross = (cost * BPS + this.kept - 1n) / this.kept;
    const fee = gross - cost;
    return { cost, gross, fee, burned: (fee * this.burnShare) / BPS };
  }
}
