import { describe, expect, it } from 'vitest';
import { eventSteps } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('eventSteps', () => {
  it('puts a hundred thousand events that overlap on a year of minutes in time', () => {
    const minuteMs = 60_000;
    const steps = 525_600;
    // Each lasts a month: taken one by one they would touch four billion steps.
    const events = Array.from({ length: 100_000 }, (_, i) => {
      const startMs = ((i * 7_919) % steps) * minuteMs;
      return { name: i % 2 === 0 ? 'deploy' : 'backup', startMs, endMs: startMs + 30 * 1_440 * minuteMs };
    });
    const startedMs = cpuMs();
    const found = eventSteps(events, { startMs: 0, stepMs: minuteMs, steps });
    expect(cpuMs() - startedMs).toBeLessThan(2_000);
    expect(found.map(({ name }) => name)).toEqual(['deploy', 'backup']);
    for (const { steps: touched } of found) {
      expect(touched.length).toBeGreaterThan(steps - 100);
      expect(touched.length).toBe(new Set(touched).size);
    }
  });
});
