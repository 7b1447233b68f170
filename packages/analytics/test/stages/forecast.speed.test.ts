import { holtWinters } from '@novacron/ml';
import { describe, expect, it } from 'vitest';
import { AnalyticsError, forecast, pipeline } from '@novacron/analytics';
import { machineSeries } from '../sample-series.ts';

const day = machineSeries('web-1', 24 * 7);

describe('forecast', () => {
  it('stops within 100 ms of an abort', async () => {
    const fleet = Array.from({ length: 2_000 }, (_, i) => ({ ...day, labels: { vm: String(i) } }));
    const controller = new AbortController();
    const running = pipeline('test', () => fleet)
      .pipe(forecast({ forecaster: holtWinters({ seasonLength: 24 }), horizon: 24 }))
      .run(undefined, { signal: controller.signal })
      .catch((reason: unknown) => reason);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const abortedMs = performance.now();
    controller.abort();
    expect(AnalyticsError.isInstance(await running)).toBe(true);
    expect(performance.now() - abortedMs).toBeLessThan(100);
  });
});
