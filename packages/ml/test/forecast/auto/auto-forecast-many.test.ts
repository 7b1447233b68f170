import { describe, expect, it } from 'vitest';
import { autoForecast, autoForecastMany, MlError, type ManyProgress } from '@novacron/ml';

const fleet = Array.from({ length: 40 }, (_, machine) =>
  Array.from({ length: 72 }, (_, hour) => 10 + machine + 5 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5) / 3),
);
const options = { horizon: 12, seasonLength: 24, levels: [0.9] };

describe('autoForecastMany', () => {
  it.each([1, 2])(
    'forecasts each series as autoForecast does, with %d threads',
    { timeout: 60_000 },
    async (concurrency) => {
      const outcomes = await autoForecastMany(fleet, { ...options, concurrency });
      expect(outcomes).toHaveLength(fleet.length);
      for (const [i, { forecast, error }] of outcomes.entries()) {
        expect(error).toBeUndefined();
        const { fitted: _, ...alone } = autoForecast(fleet[i] as number[], options);
        expect(forecast).toEqual(alone);
      }
    },
  );

  it.each([1, 2])('goes on after a series that cannot be forecast, with %d threads', async (concurrency) => {
    const series = [[], [1, 2, 3], [1, Infinity], Float64Array.of(4, 4, 4)];
    const seen: ManyProgress[] = [];
    const outcomes = await autoForecastMany(series, { horizon: 2, concurrency, onProgress: (now) => seen.push(now) });
    expect(outcomes.map(({ error }) => error?.code)).toEqual([
      'NOVA_ML_TOO_SHORT',
      undefined,
      'NOVA_ML_INVALID',
      undefined,
    ]);
    expect(outcomes[0]?.error).toBeInstanceOf(MlError);
    expect(outcomes[2]?.error?.details).toEqual({ index: 1 });
    expect([...(outcomes[3]?.forecast?.mean ?? [])]).toEqual([4, 4]);
    expect(seen.at(-1)).toEqual({ done: 4, total: 4, failed: 2 });
  });

  it.each([1, 2])('takes or refuses each series by itself, with %d threads', async (concurrency) => {
    const list = { length: 3, 0: 7, 1: 7, 2: 7 };
    const series = [list, [1, 'a', 3], undefined, [1, () => 2], { length: 2 ** 40 }, [7, 7, 7]] as ArrayLike<number>[];
    const outcomes = await autoForecastMany(series, { horizon: 2, concurrency });
    const codes = outcomes.map(({ error }) => error?.code);
    const refused = 'NOVA_ML_INVALID';
    expect(codes).toEqual([undefined, refused, refused, refused, refused, undefined]);
    expect(outcomes[0]).toEqual(outcomes[5]);
  });

  it('gives up when its time is over, and refuses what is no list', async () => {
    const much = Array.from({ length: 2_000 }, () => fleet[0] as number[]);
    await expect(autoForecastMany(much, { ...options, concurrency: 1, timeoutMs: 30 })).rejects.toMatchObject({
      code: 'NOVA_ML_TIMEOUT',
    });
    await expect(autoForecastMany(7 as never, options)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    await expect(autoForecastMany([], { ...options, concurrency: 0 })).rejects.toMatchObject({
      code: 'NOVA_ML_INVALID',
    });
    await expect(autoForecastMany([], { ...options, timeoutMs: -1 })).rejects.toMatchObject({
      code: 'NOVA_ML_INVALID',
    });
    await expect(autoForecastMany([], { ...options, horizon: 0 })).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    expect(await autoForecastMany([], options)).toEqual([]);
  });
});
