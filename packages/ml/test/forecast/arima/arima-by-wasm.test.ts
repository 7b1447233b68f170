import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { arima, arimaByWasm, type ArimaByWasmOptions } from '@novacron/ml';
import { classic, relativeDifference } from '../../fixtures/read-fixture.ts';

const logAirPassengers = classic.AirPassengers.map(Math.log);
const airline = { order: [0, 1, 1], seasonal: [0, 1, 1], seasonLength: 12 } as const;

describe('arimaByWasm', () => {
  it('forecasts what our engine forecasts', async () => {
    const theirs = await arimaByWasm(logAirPassengers, { ...airline, horizon: 24 });
    const ours = arima(airline).fit(logAirPassengers).forecast(24);
    expect(relativeDifference(theirs.mean, ours.mean)).toBeLessThan(1e-3);
    expect(theirs.intervals).toHaveLength(2);
  });

  it('takes regressors', async () => {
    const sale = Array.from({ length: 100 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    const load = sale.map((on, i) => 20 + 15 * on + ((i * 7) % 5));
    const options = { order: [1, 0, 0], horizon: 1, regressors: [sale] } as const;
    const on = await arimaByWasm(load, { ...options, futureRegressors: [[1]] });
    const off = await arimaByWasm(load, { ...options, futureRegressors: [[0]] });
    expect((on.mean[0] as number) - (off.mean[0] as number)).toBeGreaterThan(10);
    await expect(arimaByWasm(load, options)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it.each<[string, readonly number[], ArimaByWasmOptions]>([
    ['a gap', [1, 2, NaN, 4], { order: [0, 1, 0], horizon: 1 }],
    ['an infinite value', [1, Infinity], { order: [0, 1, 0], horizon: 1 }],
    ['a short series', [1, 2, 3], { order: [0, 1, 0], horizon: 1 }],
    ['no horizon', logAirPassengers, { order: [0, 1, 0], horizon: 0 }],
    ['a bad level', logAirPassengers, { order: [0, 1, 0], horizon: 1, levels: [95] }],
    ['a bad order', logAirPassengers, { order: [0, 1, -1], horizon: 1 }],
  ])('refuses %s before the engine sees it', async (_, values, options) => {
    await expect(arimaByWasm(values, options)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('keeps to its time budget as well as a training that cannot be stopped can', async () => {
    const random = seededRandom(3);
    const long = Array.from({ length: 500 }, (_, i) => 50 + (i % 24) + 9 * random());
    const hard = { order: [3, 1, 3], seasonal: [1, 1, 1], seasonLength: 24 } as const;
    const running = arimaByWasm(long, { ...hard, horizon: 2, timeoutMs: 20 });
    await expect(running).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT' });
  });

  it('stops at its signal', async () => {
    const signal = AbortSignal.abort();
    await expect(arimaByWasm(logAirPassengers, { ...airline, horizon: 2, signal })).rejects.toMatchObject({
      code: 'NOVA_ML_ABORTED',
    });
  });
});
