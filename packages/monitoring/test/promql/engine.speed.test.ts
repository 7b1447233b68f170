import { memoryStore } from '@novacron/monitoring';
import { createPromqlEngine, promqlErrorType } from '@novacron/monitoring/promql';
import { describe, expect, it } from 'vitest';
import { filled } from './filled.ts';
import { cpuMs } from '../cpu-ms.ts';

describe('limits', () => {
  it('stop five subqueries in each other', async () => {
    const engine = createPromqlEngine(await filled(5, 100));
    const nested = Array.from({ length: 5 }).reduce<string>((inner) => `max_over_time(${inner}[30d:1s])`, 'm_total');
    const startedMs = cpuMs();
    await expect(engine.query(nested, { timeMs: 1_485_000 })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_QUERY_LIMIT',
    });
    expect(cpuMs() - startedMs).toBeLessThan(5_000);
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
});

describe('hostile queries', () => {
  it('cannot hang the engine with a regular expression', async () => {
    const store = memoryStore();
    await store.append([{ metric: 'm', labels: { a: 'a'.repeat(200) }, timeMs: 0, value: 1 }]);
    const engine = createPromqlEngine(store);
    const startedMs = cpuMs();
    const { result } = await engine.query('m{a=~"(a+)+b"}', { timeMs: 0 });
    await engine.query('label_replace(m, "x", "$1", "a", "((a*)*)*b")', { timeMs: 0 });
    expect(result).toMatchObject({ series: [] });
    expect(cpuMs() - startedMs).toBeLessThan(1_000);
  });
});
