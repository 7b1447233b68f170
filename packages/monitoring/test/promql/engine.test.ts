import { memoryStore } from '@novacron/monitoring';
import { createPromqlEngine, parsePromql, promqlErrorType, toPrometheusJson } from '@novacron/monitoring/promql';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';
import { filled } from './filled.ts';

describe('createPromqlEngine', () => {
  it('refuses options that make no sense, at once', () => {
    for (const options of [
      { maxSamples: 0 },
      { lookbackMs: -1 },
      { maxPoints: Number.NaN },
      { cache: { lateMs: -1 } },
    ]) {
      expect(() => createPromqlEngine(memoryStore(), options)).toThrow(
        expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }),
      );
    }
  });

  it('takes a text or a tree', async () => {
    const engine = createPromqlEngine(await filled(2, 2));
    const text = await engine.query('count(m_total)', { timeMs: 15_000 });
    const tree = await engine.query(parsePromql('count(m_total)'), { timeMs: 15_000 });
    expect(tree.result).toEqual(text.result);
  });

  it('checks a tree that was made by hand as it checks a text', async () => {
    const engine = createPromqlEngine(memoryStore());
    const tree = { kind: 'call', name: 'nope', args: [], range: { from: 0, to: 0 } } as const;
    await expect(engine.query(tree)).rejects.toMatchObject({ code: 'NOVA_MONITORING_QUERY_INVALID' });
  });

  it("evaluates at the clock's present when no time is given", async () => {
    const engine = createPromqlEngine(memoryStore(), { clock: new ManualClock(5_000) });
    expect((await engine.query('time()')).result).toEqual({ type: 'scalar', timeMs: 5_000, value: 5 });
  });

  it.each([
    [{ startMs: 0, endMs: 11_000_000, stepMs: 1_000 }, 'exceeded maximum resolution of 11,000 points per timeseries'],
    [{ startMs: 0, endMs: 1_000, stepMs: 0 }, 'zero or negative query resolution step widths are not accepted'],
    [{ startMs: 0, endMs: 1_000, stepMs: -5 }, 'zero or negative'],
    [{ startMs: 2_000, endMs: 1_000, stepMs: 1_000 }, 'end timestamp must not be before start time'],
    [{ startMs: Number.NaN, endMs: 1_000, stepMs: 1_000 }, 'must be epoch milliseconds'],
  ])('refuses the range %j', async (range, message) => {
    const failure = createPromqlEngine(memoryStore()).queryRange('1', range);
    await expect(failure).rejects.toMatchObject({
      code: 'NOVA_MONITORING_QUERY_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });

  it('evaluates exactly 11,000 points', async () => {
    const { result } = await createPromqlEngine(memoryStore()).queryRange('1', {
      startMs: 0,
      endMs: 10_999_000,
      stepMs: 1_000,
    });
    expect(result.series[0]?.values.length).toBe(11_000);
  });

  it('has another lookback when asked', async () => {
    const engine = createPromqlEngine(await filled(1, 1), { lookbackMs: 10_000 });
    expect((await engine.query('m_total', { timeMs: 9_999 })).result).toMatchObject({
      series: [{ metric: 'm_total' }],
    });
    expect((await engine.query('m_total', { timeMs: 10_000 })).result).toMatchObject({ series: [] });
  });

  it('explains what it read', async () => {
    const engine = createPromqlEngine(await filled(20, 40));
    const { explain } = await engine.queryRange('sum(rate(m_total{job=~"j[12]"}[1m])) / count(m_total)', {
      startMs: 300_000,
      endMs: 600_000,
      stepMs: 60_000,
    });
    expect(explain.query).toBe('sum(rate(m_total{job=~"j[12]"}[1m])) / count(m_total)');
    expect(explain.steps).toBe(6);
    expect(explain.reads).toEqual([
      expect.objectContaining({
        selector: 'm_total{job=~"j[12]"}',
        fromMs: 240_000,
        toMs: 600_000,
        series: 4,
        tier: 'raw',
      }),
      expect.objectContaining({ selector: 'm_total', fromMs: 0, toMs: 600_000, series: 20, samples: 800 }),
    ]);
    expect(explain.durationMs).toBeGreaterThanOrEqual(0);
  });
});

describe('what the store refused', () => {
  it('is a warning of queries that ask for its metric', async () => {
    await using store = memoryStore({ maxSeriesPerMetric: 1 });
    const series = ['a', 'b'].map((pod) => ({ metric: 'wild', labels: { pod }, timeMs: 0, value: 1 }));
    await store.append([...series, { metric: 'tame', labels: {}, timeMs: 0, value: 1 }]);
    const engine = createPromqlEngine(store);
    const warnings = async (query: string): Promise<readonly string[]> =>
      (await engine.query(query, { timeMs: 0 })).warnings;
    const text = 'PromQL warning: some series of metric "wild" were refused by the store\'s limits';
    expect(await warnings('sum(wild)')).toEqual([`${text} (1:5)`]);
    expect(await warnings('{__name__=~"w.*|tame"}')).toEqual([`${text} (1:1)`]);
    expect(await warnings('tame')).toEqual([]);
  });
});

describe('limits', () => {
  it.each([
    [{ maxSamples: 50 }, 'm_total', 'query processing would load too many samples into memory in query execution'],
    [{ maxSeries: 5 }, 'm_total', 'query selects more than 5 series'],
    [{ maxMemoryBytes: 100 }, 'm_total', 'query needs more than 100 bytes of memory'],
    [
      { maxWindowSamples: 100 },
      'sum_over_time(m_total[5m])',
      'query goes through more than 100 samples in its windows',
    ],
    [{ maxSamples: 1_000 }, 'sum_over_time(vector(1)[1h:1s])', 'too many samples'],
  ])('%j hold for %s', async (limits, query, message) => {
    const engine = createPromqlEngine(await filled(100, 40), limits);
    const failure = engine.query(query, { timeMs: 590_000 });
    await expect(failure).rejects.toMatchObject({
      code: 'NOVA_MONITORING_QUERY_LIMIT',
      message: expect.stringContaining(message) as string,
      details: { errorType: 'execution' },
    });
  });

  it('leave the engine able to answer others', async () => {
    const engine = createPromqlEngine(await filled(100, 40), { maxSamples: 500 });
    const answers = await Promise.allSettled([
      engine.query('m_total[1h]', { timeMs: 590_000 }),
      engine.query('count(m_total{i="1"})', { timeMs: 590_000 }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('ending a query', () => {
  const slow = 'quantile_over_time(0.9, m_total[1h])';
  const range = { startMs: 0, endMs: 10_000_000, stepMs: 1_000 };

  it('happens when its time is over', async () => {
    const engine = createPromqlEngine(await filled(200, 600), { timeoutMs: 100 });
    const error: unknown = await engine.queryRange(slow, range).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'timeout' });
    expect(promqlErrorType(error)).toBe('timeout');
  });

  it('is at once when the signal has fired before', async () => {
    const engine = createPromqlEngine(memoryStore());
    await expect(engine.query('1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('lets others have their turn in between', async () => {
    const engine = createPromqlEngine(await filled(200, 600));
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await engine.queryRange('sum(quantile_over_time(0.9, m_total[1h]))', {
      startMs: 0,
      endMs: 9_000_000,
      stepMs: 15_000,
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('hostile queries', () => {
  it('find no labels in what every object has', async () => {
    const store = memoryStore();
    await store.append([{ metric: 'm', labels: { constructor: 'x', valueOf: 'y' }, timeMs: 0, value: 1 }]);
    const engine = createPromqlEngine(store);
    const ask = async (query: string): Promise<unknown> =>
      toPrometheusJson((await engine.query(query, { timeMs: 0 })).result).result;
    expect(await ask('m{toString=""}')).toHaveLength(1);
    expect(await ask('sum by (toString) (m)')).toEqual([{ metric: {}, value: [0, '1'] }]);
    expect(await ask('sum by (constructor) (m)')).toEqual([{ metric: { constructor: 'x' }, value: [0, '1'] }]);
    expect(await ask('sum by (__proto__) (m)')).toEqual([{ metric: {}, value: [0, '1'] }]);
  });
});

describe('toPrometheusJson', () => {
  it('writes numbers as Prometheus does', () => {
    const value = (number: number): string => {
      const data = toPrometheusJson({ type: 'scalar', timeMs: 0, value: number });
      return data.resultType === 'scalar' ? data.result[1] : '';
    };
    expect([1, 0.1, -0, Infinity, -Infinity, Number.NaN, 1e21, 1e-7, 1234567890123].map(value)).toEqual([
      '1',
      '0.1',
      '-0',
      '+Inf',
      '-Inf',
      'NaN',
      '1e+21',
      '1e-7',
      '1234567890123',
    ]);
  });

  it('has the name among the labels, first, and times in seconds', async () => {
    const engine = createPromqlEngine(await filled(1, 3));
    const labels = { __name__: 'm_total', i: '0', job: 'j0' };
    const vector = toPrometheusJson((await engine.query('m_total', { timeMs: 15_500 })).result);
    expect(vector).toEqual({ resultType: 'vector', result: [{ metric: labels, value: [15.5, '15'] }] });
    const matrix = toPrometheusJson((await engine.query('m_total[1m]', { timeMs: 15_500 })).result);
    expect(matrix).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: labels,
          values: [
            [0, '0'],
            [15, '15'],
          ],
        },
      ],
    });
    const text = toPrometheusJson((await engine.query('"a"', { timeMs: 1_000 })).result);
    expect(text).toEqual({ resultType: 'string', result: [1, 'a'] });
  });
});
