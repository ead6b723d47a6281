/**
 * Runs contenders in turn, so that a busy moment of the machine meets all of them, and returns each
 * one's best time in nanoseconds for one operation. A contender is [operations, run].
 */
export async function rounds(contenders, count) {
  const best = Object.fromEntries(Object.keys(contenders).map((name) => [name, Infinity]));
  for (let round = 0; round < count; round += 1) {
    for (const [name, [operations, run]] of Object.entries(contenders)) {
      const start = process.hrtime.bigint();
      await run();
      const took = Number(process.hrtime.bigint() - start) / operations;
      best[name] = Math.min(best[name], took);
    }
  }
  return best;
}

/** Tells whether `name` is at least `times` as fast as `other`; where it is not, the process fails. */
export function target(best, name, times, other) {
  const found = best[other] / best[name];
  if (found < times) process.exitCode = 1;
  console.log(`${found < times ? 'MISSED' : 'met'}: ${name} ${found.toFixed(2)} × ${other}, at least ${times}`);
}

/** Prints times, and how many times faster each is than the first and the second. */
export function report(title, best) {
  console.log(title);
  const [first, second] = Object.entries(best);
  console.table(
    Object.fromEntries(
      Object.entries(best).map(([name, took]) => [
        name,
        {
          'ns each': Math.round(took),
          'a second': Math.round(1e9 / took),
          [`× ${first[0]}`]: Number((first[1] / took).toFixed(2)),
          ...(Object.keys(best).length > 2 && { [`× ${second[0]}`]: Number((second[1] / took).toFixed(2)) }),
        },
      ]),
    ),
  );
}
