import { sqliteStore } from '@novacron/monitoring/sqlite';
import { expect, it } from 'vitest';
import { cpuMs } from '../cpu-ms.ts';
import { temporaryPath } from './temporary-path.ts';

it(
  'a store with a million samples in its log opens in a second and a half of CPU time',
  { timeout: 120_000 },
  async () => {
    const options = { path: temporaryPath(), synchronous: 'normal', worker: false } as const;
    const series = 10_000;
    const rounds = 100;
    {
      await using store = await sqliteStore({ ...options, chunkSamples: 1_000 });
      const refs = await store.register(
        Array.from({ length: series }, (_, i) => ({ metric: `m_${i % 20}`, labels: { vm: `vm-${i}`, zone: 'eu' } })),
      );
      for (let round = 0; round < rounds; round++) {
        const timesMs = new Float64Array(series).fill(round * 15_000);
        const values = Float64Array.from(refs, (ref) => Math.floor(ref * 1.7 * round) / 10);
        await store.appendBatch({ refs, timesMs, values });
      }
    }
    const startedMs = cpuMs();
    await using again = await sqliteStore({ ...options, chunkSamples: 1_000 });
    expect(cpuMs() - startedMs).toBeLessThan(1_500); // 0.3 to 0.6 s
    expect((await again.stats()).samples).toBe(series * rounds);
  },
);
