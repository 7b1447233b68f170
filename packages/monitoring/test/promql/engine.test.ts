import { memoryStore, type MetricStore } from '@novacron/monitoring';
import { createPromqlEngine, parsePromql, promqlErrorType, toPrometheusJson } from '@novacron/monitoring/promql';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

async function filled(series: number, samples: number, stepMs = 15_000): Promise<MetricStore> {
  const store = memoryStore();
  const ids = Array.from({ length: series }, (_, i) => ({
    metric: 'm_total',
    labels: { i: String(i), job: `j${i % 10}` },
  }));
  const refs = await store.register(ids);
  const timesMs = Float64Array.from({ length: samples }, (_, i) => i * stepMs);
  const values = timesMs.map((timeMs) => timeMs / 1000);
  for (const ref of refs) await store.appendBatch({ refs: new Uint32Array(samples).fill(ref), timesMs, values });
  return store;
}

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

  it('stop five subqueries in each other', async () => {
    const engine = createPromqlEngine(await filled(5, 100));
    const nested = Array.from({ length: 5 }).reduce<string>((inner) => `max_over_time(${inner}[30d:1s])`, 'm_total');
    const startedMs = performance.now();
    await expect(engine.query(nested, { timeMs: 1_485_000 })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_QUERY_LIMIT',
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
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

  it('happens within 100 ms of an abort', async () => {
    const engine = createPromqlEngine(await filled(200, 600));
    const stop = new AbortController();
    const query = engine.queryRange(slow, { ...range, signal: stop.signal });
    const ended = query.catch((error: unknown) => [error, performance.now()] as const);
    await new Promise((resolve) => {
      setTimeout(resolve, 150);
    });
    const abortedMs = performance.now();
    stop.abort();
    const [error, endedMs] = (await ended) as readonly [unknown, number];
    expect(error).toMatchObject({ kind: 'aborted' });
    expect(promqlErrorType(error)).toBe('canceled');
    expect(endedMs - abortedMs).toBeLessThan(100);
  });

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
  it('cannot hang the engine with a regular expression', async () => {
    const store = memoryStore();
    await store.append([{ metric: 'm', labels: { a: 'a'.repeat(200) }, timeMs: 0, value: 1 }]);
    const engine = createPromqlEngine(store);
    const startedMs = performance.now();
    const { result } = await engine.query('m{a=~"(a+)+b"}', { timeMs: 0 });
    await engine.query('label_replace(m, "x", "$1", "a", "((a*)*)*b")', { timeMs: 0 });
    expect(result).toMatchObject({ series: [] });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

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

describe('the cache of results', () => {
  const minute = 60_000;

  async function cached(nowMs: number): Promise<{
    store: MetricStore;
    ask: (
      startMs: number,
      endMs: number,
      query?: string,
    ) => ReturnType<ReturnType<typeof createPromqlEngine>['queryRange']>;
  }> {
    const store = await filled(3, 400);
    const engine = createPromqlEngine(store, { cache: { lateMs: 10 * minute }, clock: new ManualClock(nowMs) });
    return {
      store,
      ask: (startMs, endMs, query = 'sum(m_total)') => engine.queryRange(query, { startMs, endMs, stepMs: minute }),
    };
  }

  it('works out only what is new, and gives the same', async () => {
    const { store, ask } = await cached(100 * minute);
    const first = await ask(10 * minute, 60 * minute);
    expect(first.explain).toMatchObject({ steps: 51, cachedSteps: 0 });
    const second = await ask(20 * minute, 80 * minute);
    expect(second.explain).toMatchObject({ steps: 20, cachedSteps: 41, query: 'sum(m_total)' });
    expect(second.explain.reads[0]?.fromMs).toBeGreaterThan(55 * minute);
    const plain = createPromqlEngine(store);
    const same = await plain.queryRange('sum(m_total)', { startMs: 20 * minute, endMs: 80 * minute, stepMs: minute });
    expect(second.result).toEqual(same.result);
    const third = await ask(20 * minute, 80 * minute);
    expect(third.explain).toMatchObject({ steps: 0, cachedSteps: 61, reads: [] });
    expect(third.result).toEqual(same.result);
  });

  it('does not keep what late samples can still change', async () => {
    const { store, ask } = await cached(62 * minute);
    await ask(30 * minute, 62 * minute);
    await store.append([{ metric: 'm_total', labels: { i: 'late' }, timeMs: 54 * minute, value: 1e6 }]);
    const { result, explain } = await ask(30 * minute, 62 * minute);
    expect(explain.cachedSteps).toBe(23);
    const at = (time: number): number | undefined => result.series[0]?.values[time - 30];
    expect(at(54)).toBe(3 * 54 * 60 + 1e6);
    expect(at(52)).toBe(3 * 52 * 60);
  });

  it.each(['m_total @ end()', 'm_total offset -5m', 'sum_over_time(m_total[5m:1m] @ 3600)'])(
    'is not used for %s',
    async (query) => {
      const { ask } = await cached(100 * minute);
      await ask(10 * minute, 20 * minute, query);
      expect((await ask(10 * minute, 20 * minute, query)).explain.cachedSteps).toBe(0);
    },
  );

  it('tells queries of another phase or step apart', async () => {
    const { ask } = await cached(100 * minute);
    await ask(10 * minute, 20 * minute);
    expect((await ask(10 * minute + 1_000, 20 * minute)).explain.cachedSteps).toBe(0);
  });

  it('repeats warnings, and forgets what is not used when it is full', async () => {
    const engine = createPromqlEngine(await filled(3, 400), {
      cache: { lateMs: 0, maxValues: 30 },
      clock: new ManualClock(100 * minute),
    });
    const range = { startMs: 10 * minute, endMs: 20 * minute, stepMs: minute };
    const query = 'quantile(2, m_total)';
    const { warnings } = await engine.queryRange(query, range);
    expect(warnings).toHaveLength(1);
    const again = await engine.queryRange(query, range);
    expect(again).toMatchObject({ warnings, explain: { cachedSteps: 11 } });
    await engine.queryRange('m_total', range);
    expect((await engine.queryRange(query, range)).explain.cachedSteps).toBe(0);
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
