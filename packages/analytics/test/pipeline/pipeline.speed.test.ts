import { describe, expect, it } from 'vitest';
import { pipeline } from '@novacron/analytics';

describe('speed', () => {
  it('adds less than 30 microseconds a stage', async () => {
    let chain = pipeline('long', (value: number) => value);
    for (let i = 0; i < 500; i++) chain = chain.pipe((value) => value + 1);
    let best = Infinity;
    for (let run = 0; run < 5; run++) {
      const startedMs = performance.now();
      expect((await chain.run(0)).value).toBe(500);
      best = Math.min(best, performance.now() - startedMs);
    }
    expect((best * 1_000) / 500).toBeLessThan(30);
  });
});
