import { createSeries } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { AnalyticsError, pipeline, resample } from '@novacron/analytics';

describe('resample', () => {
  it('stops within 100 ms of an abort over many series', async () => {
    const long = createSeries(
      'x',
      {},
      Float64Array.from({ length: 50_000 }, (_, i) => i * 1_000),
      new Float64Array(50_000),
    );
    const controller = new AbortController();
    const running = pipeline('test', () => Array.from({ length: 900 }, () => long))
      .pipe(resample({ stepMs: 1_000, aggregate: 'p95' }))
      .run(undefined, { signal: controller.signal })
      .catch((reason: unknown) => reason);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const abortedMs = performance.now();
    controller.abort();
    const error = await running;
    expect(AnalyticsError.isInstance(error) && error.kind).toBe('aborted');
    expect(performance.now() - abortedMs).toBeLessThan(100);
  });
});
