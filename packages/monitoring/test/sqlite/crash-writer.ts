import { systemClock } from '@novacron/core';
import { sqliteStore } from '@novacron/monitoring/sqlite';

/**
 * A process that is going to be killed: it appends a round of samples after the other and says, for each, when it is
 * acknowledged. Arguments: path, first round, series, rounds that are kept.
 */
const [path = '', firstRound = '0', series = '1', retentionRounds = '1'] = process.argv.slice(2);
let round = Number(firstRound);
const store = await sqliteStore({
  path,
  chunkSamples: 20,
  mergedSamples: 60,
  rollupRetentionMs: 1e9,
  retentionMs: Number(retentionRounds) * 1_000,
  clock: { ...systemClock, now: () => round * 1_000 },
});
process.stdout.write('open\n');
for (; ; round++) {
  // The last series skips two rounds of three, so that chunks are cut at different times.
  const samples = Array.from({ length: Number(series) }, (_, i) => i)
    .filter((i) => i % 3 !== 2 || round % 3 === 0)
    .map((i) => ({ metric: 'm', labels: { series: String(i) }, timeMs: round * 1_000, value: round + i / 10 }));
  await store.append(samples);
  if (round % 5 === 0) store.maintain().catch((error: unknown) => process.stderr.write(String(error)));
  process.stdout.write(`${round}\n`);
}
