import { describe, expect, it } from 'vitest';
import { searchOptionsInWorkers, type SearchOptions, type WindowAverageOptions } from '@novacron/ml';

const load = Array.from({ length: 240 }, (_, hour) => 50 + 20 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5));
const module = new URL('../fixtures/forecaster-module.ts', import.meta.url);
const space = { window: [1, 2, 4, 8, 16, 24, 48] };
const search: SearchOptions<WindowAverageOptions> = { space, defaults: { window: 3 }, horizon: 12, origins: 4 };

describe('searchOptionsInWorkers', { timeout: 60_000 }, () => {
  it('stops within 100 ms of an abort and at the end of its time, also in the middle of a trial', async () => {
    const endless = { module, export: 'endless' };
    const stop = new AbortController();
    const running = searchOptionsInWorkers(endless, load, { ...search, concurrency: 2, signal: stop.signal });
    let abortedMs = NaN;
    setTimeout(() => {
      abortedMs = performance.now();
      stop.abort();
    }, 300);
    await expect(running).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    expect(performance.now() - abortedMs).toBeLessThan(100);
    const late = searchOptionsInWorkers(endless, load, { ...search, concurrency: 2, timeoutMs: 300 });
    await expect(late).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT' });
  });
});
