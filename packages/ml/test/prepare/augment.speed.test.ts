import { describe, expect, it } from 'vitest';
import { injectEvents, jitter } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('injectEvents', () => {
  it('fills a long series with many events, and adds noise to one, in seconds', () => {
    const long = Float64Array.from({ length: 300_000 }, (_, i) => 50 + ((i * 7_919) % 101));
    const startedMs = cpuMs();
    const { events } = injectEvents(long, { counts: { spike: 20_000, outage: 2_000 }, duration: 3 });
    expect(events).toHaveLength(22_000);
    expect(jitter(long, { copies: 1 })).toHaveLength(1);
    expect(cpuMs() - startedMs).toBeLessThan(3_000);
  });
});
