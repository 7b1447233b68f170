import { describe, expect, it } from 'vitest';
import {
  searchOptions,
  searchOptionsInWorkers,
  windowAverage,
  type SearchOptions,
  type WindowAverageOptions,
} from '@novacron/ml';

const load = Array.from({ length: 240 }, (_, hour) => 50 + 20 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5));
const module = new URL('../fixtures/forecaster-module.ts', import.meta.url);
const make = { module, export: 'windowAverage' };
const space = { window: [1, 2, 4, 8, 16, 24, 48] };
const search: SearchOptions<WindowAverageOptions> = { space, defaults: { window: 3 }, horizon: 12, origins: 4 };

describe('searchOptionsInWorkers', { timeout: 60_000 }, () => {
  it.each(['grid', 'random', 'halving', 'bayesian'] as const)(
    'finds by %s what the search in this thread finds, with one worker or three',
    async (method) => {
      const here = searchOptions(windowAverage, load, { ...search, method, trials: 5 });
      for (const concurrency of [1, 3]) {
        const found = await searchOptionsInWorkers(make, load, { ...search, method, trials: 5, concurrency });
        expect(found).toEqual(here);
      }
    },
  );

  it('tells how many trials are done', async () => {
    const seen: number[] = [];
    await searchOptionsInWorkers(make, load, { ...search, concurrency: 2, onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('lets options lose that are refused', async () => {
    const wrong = { ...search, space: { window: [4, -1] }, concurrency: 2 };
    const { trials } = await searchOptionsInWorkers(make, load, wrong);
    expect(trials.find(({ options }) => options.window === -1)?.error).toBe(Infinity);
  });

  it('does not wait for a module that never finishes to load', async () => {
    const hanging = { module: new URL('../fixtures/hanging-module.ts', import.meta.url), export: 'never' };
    const startedMs = performance.now();
    const late = searchOptionsInWorkers(hanging, load, { ...search, concurrency: 1, timeoutMs: 200 });
    await expect(late).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const stopped = searchOptionsInWorkers(hanging, load, { ...search, concurrency: 1, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  it('says when a forecaster throws something else', async () => {
    const broken = searchOptionsInWorkers({ module, export: 'broken' }, load, { ...search, concurrency: 2 });
    await expect(broken).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL', cause: { message: 'out of luck' } });
  });

  it.each([
    ['no address', { ...make, module: 'forecasters' }, search],
    ['a module that is not there', { ...make, module: new URL('./nowhere.ts', import.meta.url) }, search],
    ['no such export', { ...make, export: 'nothing' }, search],
    ['no workers', make, { ...search, concurrency: 0 }],
    ['options that cannot be sent', make, { ...search, space: { window: [() => 3] as never } }],
    ['a horizon of 0', make, { ...search, horizon: 0 }],
  ])('refuses %s', async (_, from, wanted) => {
    await expect(searchOptionsInWorkers(from, load, wanted)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });

  it('refuses a series without room for an origin', async () => {
    const short = searchOptionsInWorkers(make, load.slice(0, 5), { ...search, concurrency: 1 });
    await expect(short).rejects.toMatchObject({ code: 'NOVA_ML_TOO_SHORT' });
  });
});
