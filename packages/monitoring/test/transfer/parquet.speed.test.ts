import { exportParquet, memoryStore } from '@novacron/monitoring';
import { expect, it } from 'vitest';

it('gives others their turn between the columns of a row group', async () => {
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
  let turns = 0;
  const turning = setInterval(() => turns++, 0);
  let bytes = 0;
  for await (const piece of exportParquet(store)) bytes += piece.length;
  clearInterval(turning);
  expect(bytes).toBeGreaterThan(200_000);
  expect(turns).toBeGreaterThan(20); // two row groups of 23 columns each, and others get their turn between them
});
