import { describe, expect, it } from 'vitest';
import { autoForecastMany } from '@novacron/ml';

const fleet = Array.from({ length: 40 }, (_, machine) =>
  Array.from({ length: 72 }, (_, hour) => 10 + machine + 5 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5) / 3),
);
const options = { horizon: 12, seasonLength: 24, levels: [0.9] };

describe('autoForecastMany', () => {
  it.each([1, 2])('stops within 100 ms of an abort, with %d threads', async (concurrency) => {
    const much = Array.from({ length: 2_000 }, (_, i) => fleet[i % fleet.length] as number[]);
    const stop = new AbortController();
    let abortedMs = NaN;
    const onProgress = (): void => {
      if (stop.signal.aborted) return;
      abortedMs = performance.now();
      stop.abort();
    };
    const running = autoForecastMany(much, { ...options, concurrency, signal: stop.signal, onProgress });
    await expect(running).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    expect(performance.now() - abortedMs).toBeLessThan(100);
  });
});
