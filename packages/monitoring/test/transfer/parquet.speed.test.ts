import { exportParquet, memoryStore } from '@novacron/monitoring';
import { expect, it } from 'vitest';
import { cpuMs } from '../cpu-ms.ts';

it('holds the event loop for a column of a row group at most, not for all', async () => {
  await using store = memoryStore();
  const refs = await store.register(
    Array.from({ length: 1_000 }, (_, i) => ({
      metric: 'm',
      labels: Object.fromEntries(Array.from({ length: 20 }, (__, label) => [`l${label}`, `id-${i}-${label}`])),
    })),
  );
  for (let round = 0; round < 100; round++) {
    const timesMs = new Float64Array(refs.length).fill(round * 15_000);
    await store.appendBatch({ refs, timesMs, values: Float64Array.from(refs, (_, i) => Math.sin(i + round)) });
  }
  let longestMs = 0;
  let turnMs = cpuMs();
  const turn = (): void => {
    longestMs = Math.max(longestMs, cpuMs() - turnMs);
    turnMs = cpuMs();
  };
  const turning = setInterval(turn, 0);
  const startedMs = cpuMs();
  let bytes = 0;
  for await (const piece of exportParquet(store)) bytes += piece.length;
  turn();
  clearInterval(turning);
  expect(bytes).toBeGreaterThan(200_000);
  expect(longestMs).toBeLessThan((cpuMs() - startedMs) / 4); // two row groups of 23 columns each: it is about a fifteenth
});
